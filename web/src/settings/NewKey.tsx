import { Button, Group, Modal, MultiSelect, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useTeams } from "../teams/teams";
import { Failure } from "../ui/Failure";
import type { Secret } from "./Keys";
import { useCreateKey } from "./keys";

/** Makes a key, limited as far as one likes. */
export function NewKey({ org, onMade }: { org: string; onMade: (secret: Secret) => void }) {
  const [opened, dialog] = useDisclosure();
  const create = useCreateKey(org);
  const teams = useTeams();
  const form = useForm({
    initialValues: {
      name: "",
      operation: "read_render",
      teams: [] as string[],
      readable: [] as string[],
      movable: [] as string[],
      ends: "",
    },
    validate: { name: (value) => (value.trim() ? null : "Give it a name") },
  });
  const make = form.onSubmit((values) =>
    create.mutate(
      {
        name: values.name.trim(),
        org_id: org,
        operation: values.operation as "read_render",
        team_ids: values.teams,
        ...(values.ends ? { expires_at: `${values.ends}T00:00:00Z` } : {}),
        ...(values.readable.length ? { readable_labels: values.readable } : {}),
        ...(values.movable.length ? { movable_labels: values.movable } : {}),
      },
      {
        onSuccess: (made) => {
          onMade(made);
          form.reset();
          dialog.close();
        },
      },
    ),
  );
  return (
    <>
      <Button onClick={dialog.open} style={{ alignSelf: "flex-start" }}>
        New API key
      </Button>
      <Modal opened={opened} onClose={dialog.close} title="New API key" centered>
        <form onSubmit={make}>
          <Stack>
            {create.error ? <Failure error={create.error} what="Not created" /> : null}
            <TextInput
              label="Name"
              description="Where it is used, such as shop-production"
              data-autofocus
              {...form.getInputProps("name")}
            />
            <Select
              label="It may"
              allowDeselect={false}
              data={[
                { value: "read_render", label: "read and render prompts (for applications)" },
                { value: "all", label: "also write, release and label" },
                { value: "admin", label: "also administer teams" },
              ]}
              {...form.getInputProps("operation")}
            />
            <MultiSelect
              label="Only in these teams"
              placeholder={form.values.teams.length ? "" : "All of them"}
              data={(teams.data ?? [])
                .filter((one) => one.org_id === org)
                .map((one) => ({ value: one.id, label: one.name }))}
              {...form.getInputProps("teams")}
            />
            <TagsInput
              label="Reads only these labels"
              description="live is the live version"
              {...form.getInputProps("readable")}
            />
            {form.values.operation === "read_render" ? null : (
              <TagsInput label="Moves only these labels" {...form.getInputProps("movable")} />
            )}
            <TextInput
              label="Ends on"
              description="Never, if left empty"
              type="date"
              {...form.getInputProps("ends")}
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={dialog.close}>
                Cancel
              </Button>
              <Button type="submit" loading={create.isPending}>
                Create key
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
