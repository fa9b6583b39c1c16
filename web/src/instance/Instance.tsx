import { Badge, Button, Code, Group, Stack, Table, Tabs, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { api, data } from "../api/client";
import { usePages } from "../api/pages";
import { Waiting } from "../app/Waiting";
import { useOrgs } from "../teams/orgs";
import { ago } from "../ui/ago";
import { Failure } from "../ui/Failure";
import { More } from "../ui/More";

/** The instance, for its administrators: what it is set to, who has an account, and new organizations. */
export default function Instance() {
  const [, go] = useLocation();
  const tab = new URLSearchParams(useSearch()).get("tab") ?? "settings";
  return (
    <Stack>
      <Title order={2}>This instance</Title>
      <Tabs value={tab} onChange={(value) => go(`/instance?tab=${value}`)} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="settings">Settings</Tabs.Tab>
          <Tabs.Tab value="people">People</Tabs.Tab>
          <Tabs.Tab value="organizations">Organizations</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="settings">
          <Settings />
        </Tabs.Panel>
        <Tabs.Panel value="people">
          <People />
        </Tabs.Panel>
        <Tabs.Panel value="organizations">
          <Organizations />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Settings() {
  const settings = useQuery({
    queryKey: ["instance", "settings"],
    queryFn: async () => (await data(api.GET("/v1/instance/settings"))).settings,
  });
  if (settings.isPending) return <Waiting />;
  if (settings.isLoadingError)
    return <Failure error={settings.error} what="They cannot be shown" retry={() => settings.refetch()} />;
  return (
    <Stack>
      <Text size="sm">
        They are set where the server is started, by environment variables and options, and read at its start.
      </Text>
      <Table.ScrollContainer minWidth={600}>
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Setting</Table.Th>
              <Table.Th>Value</Table.Th>
              <Table.Th>Means</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {settings.data.map((one) => (
              <Table.Tr key={one.name}>
                <Table.Td>
                  <Code>{one.name}</Code>
                </Table.Td>
                <Table.Td>
                  <Group gap={6}>
                    <Text size="sm" className="wrapped">
                      {one.is_secret ? "hidden" : (one.value ?? "not set")}
                    </Text>
                    {one.is_default ? null : (
                      <Badge variant="default" tt="none">
                        set here
                      </Badge>
                    )}
                  </Group>
                </Table.Td>
                <Table.Td>
                  <Text size="sm">{one.means}</Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

function People() {
  const people = usePages(["instance", "people"], (cursor) => {
    const query = { limit: "50", ...(cursor ? { cursor } : {}) };
    return data(api.GET("/v1/instance/people", { params: { query } }));
  });
  if (people.isPending) return <Waiting />;
  if (people.isLoadingError)
    return <Failure error={people.error} what="They cannot be shown" retry={() => people.refetch()} />;
  return (
    <Stack>
      <Table.ScrollContainer minWidth={480}>
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Person</Table.Th>
              <Table.Th>Account since</Table.Th>
              <Table.Th>Is</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {people.data.pages
              .flatMap((page) => page.people)
              .map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>{one.email}</Table.Td>
                  <Table.Td title={one.created_at}>{ago(one.created_at)}</Table.Td>
                  <Table.Td>
                    {[
                      ...(one.is_admin ? ["administrator of this instance"] : []),
                      ...(one.is_verified ? [] : ["not verified yet"]),
                    ].join(", ")}
                  </Table.Td>
                </Table.Tr>
              ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <More list={people} />
    </Stack>
  );
}

/** Makes organizations; whoever makes one owns it. */
function Organizations() {
  const orgs = useOrgs();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const create = useMutation({
    mutationFn: async () => {
      await api.POST("/v1/orgs", { body: { name: name.trim() } });
    },
    onSuccess: () => {
      setName("");
      return queries.invalidateQueries({ queryKey: ["orgs"] });
    },
  });
  return (
    <Stack>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) create.mutate();
        }}
      >
        <Stack gap="xs">
          {create.error ? <Failure error={create.error} what="No organization was made" /> : null}
          <Group align="flex-end">
            <TextInput
              label="Name of a new organization"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" loading={create.isPending} disabled={!name.trim()}>
              Create organization
            </Button>
          </Group>
        </Stack>
      </form>
      <Title order={3}>Yours</Title>
      {orgs.error ? <Failure error={orgs.error} what="They cannot be shown" /> : null}
      <Group>
        {orgs.data?.map((org) => (
          <Button key={org.id} component={Link} href={`/orgs/${org.id}`} variant="default">
            {org.name}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}
