import { Anchor, Breadcrumbs, Button, Grid, Stack, Tabs } from "@mantine/core";
import { lazy, Suspense } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { ApiError } from "../api/client";
import { Waiting } from "../app/Waiting";
import { usePromptPermissions, whyNot } from "../permissions/permissions";
import { Act } from "../ui/Act";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { Actions } from "./Actions";
import { Connect } from "./Connect";
import { EVERYTHING, trail, writeListing } from "./listing";
import { PromptHead } from "./PromptHead";
import { type Prompt, usePrompt } from "./prompts";
import { Timeline } from "./Timeline";
import { useCreateVersion, useVersions } from "./versions";
import { Workbench } from "./Workbench";

const Compare = lazy(() => import("./Compare"));
const History = lazy(() => import("./History"));
const PromptUse = lazy(() => import("../use/PromptUse"));

/** A prompt: its versions, and what is done with them. */
export default function PromptPage({ team, slug }: { team: string; slug: string }) {
  const prompt = usePrompt(team, slug);
  if (prompt.isPending) return <Waiting />;
  if (prompt.error instanceof ApiError && prompt.error.status === 404) {
    return (
      <Empty
        title="There is no such prompt"
        action={
          <Button component={Link} href={`/teams/${team}`} variant="default">
            Show all prompts
          </Button>
        }
      >
        It may have moved to another team.
      </Empty>
    );
  }
  if (prompt.isLoadingError) {
    return <Failure error={prompt.error} what="The prompt cannot be shown" retry={() => prompt.refetch()} />;
  }
  return (
    <Stack>
      <Where prompt={prompt.data} />
      <PromptHead key={prompt.data.id} prompt={prompt.data} />
      <Versions prompt={prompt.data} />
    </Stack>
  );
}

/** The folders that a prompt is in, each of which can be gone to. */
function Where({ prompt }: { prompt: Prompt }) {
  const folders = trail(prompt.name).slice(0, -1);
  const root = `/teams/${prompt.team_id}`;
  return (
    <Breadcrumbs>
      <Anchor component={Link} href={root}>
        Prompts
      </Anchor>
      {folders.map((one) => (
        <Anchor
          key={one.folder}
          component={Link}
          href={`${root}${writeListing({ ...EVERYTHING, folder: one.folder })}`}
        >
          {one.name}
        </Anchor>
      ))}
      <span>{prompt.name.slice(prompt.name.lastIndexOf("/") + 1)}</span>
    </Breadcrumbs>
  );
}

function Versions({ prompt }: { prompt: Prompt }) {
  const versions = useVersions(prompt.id);
  const search = new URLSearchParams(useSearch());
  const [, go] = useLocation();
  const tab = search.get("tab") ?? "edit";
  const here = `/teams/${prompt.team_id}/prompts/${prompt.slug}`;
  if (versions.isPending) return <Waiting />;
  if (versions.isLoadingError) {
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
              <Tabs.Tab value="use">Use</Tabs.Tab>
              <Tabs.Tab value="connect">Connect</Tabs.Tab>
            </Tabs.List>
            <Suspense fallback={<Waiting />}>
              <Tabs.Panel value="edit">
                <Workbench key={chosen.id} prompt={prompt} version={chosen} here={here} />
              </Tabs.Panel>
              <Tabs.Panel value="compare">
                <Compare prompt={prompt} versions={versions.data} chosen={chosen} here={here} />
              </Tabs.Panel>
              <Tabs.Panel value="history">
                <History prompt={prompt} versions={versions.data} here={here} />
              </Tabs.Panel>
              <Tabs.Panel value="use">
                <PromptUse prompt={prompt} versions={versions.data} here={here} />
              </Tabs.Panel>
              <Tabs.Panel value="connect">
                <Connect prompt={prompt} versions={versions.data} />
              </Tabs.Panel>
            </Suspense>
          </Tabs>
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

function FirstVersion({ prompt }: { prompt: Prompt }) {
  const create = useCreateVersion(prompt);
  const permissions = usePromptPermissions(prompt.id);
  return (
    <Empty
      title="No version yet"
      action={
        <Stack>
          <Act
            reason={whyNot(permissions.data, "create_versions")}
            loading={create.isPending}
            onClick={() => create.mutate({ template: "Hello {{.name}}!" })}
          >
            Write the first version
          </Act>
          {create.error ? <Failure error={create.error} what="Not created" /> : null}
        </Stack>
      }
    >
      It begins as a draft that you can change until you release it.
    </Empty>
  );
}
