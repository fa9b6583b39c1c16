import { Button, Group, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { usePromptPermissions, whyNot } from "../permissions/permissions";
import { Act } from "../ui/Act";
import { Failure } from "../ui/Failure";
import type { Prompt } from "./prompts";
import { called, type Payload, usePayloads, useRemovePayload, useSavePayload } from "./samples";

/** Saved variables to pick from, and a place to save these to. */
export function Payloads({
  prompt,
  values,
  onPick,
}: {
  prompt: Prompt;
  values: Record<string, unknown> | null;
  onPick: (values: object) => void;
}) {
  const [name, setName] = useState("");
  const [picked, setPicked] = useState<Payload | null>(null);
  const payloads = usePayloads(prompt);
  const save = useSavePayload(prompt);
  const remove = useRemovePayload(prompt);
  const permissions = usePromptPermissions(prompt.id);
  const refused = whyNot(permissions.data, "write_payloads");
  const pick = (id: string | null) => {
    const found = payloads.data?.find((one) => one.id === id) ?? null;
    setPicked(found);
    if (found) onPick(found.variables as object);
  };
  const error = save.error ?? remove.error;
  return (
    <>
      {error ? <Failure error={error} what="The payload was not saved" /> : null}
      <Group align="flex-end">
        {payloads.data?.length ? (
          <Select
            label="Saved payload"
            placeholder="Choose one"
            data={payloads.data.map((one) => ({ value: one.id, label: called(one) }))}
            value={picked?.id ?? null}
            onChange={pick}
          />
        ) : null}
        {picked ? (
          <Act
            reason={refused}
            variant="default"
            loading={remove.isPending}
            onClick={() => remove.mutate(picked, { onSuccess: () => setPicked(null) })}
          >
            Remove payload
          </Act>
        ) : null}
        <TextInput
          label="Keep these variables as"
          placeholder="A name"
          maxLength={255}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {refused ? (
          <Act reason={refused} variant="default">
            Save payload
          </Act>
        ) : (
          <Button
            variant="default"
            disabled={!name.trim() || values === null}
            loading={save.isPending}
            onClick={() =>
              values &&
              save.mutate({ name: name.trim(), variables: values }, { onSuccess: () => setName("") })
            }
          >
            Save payload
          </Button>
        )}
      </Group>
    </>
  );
}
