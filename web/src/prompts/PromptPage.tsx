import { Anchor, Breadcrumbs, Button, Grid, Group, Menu, Stack, Tabs, TextInput, Title } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { Waiting } from "../app/Waiting";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { Compare } from "./Compare";
import { Connect } from "./Connect";
import { DraftEditor } from "./DraftEditor";
import { History } from "./History";
import { MoveDialog } from "./MoveDialog";
import { Preview } from "./Preview";
import { type Prompt, usePrompts } from "./prompts";
import { Timeline } from "./Timeline";
import { type Move, useCreateVersion, useDuplicateVersion, useVersions, type Version } from "./versions";

/** A prompt: its versions, and what is done with them. */
export default function PromptPage({ team, slug }: { team: string; slug: string }) {
  const prompts = usePrompts(team);
  if (prompts.isPending) return <Waiting />;
  if (prompts.error) {
    return (
      <Failure error={prompts.error} what="The prompt cannot be shown" retry={() => prompts.refetch()} />
    );
  }
  const prompt = prompts.data.find((one) => one.slug === slug);
  if (!prompt) return <Empty title="There is no such prompt">It may have moved to another team.</Empty>;
  return (
    <Stack>
      <Breadcrumbs>
        <Anchor component={Link} href={`/teams/${team}`}>
          Prompts
        </Anchor>
        <span>{prompt.name}</span>
      </Breadcrumbs>
      <Versions prompt={prompt} />
    </Stack>
  );
}

function Versions({ prompt }: { prompt: Prompt }) {
  const versions = useVersions(prompt.id);
  const search = new URLSearchParams(useSearch());
  const [, go] = useLocation();
  const tab = search.get("tab") ?? "edit";
  const here = `/teams/${prompt.team_id}/prompts/${prompt.slug}`;
  if (versions.isPending) return <Waiting />;
  if (versions.error) {
    return (
      <Failure error={versions.error} what="The versions cannot be shown" retry={() => versions.refetch()} />
    );
  }
  const wanted = Number(search.get("version"));
  const chosen =
    versions.data.find((one) => one.version === wanted) ??
    versions.data.find((one) => one.status === "live") ??
    versions.data[0];
  if (!chosen) return <FirstVersion prompt={prompt} />;
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 3 }}>
        <Timeline
          versions={versions.data}
          chosen={chosen.version}
          href={(version) => `${here}?version=${version}`}
        />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 9 }}>
        <Stack gap="xl">
          <Actions prompt={prompt} versions={versions.data} version={chosen} here={here} />
          <Tabs
            value={tab}
            onChange={(value) => go(`${here}?version=${chosen.version}&tab=${value}`)}
            keepMounted={false}
          >
            <Tabs.List mb="md">
              <Tabs.Tab value="edit">Text</Tabs.Tab>
              <Tabs.Tab value="compare">Compare</Tabs.Tab>
              <Tabs.Tab value="history">History</Tabs.Tab>
              <Tabs.Tab value="connect">Connect</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="edit">
              <Stack gap="xl">
                <DraftEditor key={chosen.id} prompt={prompt} version={chosen} />
                <Preview prompt={prompt} version={chosen} />
              </Stack>
            </Tabs.Panel>
            <Tabs.Panel value="compare">
              <Compare
                prompt={prompt}
                versions={versions.data}
                from={Number(search.get("from")) || before(versions.data, chosen)}
                to={chosen.version}
                here={here}
              />
            </Tabs.Panel>
            <Tabs.Panel value="history">
              <History prompt={prompt} />
            </Tabs.Panel>
            <Tabs.Panel value="connect">
              <Connect prompt={prompt} versions={versions.data} />
            </Tabs.Panel>
          </Tabs>
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

/** The version to compare with: what is live, or the one before. */
function before(versions: readonly Version[], version: Version): number {
  const live = versions.find((one) => one.status === "live" && one.version !== version.version);
  const older = versions.find((one) => one.version < version.version);
  return (live ?? older ?? version).version;
}

function FirstVersion({ prompt }: { prompt: Prompt }) {
  const create = useCreateVersion(prompt);
  return (
    <Empty
      title={prompt.name}
      action={
        <Stack>
          <Button
            loading={create.isPending}
            onClick={() => create.mutate({ template: "Hello {{.name}}!", message: null })}
          >
            Write the first version
          </Button>
          {create.error ? <Failure error={create.error} what="Not created" /> : null}
        </Stack>
      }
    >
      This prompt has no version yet. It begins as a draft that you can change until you release it.
    </Empty>
  );
}

function Actions({
  prompt,
  versions,
  version,
  here,
}: {
  prompt: Prompt;
  versions: readonly Version[];
  version: Version;
  here: string;
}) {
  const [move, setMove] = useState<Move | null>(null);
  const [label, setLabel] = useState("");
  const [, go] = useLocation();
  const duplicate = useDuplicateVersion(prompt);
  const isReleasable = version.status === "draft" || version.status === "stable";
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2}>Version {version.version}</Title>
        <Group gap="xs">
          <Button
            variant="default"
            loading={duplicate.isPending}
            onClick={() =>
              duplicate.mutate(version, { onSuccess: (made) => go(`${here}?version=${made.version}`) })
            }
          >
            New draft from this
          </Button>
          {isReleasable ? (
            <Button color="teal.9" onClick={() => setMove({ kind: "promote", version, to: "live" })}>
              Go live
            </Button>
          ) : null}
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
                More
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {version.status === "draft" ? (
                <Menu.Item onClick={() => setMove({ kind: "promote", version, to: "stable" })}>
                  Make stable
                </Menu.Item>
              ) : null}
              {version.status === "live" ? (
                <Menu.Item onClick={() => setMove({ kind: "demote", version })}>Take out of live</Menu.Item>
              ) : null}
              {version.tags.map((tag) => (
                <Menu.Item key={tag} onClick={() => setMove({ kind: "unlabel", version, label: tag })}>
                  Remove label {tag}
                </Menu.Item>
              ))}
              {version.status !== "archived" ? (
                <Menu.Item color="red" onClick={() => setMove({ kind: "archive", version })}>
                  Archive
                </Menu.Item>
              ) : null}
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Group>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (label.trim()) setMove({ kind: "label", version, label: label.trim() });
        }}
      >
        <Group gap="xs">
          <TextInput
            aria-label="Label"
            placeholder="A label, such as production"
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <Button type="submit" variant="light" disabled={!label.trim()}>
            Put on version {version.version}
          </Button>
        </Group>
      </form>
      {duplicate.error ? <Failure error={duplicate.error} what="No draft was made" /> : null}
      {move ? (
        <MoveDialog prompt={prompt} versions={versions} move={move} onClose={() => setMove(null)} />
      ) : null}
    </Stack>
  );
}
