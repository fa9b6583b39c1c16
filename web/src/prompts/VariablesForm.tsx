import { Checkbox, JsonInput, NumberInput, Select, SimpleGrid, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { type Field, fields } from "./fields";

type Values = Record<string, unknown>;

/** A field for each variable, as the schema says what it is. */
export function VariablesForm({
  schema,
  values,
  onChange,
}: {
  schema: object;
  values: Values;
  onChange: (values: Values) => void;
}) {
  const shown = fields(schema);
  if (shown.length === 0)
    return (
      <Text size="sm" c="dimmed">
        This text reads no variables.
      </Text>
    );
  const put = (name: string, value: unknown) => {
    const { [name]: _, ...rest } = values;
    onChange(value === undefined ? rest : { ...values, [name]: value });
  };
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {shown.map((field) => (
        <Input
          key={field.name}
          field={field}
          value={values[field.name]}
          onChange={(value) => put(field.name, value)}
        />
      ))}
    </SimpleGrid>
  );
}

interface Props {
  field: Field;
  value: unknown;
  onChange: (value: unknown) => void;
}

function Input({ field, value, onChange }: Props) {
  const about = { label: field.name, description: field.help, required: field.isRequired };
  switch (field.kind) {
    case "choice":
      return (
        <Select
          {...about}
          data={[...field.choices]}
          value={typeof value === "string" ? value : null}
          onChange={(chosen) => onChange(chosen ?? undefined)}
        />
      );
    case "number":
      return (
        <NumberInput
          {...about}
          value={typeof value === "number" ? value : ""}
          onChange={(typed) => onChange(typeof typed === "number" ? typed : undefined)}
        />
      );
    case "truth":
      return (
        <Checkbox
          label={field.name}
          description={field.help}
          mt="lg"
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "json":
      return <Json field={field} value={value} onChange={onChange} />;
    default:
      return (
        <Textarea
          {...about}
          autosize
          minRows={1}
          maxRows={8}
          value={value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

/** A list or a mapping, as JSON; what cannot be read yet stays in the field only. */
function Json({ field, value, onChange }: Props) {
  const [typed, setTyped] = useState<{ text: string; of: string | undefined } | null>(null);
  const isTyped = typed !== null && typed.of === JSON.stringify(value); // else it came from a payload since
  const text = isTyped ? typed.text : value === undefined ? "" : JSON.stringify(value, null, 2);
  const change = (written: string) => {
    let next = value;
    try {
      next = written.trim() ? JSON.parse(written) : undefined;
      onChange(next);
    } catch {
      // the field says that it is no JSON
    }
    setTyped({ text: written, of: JSON.stringify(next) });
  };
  return (
    <JsonInput
      label={field.name}
      description={field.help ?? "As JSON"}
      required={field.isRequired}
      validationError="This is no JSON"
      autosize
      minRows={2}
      value={text}
      onChange={change}
    />
  );
}
