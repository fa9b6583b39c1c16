import { Stack, Tabs, Title } from "@mantine/core";
import { useLocation, useSearch } from "wouter";
import { Waiting } from "../app/Waiting";
import { useTeams } from "../teams/teams";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { Keys } from "./Keys";
import { Members } from "./Members";
import { ProtectedLabels } from "./ProtectedLabels";

/** What is set of a team: who belongs to it, the keys of applications, and what moves of labels ask for. */
export default function Settings({ team }: { team: string }) {
  const teams = useTeams();
  const [, go] = useLocation();
  const tab = new URLSearchParams(useSearch()).get("tab") ?? "members";
  if (teams.isPending) return <Waiting />;
  if (teams.error)
    return <Failure error={teams.error} what="The team cannot be shown" retry={() => teams.refetch()} />;
  const found = teams.data.find((one) => one.id === team);
  if (!found) return <Empty title="There is no such team">Choose one of yours above.</Empty>;
  return (
    <Stack>
      <Title order={2}>Settings of {found.name}</Title>
      <Tabs value={tab} onChange={(value) => go(`/teams/${team}/settings?tab=${value}`)} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="members">Members</Tabs.Tab>
          <Tabs.Tab value="keys">API keys</Tabs.Tab>
          <Tabs.Tab value="labels">Protected labels</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="members">
          <Members team={found} />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          {found.org_id ? <Keys org={found.org_id} /> : <NoOrganization what="API keys" />}
        </Tabs.Panel>
        <Tabs.Panel value="labels">
          {found.org_id ? <ProtectedLabels team={team} /> : <NoOrganization what="Protected labels" />}
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
