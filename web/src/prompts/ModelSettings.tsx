import { Accordion, Button, Stack, Textarea, TextInput } from "@mantine/core";
import type { Draft, JsonField } from "./draft";

const FIELDS: Record<JsonField, { label: string; description: string; example: string }> = {
  model_params: {
    label: "Model settings",
    description: "What to call the model with, as JSON",
    example: '{"temperature": 0.2, "max_tokens": 500}',
  },
  tools: {
    label: "Tools",
    description: "What the model may call, in OpenAI's or Anthropic's shape, as JSON",
    example: '[{"type": "function", "function": {"name": "weather"}}]',
  },
  response_format: {
    label: "Response format",
    description: "What the model is to answer in, in OpenAI's shape, as JSON",
    example: '{"type": "json_object"}',
  },
  input_schema: {
    label: "Input schema",
    description: "A JSON Schema that the variables must satisfy",
    example: '{"type": "object", "required": ["name"]}',
  },
};

/** What a version says beside its text: the model, its settings, tools and formats. */
export function ModelSettings({
  draft,
  onChange,
  readOnly,
  unreadable,
  inferred,
}: {
  draft: Draft;
  onChange: (draft: Draft) => void;
  readOnly: boolean;
  unreadable: readonly JsonField[];
  inferred: object;
}) {
  const put = (field: JsonField, text: string) =>
    onChange({ ...draft, json: { ...draft.json, [field]: text } });
  return (
    <Accordion variant="contained" defaultValue={unreadable.length ? "settings" : null} order={3}>
      <Accordion.Item value="settings">
        <Accordion.Control>Model, tools and schema{draft.model ? `: ${draft.model}` : ""}</Accordion.Control>
        <Accordion.Panel>
          <Stack>
            <TextInput
              label="Model"
              placeholder="gpt-5"
              value={draft.model}
              readOnly={readOnly}
              onChange={(event) => onChange({ ...draft, model: event.currentTarget.value })}
            />
            {(Object.keys(FIELDS) as JsonField[]).map((field) => (
              <Textarea
                key={field}
                label={FIELDS[field].label}
                description={FIELDS[field].description}
                placeholder={FIELDS[field].example}
                error={unreadable.includes(field) ? "This is no JSON yet; it cannot be saved" : null}
                autosize
                minRows={2}
                maxRows={16}
                readOnly={readOnly}
                styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
                value={draft.json[field]}
                onChange={(event) => put(field, event.currentTarget.value)}
              />
            ))}
            {readOnly ? null : (
              <Button
                variant="default"
                style={{ alignSelf: "flex-start" }}
                onClick={() => put("input_schema", JSON.stringify(inferred, null, 2))}
              >
                Fill the schema from what the text reads
              </Button>
            )}
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
