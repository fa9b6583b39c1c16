import { ActionIcon, Button, Group, JsonInput, Paper, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconTrash } from "@tabler/icons-react";
import { lazy, useMemo, useState } from "react";
import type { Schemas } from "../api/client";
import { type ChatItem, type Keyed, keyed, moved, ROLES } from "./draft";
import { mistakesAt } from "./mistakes";

const Editor = lazy(() => import("../editor/Editor"));

interface Shared {
  onSave: () => void;
  readOnly: boolean;
  variables: readonly string[];
  errors: readonly Schemas["PreviewError"][];
}

/** The messages of a chat, in their order, and the places of messages that callers pass in. */
export function ChatEditor({
  items,
  onChange,
  ...shared
}: { items: readonly Keyed[]; onChange: (items: readonly Keyed[]) => void } & Shared) {
  const put = (at: number, item: ChatItem) =>
    onChange(items.map((one, index) => (index === at ? { ...one, item } : one)));
  return (
    <Stack component="ol" p={0} m={0} style={{ listStyle: "none" }}>
      {items.map(({ key, item }, at) => (
        <Paper component="li" key={key} withBorder p="sm" data-testid="message">
          <Stack gap="xs">
            <Group justify="space-between" align="flex-end">
              <Who item={item} at={at} readOnly={shared.readOnly} onChange={(next) => put(at, next)} />
              {shared.readOnly ? null : (
                <Group gap={4}>
                  <ActionIcon
                    variant="default"
                    aria-label={`Move item ${at + 1} up`}
                    disabled={at === 0}
                    onClick={() => onChange(moved(items, at, at - 1))}
                  >
                    <IconArrowUp size={16} />
                  </ActionIcon>
                  <ActionIcon
                    variant="default"
                    aria-label={`Move item ${at + 1} down`}
                    disabled={at === items.length - 1}
                    onClick={() => onChange(moved(items, at, at + 1))}
                  >
                    <IconArrowDown size={16} />
                  </ActionIcon>
                  <ActionIcon
                    variant="default"
                    aria-label={`Remove item ${at + 1}`}
                    onClick={() => onChange(items.filter((_, index) => index !== at))}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                </Group>
              )}
            </Group>
            {item.placeholder === undefined ? (
              <Message item={item} at={at} onChange={(next) => put(at, next)} {...shared} />
            ) : (
              <Text size="sm" c="dimmed">
                The caller's messages go here, just as they were passed.
              </Text>
            )}
          </Stack>
        </Paper>
      ))}
      {shared.readOnly ? null : (
        <Group component="li">
          <Button variant="light" onClick={() => onChange([...items, keyed({ role: "user", content: "" })])}>
            Add message
          </Button>
          <Button
            variant="default"
            onClick={() => onChange([...items, keyed({ placeholder: freeName(items) })])}
          >
            Add placeholder
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function freeName(items: readonly Keyed[]): string {
  const taken = new Set(items.map(({ item }) => item.placeholder));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? "history" : `history_${number}`;
    if (!taken.has(name)) return name;
  }
}

interface One {
  item: ChatItem;
  at: number;
  readOnly: boolean;
  onChange: (item: ChatItem) => void;
}

/** Who speaks, or whose messages go there. */
function Who({ item, at, readOnly, onChange }: One) {
  if (item.placeholder !== undefined) {
    return (
      <TextInput
        label={`Placeholder ${at + 1}`}
        value={item.placeholder}
        readOnly={readOnly}
        onChange={(event) => onChange({ placeholder: event.currentTarget.value })}
      />
    );
  }
  return (
    <Group>
      <Select
        label={`Role ${at + 1}`}
        w={140}
        data={[...ROLES]}
        allowDeselect={false}
        value={item.role ?? "user"}
        readOnly={readOnly}
        onChange={(role) => onChange(withRole(item, role ?? "user"))}
      />
      {item.role === "tool" ? (
        <TextInput
          label={`Call that message ${at + 1} answers`}
          value={(item.tool_call_id as string) ?? ""}
          readOnly={readOnly}
          onChange={(event) => onChange({ ...item, tool_call_id: event.currentTarget.value })}
        />
      ) : null}
    </Group>
  );
}

/** A message of another role, without the fields that this role has not. */
function withRole(item: ChatItem, role: string): ChatItem {
  const { tool_calls, tool_call_id, name, ...rest } = item;
  return {
    ...rest,
    role,
    ...(role === "assistant" && tool_calls ? { tool_calls } : {}),
    ...(role === "tool" ? { tool_call_id: tool_call_id ?? "" } : {}),
    ...(role !== "tool" && name ? { name } : {}),
  };
}

function Message({ item, at, onChange, readOnly, onSave, variables, errors }: One & Shared) {
  const mistakes = useMemo(() => mistakesAt(errors, `messages[${at}].content`), [errors, at]);
  return (
    <>
      <Editor
        label={`Content of message ${at + 1}`}
        value={item.content ?? ""}
        onChange={(content) => onChange({ ...item, content })}
        onSave={onSave}
        readOnly={readOnly}
        variables={variables}
        mistakes={mistakes}
        hint="{{.question}}"
      />
      {item.role === "assistant" && (item.tool_calls || !readOnly) ? (
        <ToolCalls item={item} at={at} readOnly={readOnly} onChange={onChange} />
      ) : null}
    </>
  );
}

/** The tools that an assistant calls, as JSON; what cannot be read yet stays in the field only. */
function ToolCalls({ item, at, readOnly, onChange }: One) {
  const [text, setText] = useState(() => (item.tool_calls ? JSON.stringify(item.tool_calls, null, 2) : ""));
  const change = (value: string) => {
    setText(value);
    try {
      const { tool_calls: _, ...rest } = item;
      onChange(value.trim() ? { ...rest, tool_calls: JSON.parse(value) } : rest);
    } catch {
      // the field says that it is no JSON
    }
  };
  return (
    <JsonInput
      label={`Tool calls of message ${at + 1}`}
      validationError="This is no JSON; it is not saved"
      placeholder='[{"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}]'
      autosize
      minRows={1}
      readOnly={readOnly}
      value={text}
      onChange={change}
    />
  );
}
