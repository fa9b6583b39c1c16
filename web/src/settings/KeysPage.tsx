import { Select, Stack, Title } from "@mantine/core";
import { useState } from "react";
import { Waiting } from "../app/Waiting";
import { useOrgs } from "../teams/orgs";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { Keys } from "./Keys";

/** The API keys of one's organizations, where px0 has them. */
export default function KeysPage() {
  const [chosen, choose] = useState<string | null>(null);
  const orgs = useOrgs();
  if (orgs.isPending) return <Waiting />;
  if (orgs.isLoadingError)
    return (
      <Failure error={orgs.error} what="Your organizations cannot be shown" retry={() => orgs.refetch()} />
    );
  const org = orgs.data.find((one) => one.id === chosen) ?? orgs.data[0];
  if (!org) return <Empty title="You are in no organization yet">API keys belong to organizations.</Empty>;
  return (
    <Stack>
      <Title order={2}>API keys</Title>
      {orgs.data.length > 1 ? (
        <Select
          label="Organization"
          allowDeselect={false}
          data={orgs.data.map((one) => ({ value: one.id, label: one.name }))}
          value={org.id}
          onChange={choose}
        />
      ) : null}
      <Keys key={org.id} org={org.id} />
    </Stack>
  );
}
