import { Stack, Tabs, Title } from "@mantine/core";
import { useLocation, useSearch } from "wouter";
import { Waiting } from "../app/Waiting";
import { useTeam } from "../teams/teams";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { JoinRequests } from "./Inbox";
import { Keys } from "./Keys";
import { Members } from "./Members";
import { ProtectedLabels } from "./ProtectedLabels";
import { TeamItself } from "./TeamItself";

/** What is set of a team: who belongs to it, the keys of applications, and what moves of labels ask for. */
export default function Settings({ team }: { team: string }) {
  const found = useTeam(team);
  const [, go] = useLocation();
  const tab = new URLSearchParams(useSearch()).get("tab") ?? "members";
  if (found.isPending) return <Waiting />;
  if (found.error && !found.data)
    return <Failure error={found.error} what="The team cannot be shown" retry={() => found.refetch()} />;
  if (!found.data) return <Empty title="There is no such team">Choose one of yours above.</Empty>;
  const { name, org_id: org } = found.data;
  return (
    <Stack>
      <Title order={2}>Settings of {name}</Title>
      <Tabs value={tab} onChange={(value) => go(`/teams/${team}/settings?tab=${value}`)} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="members">Members</Tabs.Tab>
          <Tabs.Tab value="requests">Join requests</Tabs.Tab>
          <Tabs.Tab value="keys">API keys</Tabs.Tab>
          <Tabs.Tab value="labels">Protected labels</Tabs.Tab>
          <Tabs.Tab value="team">Team</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="members">
          <Members team={found.data} />
        </Tabs.Panel>
        <Tabs.Panel value="requests">
          <JoinRequests team={team} />
        </Tabs.Panel>
        <Tabs.Panel value="keys">{org ? <Keys org={org} /> : <NoOrganization what="API keys" />}</Tabs.Panel>
        <Tabs.Panel value="labels">
          {org ? <ProtectedLabels team={team} org={org} /> : <NoOrganization what="Protected labels" />}
        </Tabs.Panel>
        <Tabs.Panel value="team">
          <TeamItself key={found.data.id} team={found.data} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function NoOrganization({ what }: { what: string }) {
  return (
    <Empty title="This team belongs to no organization">
      {what} belong to organizations. An administrator can put the team into one.
    </Empty>
  );
}
