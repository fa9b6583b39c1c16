import { Alert, Button, Checkbox, Group, Modal, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { api } from "../api/client";
import { type Team, useTeams } from "../teams/teams";
import { Failure } from "../ui/Failure";

const CHECKS = [
  { value: "renders", label: "It renders every saved payload" },
  { value: "schema", label: "Its schema says what the text reads" },
  { value: "breaking", label: "It breaks no application" },
];

/** A team itself: its name, what is checked before a version goes live, leaving it, and its end. */
export function TeamItself({ team }: { team: Team }) {
  return (
    <Stack gap="xl" maw={520}>
      <NameAndChecks team={team} />
      <Leave team={team} />
      <End team={team} />
    </Stack>
  );
}

function useRenewed() {
  const queries = useQueryClient();
  return () =>
    Promise.all(["teams", "org teams"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
}

function NameAndChecks({ team }: { team: Team }) {
  const renewed = useRenewed();
  const [name, setName] = useState(team.name);
  const [checks, setChecks] = useState<string[]>(team.promotion_checks);
  const save = useMutation({
    mutationFn: async () => {
      const body = { name: name.trim(), promotion_checks: checks };
      await api.PUT("/v1/teams/{id}", { params: { path: { id: team.id } }, body });
    },
    onSuccess: () => {
      notifications.show({ message: "The team is saved.", color: "green" });
      return renewed();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack align="flex-start">
        {save.error ? <Failure error={save.error} what="Nothing was changed" /> : null}
        <TextInput
          label="Name of the team"
          description={`Applications find its prompts under ${team.slug}, which stays.`}
          w="100%"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox.Group
          label="Before a version goes live"
          description="What is found stops the release; live can be protected further."
          value={checks}
          onChange={setChecks}
        >
          <Stack gap="xs" mt="xs">
            {CHECKS.map((one) => (
              <Checkbox key={one.value} {...one} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Button type="submit" loading={save.isPending} disabled={!name.trim()}>
          Save team
        </Button>
      </Stack>
    </form>
  );
}

function Leave({ team }: { team: Team }) {
  const mine = useTeams();
  const renewed = useRenewed();
  const [, go] = useLocation();
  const leave = useMutation({
    mutationFn: async () => {
      await api.DELETE("/v1/me/teams/{teamID}", { params: { path: { teamID: team.id } } });
    },
    onSuccess: async () => {
      await renewed();
      go("/");
    },
  });
  if (!mine.data?.some((one) => one.id === team.id)) return null;
  return (
    <Stack align="flex-start">
      <Title order={3}>Leave the team</Title>
      {leave.error ? <Failure error={leave.error} what="You are still a member" /> : null}
      <Text size="sm">You do not see its prompts any more; the organization you still belong to.</Text>
      <Button
        variant="default"
        loading={leave.isPending}
        onClick={() => confirm(`Leave ${team.name}?`) && leave.mutate()}
      >
        Leave {team.name}
      </Button>
    </Stack>
  );
}

/** Removes a team; whoever does types its name, since nothing brings it back. */
function End({ team }: { team: Team }) {
  const [opened, dialog] = useDisclosure();
  const [typed, setTyped] = useState("");
  const renewed = useRenewed();
  const [, go] = useLocation();
  const remove = useMutation({
    mutationFn: async () => {
      await api.DELETE("/v1/teams/{id}", { params: { path: { id: team.id } } });
    },
    onSuccess: async () => {
      await renewed();
      go("/");
    },
  });
  return (
    <Stack align="flex-start">
      <Title order={3}>Delete the team</Title>
      <Button color="red.9" onClick={dialog.open}>
        Delete this team
      </Button>
      <Modal opened={opened} onClose={dialog.close} title={`Delete ${team.name}`} centered>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (typed === team.name) remove.mutate();
          }}
        >
          <Stack>
            {remove.error ? <Failure error={remove.error} what="Nothing was deleted" /> : null}
            <Alert color="red" title="Nothing brings it back">
              Every prompt of the team goes with it, for good, and applications that ask for one get an error.
            </Alert>
            <TextInput
              label={`Type ${team.name} to go on`}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              data-autofocus
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={dialog.close}>
                Cancel
              </Button>
              <Button type="submit" color="red.9" disabled={typed !== team.name} loading={remove.isPending}>
                Delete for good
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </Stack>
  );
}
