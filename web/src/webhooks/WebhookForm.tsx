import { Button, Group, Modal, Stack, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Failure } from "../ui/Failure";
import type { WebhookFields } from "./webhookQueries";

const COMMON = ["*", "label.*", "label.moved", "version.promoted", "prompt.*", "change_request.*", "key.*"];

/** Where a webhook is told, and of what. */
export function WebhookForm({
  title,
  before,
  verb,
  error,
  isSaving,
  onSave,
  onClose,
}: {
  title: string;
  before: WebhookFields;
  verb: string;
  error: Error | null;
  isSaving: boolean;
  onSave: (fields: WebhookFields) => void;
  onClose: () => void;
}) {
  const form = useForm({
    initialValues: before,
    validate: {
      name: (value) => (value.trim() ? null : "Give it a name"),
      url: (value) => (/^https?:\/\/./.test(value.trim()) ? null : "An address that begins with https://"),
      events: (value) => (value.length ? null : "Name at least one event, or * for all"),
    },
  });
  return (
    <Modal opened onClose={onClose} title={title} centered>
      <form onSubmit={form.onSubmit((fields) => onSave({ ...fields, url: fields.url.trim() }))}>
        <Stack>
          {error ? <Failure error={error} what="Not saved" /> : null}
          <TextInput label="Name" data-autofocus {...form.getInputProps("name")} />
          <TextInput
            label="Address"
            description="It gets a signed POST for each event"
            placeholder="https://hooks.example.com/prompts"
            {...form.getInputProps("url")}
          />
          <TagsInput
            label="Events"
            description="Such as label.moved; label.* for all of labels, * for everything"
            data={COMMON}
            {...form.getInputProps("events")}
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
