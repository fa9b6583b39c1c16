import { Button, Group, Modal, MultiSelect, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useOrgTeams } from "../teams/orgs";
import { Failure } from "../ui/Failure";
import { BLANK, type KeyFields } from "./keyFields";

/** What a key is called, what it may, and until when. */
export function KeyForm({
  org,
  title,
  before = BLANK,
  verb,
  error,
  failed,
  isSaving,
  onSave,
  onClose,
}: {
  org: string;
  title: string;
  before?: KeyFields;
  verb: string;
  error: Error | null;
  failed: string;
  isSaving: boolean;
  onSave: (fields: KeyFields) => void;
  onClose: () => void;
}) {
  const teams = useOrgTeams(org);
  const form = useForm({
    initialValues: before,
    validate: { name: (value) => (value.trim() ? null : "Give it a name") },
  });
  return (
    <Modal opened onClose={onClose} title={title} centered>
      <form onSubmit={form.onSubmit(onSave)}>
        <Stack>
          {error ? <Failure error={error} what={failed} /> : null}
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
            data={(teams.data?.pages ?? [])
              .flatMap((page) => page.teams)
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
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isSaving}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
