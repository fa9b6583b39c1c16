import { Anchor, Button, Code, Group, List, Paper, Select, Stack, Tabs, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { address, api, data } from "../api/client";
import { Waiting } from "../app/Waiting";
import { snippets } from "../prompts/snippets";
import { useUser } from "../session/session";
import { useCreateKey } from "../settings/keyQueries";
import { administers, type Org, useOrgs } from "../teams/orgs";
import { useTeams } from "../teams/teams";
import { Failure } from "../ui/Failure";
import { Copy, Once } from "../ui/Once";
import { noteWelcomed } from "./welcomeQueries";

/** The first steps: a key for an application, shown once, and the lines that ask for a prompt with it. */
export default function Welcome() {
  const user = useUser();
  const orgs = useOrgs();
  const teams = useTeams();
  useEffect(() => {
    if (user) noteWelcomed(user.id);
  }, [user]);
  if (orgs.isPending || teams.isPending) return <Waiting />;
  if (orgs.isLoadingError) return <Failure error={orgs.error} what="The first steps cannot be shown" />;
  if (teams.isLoadingError) return <Failure error={teams.error} what="The first steps cannot be shown" />;
  const [team] = teams.data;
  const org = orgs.data.find(administers);
  return (
    <Stack maw={760} gap="xl">
      <div>
        <Title order={2}>Welcome to Promptwire</Title>
        <Text c="dimmed">
          Prompts are written and released here; applications ask for them with a key, and have every change a
          moment later.
        </Text>
      </div>
      <Step number={1} title="Give an application a key">
        {org ? (
          <FirstKey org={org} team={team?.id} />
        ) : (
          <Text size="sm">
            Keys are made by administrators of an organization. Ask one of yours for a key that may read and
            render.
          </Text>
        )}
      </Step>
      <Step number={2} title="Write, preview, release">
        <List size="sm">
          <List.Item>
            A prompt has numbered versions. Write a draft, see what it says beside it, and put it live.
          </List.Item>
          <List.Item>
            A label, such as production, is a name that you move from version to version. Protect it, and
            moves ask for a role, or for the approval of others.
          </List.Item>
          <List.Item>Every move is in the history, with who did it and why, and can be taken back.</List.Item>
        </List>
      </Step>
      <Group>
        <Button component={Link} href={team ? `/teams/${team.id}` : "/"}>
          Go to the prompts
        </Button>
        {org ? (
          <Anchor component={Link} href={`/orgs/${org.id}?tab=people`} size="sm">
            Invite others
          </Anchor>
        ) : null}
      </Group>
    </Stack>
  );
}

function Step({ number, title, children }: { number: number; title: string; children: React.ReactNode }) {
  return (
    <Paper withBorder p="lg" component="section" aria-label={title}>
      <Stack>
        <Title order={3}>
          {number}. {title}
        </Title>
        {children}
      </Stack>
    </Paper>
  );
}

function FirstKey({ org, team }: { org: Org; team: string | undefined }) {
  const create = useCreateKey(org.id);
  const prompt = useFirstPrompt(team);
  if (!create.data) {
    return (
      <Stack align="flex-start">
        <Text size="sm">
          It may read and render every prompt of {org.name}, and nothing else; you can revoke it at any time.
        </Text>
        {create.error ? <Failure error={create.error} what="No key was made" /> : null}
        <Button
          loading={create.isPending}
          onClick={() =>
            create.mutate({ name: "first application", org_id: org.id, operation: "read_render" })
          }
        >
          Make a key
        </Button>
      </Stack>
    );
  }
  return (
    <Stack>
      <Once title={`The key ${create.data.name}`} value={create.data.key}>
        Copy it now: it is shown this once, and nobody can look it up later.
      </Once>
      <Snippets keyText={create.data.key} slug={prompt} />
    </Stack>
  );
}

/** Gives the slug of a prompt that there is something to render of. */
function useFirstPrompt(team: string | undefined): string {
  const prompts = useQuery({
    queryKey: ["first prompt", team],
    enabled: !!team,
    queryFn: async () => {
      const params = { path: { teamID: team ?? "" }, query: { limit: "50" } };
      return (await data(api.GET("/v1/teams/{teamID}/prompts", { params }))).prompts;
    },
  });
  return prompts.data?.find((one) => one.slug === "greeting")?.slug ?? prompts.data?.[0]?.slug ?? "greeting";
}

function Snippets({ keyText, slug }: { keyText: string; slug: string }) {
  const shown = snippets(address, slug, "live");
  const [system, setSystem] = useState<string>("sh");
  const setting =
    system === "sh" ? `export PROMPTWIRE_API_KEY=${keyText}` : `$env:PROMPTWIRE_API_KEY = "${keyText}"`;
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="flex-end">
        <Text size="sm">Where the application runs, set the key, then ask:</Text>
        <Select
          aria-label="Shell"
          size="xs"
          w={140}
          allowDeselect={false}
          data={[
            { value: "sh", label: "sh, bash, zsh" },
            { value: "ps", label: "PowerShell" },
          ]}
          value={system}
          onChange={(value) => setSystem(value ?? "sh")}
        />
      </Group>
      <Lines code={setting} />
      <Tabs defaultValue={shown[0]?.name ?? "Python"} keepMounted={false}>
        <Tabs.List>
          {shown.map((one) => (
            <Tabs.Tab key={one.name} value={one.name}>
              {one.name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {shown.map((one) => (
          <Tabs.Panel key={one.name} value={one.name} pt="xs">
            <Lines code={one.code} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}

function Lines({ code }: { code: string }) {
  return (
    <Stack gap={4} align="flex-start">
      <Code block w="100%" tabIndex={0} className="wrapped">
        {code}
      </Code>
      <Copy value={code} />
    </Stack>
  );
}
