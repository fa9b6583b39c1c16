import {
  Button,
  Checkbox,
  Group,
  Modal,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  TextInput,
} from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import type { Schemas } from "../api/client";
import { useEverybody } from "../teams/orgs";
import { Failure } from "../ui/Failure";

export type Protected = Schemas["ProtectedLabel"];
export type Policy = Schemas["ProtectLabelRequest"];

const ROLES = ["viewer", "member", "admin", "owner"];

/** A moment as the field for date and time wants it: by the reader's clock, to the minute. */
function localTime(moment: string): string {
  const date = new Date(moment);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What a move of a label is to ask for. */
export function PolicyForm({
  org,
  protected: before,
  error,
  isSaving,
  onSave,
  onClose,
}: {
  org: string;
  protected: Protected | null;
  error: Error | null;
  isSaving: boolean;
  onSave: (label: string, policy: Policy) => void;
  onClose: () => void;
}) {
  const form = useForm({
    initialValues: {
      label: before?.label ?? "",
      role: before?.min_required_role ?? "admin",
      approvals: before?.approvals ?? 0,
      self: before?.self_approval ?? false,
      approverRole: before?.approver_role ?? "",
      approvers: before?.approver_ids ?? [],
      days: before?.request_days ?? 7,
      checks: before?.checks ?? [],
      frozen: before?.frozen_until ? localTime(before.frozen_until) : "",
      immutable: before?.immutable ?? false,
    },
    validate: { label: (value) => (value.trim() ? null : "Name a label, or live") },
  });
  const save = form.onSubmit((values) =>
    onSave(values.label.trim(), {
      min_required_role: values.role,
      approvals: values.approvals,
      self_approval: values.self,
      approver_role: (values.approvals && values.approverRole) || null,
      approver_ids: values.approvals ? values.approvers : [],
      request_days: values.days,
      checks: values.checks,
      frozen_until: values.frozen ? new Date(values.frozen).toISOString() : null,
      immutable: values.immutable,
    } as Policy),
  );
  return (
    <Modal opened onClose={onClose} title={before ? `Change ${before.label}` : "Protect a label"} centered>
      <form onSubmit={save}>
        <Stack>
          {error ? <Failure error={error} what="Nothing was changed" /> : null}
          <TextInput
            label="Label"
            description="live is the live version"
            readOnly={before !== null}
            data-autofocus
            {...form.getInputProps("label")}
          />
          <Select
            label="Organization role it needs"
            allowDeselect={false}
            data={ROLES}
            {...form.getInputProps("role")}
          />
          <NumberInput
            label="Approvals of others"
            min={0}
            max={10}
            allowDecimal={false}
            {...form.getInputProps("approvals")}
          />
          {form.values.approvals ? <Approvers org={org} form={form} /> : null}
          <MultiSelect
            label="Checks that a version must pass"
            data={[
              { value: "renders", label: "renders every saved payload" },
              { value: "schema", label: "its schema says what the text reads" },
              { value: "breaking", label: "breaks no application" },
            ]}
            {...form.getInputProps("checks")}
          />
          <TextInput
            label="Frozen until"
            description="Nothing moves it before; by your clock"
            type="datetime-local"
            {...form.getInputProps("frozen")}
          />
          <Checkbox
            label="It stays on the version it is once put on"
            {...form.getInputProps("immutable", { type: "checkbox" })}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isSaving}>
              {before ? "Save" : "Protect"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Whose approval counts: of people with a role, of people by name, or of both. */
function Approvers({
  org,
  form,
}: {
  org: string;
  // biome-ignore lint/suspicious/noExplicitAny: the form knows its own fields
  form: UseFormReturnType<any>;
}) {
  const people = useEverybody(org);
  return (
    <>
      <Select
        label="Who has this organization role may approve"
        placeholder="Who may make the move"
        clearable
        data={ROLES}
        {...form.getInputProps("approverRole")}
        value={form.values.approverRole || null}
        onChange={(value) => form.setFieldValue("approverRole", value ?? "")}
      />
      <MultiSelect
        label="These people may approve, whatever their role"
        searchable
        limit={100}
        data={(people.data ?? []).map((one) => ({ value: one.id, label: one.email }))}
        {...form.getInputProps("approvers")}
      />
      <Checkbox
        label="Who asks for the move counts among them"
        {...form.getInputProps("self", { type: "checkbox" })}
      />
      <NumberInput
        label="A request stays open for so many days"
        min={1}
        max={90}
        allowDecimal={false}
        {...form.getInputProps("days")}
      />
    </>
  );
}
