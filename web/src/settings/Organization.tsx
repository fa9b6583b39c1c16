import { Alert, Stack, Tabs, Title } from "@mantine/core";
import { useLocation, useSearch } from "wouter";
import { Waiting } from "../app/Waiting";
import { administers, type Org, useOrgs } from "../teams/orgs";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { Webhooks } from "../webhooks/Webhooks";
import { Keys } from "./Keys";
import { OrgName } from "./OrgName";
import { People } from "./People";
import { Teams } from "./Teams";

/** What is set of an organization: its people and teams, and for administrators keys, webhooks and its name. */
export default function Organization({ org: id }: { org: string }) {
  const orgs = useOrgs();
  const [, go] = useLocation();
  const tab = new URLSearchParams(useSearch()).get("tab") ?? "people";
  if (orgs.isPending) return <Waiting />;
  if (orgs.isLoadingError)
    return (
      <Failure error={orgs.error} what="The organization cannot be shown" retry={() => orgs.refetch()} />
    );
  const org = orgs.data.find((one) => one.id === id);
  if (!org)
    return <Empty title="There is no such organization">Choose one of yours in the menu above.</Empty>;
  return (
    <Stack>
      <Title order={2}>{org.name}</Title>
      <Tabs value={tab} onChange={(value) => go(`/orgs/${id}?tab=${value}`)} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="people">People</Tabs.Tab>
          <Tabs.Tab value="teams">Teams</Tabs.Tab>
          <Tabs.Tab value="keys">API keys</Tabs.Tab>
          <Tabs.Tab value="webhooks">Webhooks</Tabs.Tab>
          <Tabs.Tab value="organization">Organization</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="people">
          <People org={org} />
        </Tabs.Panel>
        <Tabs.Panel value="teams">
          <Teams org={org} />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <ForAdministrators org={org}>
            <Keys org={org.id} />
          </ForAdministrators>
        </Tabs.Panel>
        <Tabs.Panel value="webhooks">
          <ForAdministrators org={org}>
            <Webhooks org={org.id} />
          </ForAdministrators>
        </Tabs.Panel>
        <Tabs.Panel value="organization">
          <ForAdministrators org={org}>
            <OrgName org={org} />
          </ForAdministrators>
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function ForAdministrators({ org, children }: { org: Org; children: React.ReactNode }) {
  if (administers(org)) return children;
  return (
    <Alert color="blue" title="For administrators of the organization">
      You are {org.org_role} of {org.name}; this takes an admin or an owner.
    </Alert>
  );
}
