import { Textarea } from "@mantine/core";

/** Why somebody moves something or takes it out of use. */
export function Why({ reason, onChange }: { reason: string; onChange: (reason: string) => void }) {
  return (
    <Textarea
      label="Why (kept in the history)"
      autosize
      minRows={2}
      value={reason}
      onChange={(event) => onChange(event.currentTarget.value)}
      data-autofocus
    />
  );
}
