import {
  ActionIcon,
  Anchor,
  AppShell,
  Group,
  Indicator,
  Menu,
  Select,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import {
  IconBook,
  IconBuilding,
  IconInbox,
  IconKey,
  IconLogout,
  IconMoon,
  IconRocket,
  IconServer,
  IconSettings,
  IconSun,
  IconUserCircle,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link, useLocation, useRoute } from "wouter";
import { base } from "../api/client";
import { type User, useSignOut } from "../session/session";
import { useInbox } from "../settings/inboxQueries";
import { useOrgs } from "../teams/orgs";
import { useTeams } from "../teams/teams";
import { useLive } from "./live";
import { Progress } from "./Progress";
import { TeamNav } from "./TeamNav";

/** What stands around every page. */
export function Shell({ user, children }: { user: User; children: ReactNode }) {
  const [, here] = useRoute<{ team: string }>("/teams/:team/*?");
  useLive();
  return (
    <AppShell header={{ height: 56 }} padding="md">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <Progress />
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="md" wrap="nowrap">
            <Anchor component={Link} href="/" underline="never" fw={700} c="inherit">
              Promptwire
            </Anchor>
            <TeamChoice />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Waits />
            <ThemeSwitch />
            <Account user={user} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Main id="main">
        {here ? <TeamNav team={here.team} /> : null}
        {children}
      </AppShell.Main>
    </AppShell>
  );
}

function TeamChoice() {
  const teams = useTeams();
  const [, go] = useLocation();
  const [, here] = useRoute("/teams/:team/*?");
  if (!teams.data?.length) return null;
  return (
    <Select
      aria-label="Team"
      placeholder="Go to a team"
      size="sm"
      w={{ base: 150, xs: 220 }}
      searchable={teams.data.length > 8}
      allowDeselect={false}
      data={teams.data.map((team) => ({ value: team.id, label: team.name }))}
      value={here?.team ?? null}
      onChange={(team) => team && go(`/teams/${team}`)}
    />
  );
}

function ThemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme("light") === "dark";
  return (
    <ActionIcon
      variant="subtle"
      size="lg"
      aria-label={isDark ? "Light theme" : "Dark theme"}
      onClick={() => setColorScheme(isDark ? "light" : "dark")}
    >
      {isDark ? <IconSun size={20} /> : <IconMoon size={20} />}
    </ActionIcon>
  );
}

/** Leads to those who ask to join a team, while there are any. */
function Waits() {
  const inbox = useInbox();
  const count = inbox.data?.pages[0]?.inbox.length ?? 0;
  if (count === 0) return null;
  return (
    <Indicator label={inbox.hasNextPage ? `${count}+` : count} size={16} offset={6} color="indigo.8">
      <ActionIcon
        component={Link}
        href="/inbox"
        variant="subtle"
        size="lg"
        aria-label={count === 1 ? "1 join request waits" : `${count} join requests wait`}
      >
        <IconInbox size={20} />
      </ActionIcon>
    </Indicator>
  );
}

function Account({ user }: { user: User }) {
  const signOut = useSignOut();
  const orgs = useOrgs();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" size="lg" aria-label="Account">
          <IconUserCircle size={22} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm">{user.email}</Text>
        </Menu.Label>
        <Menu.Item component={Link} href="/account" leftSection={<IconSettings size={16} />}>
          Account
        </Menu.Item>
        <Menu.Item component={Link} href="/dashboard/api-keys" leftSection={<IconKey size={16} />}>
          API keys
        </Menu.Item>
        <Menu.Item component={Link} href="/welcome" leftSection={<IconRocket size={16} />}>
          First steps
        </Menu.Item>
        {orgs.data?.map((org) => (
          <Menu.Item
            key={org.id}
            component={Link}
            href={`/orgs/${org.id}`}
            leftSection={<IconBuilding size={16} />}
          >
            {org.name}
          </Menu.Item>
        ))}
        {user.is_admin ? (
          <Menu.Item component={Link} href="/instance" leftSection={<IconServer size={16} />}>
            This instance
          </Menu.Item>
        ) : null}
        <Menu.Item component="a" href={`${base}/docs`} leftSection={<IconBook size={16} />}>
          Documentation
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
