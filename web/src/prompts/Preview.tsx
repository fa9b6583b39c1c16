import { Badge, Group, JsonInput, List, Paper, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Failure } from "../ui/Failure";
import { AllPayloads } from "./AllPayloads";
import type { ChatItem, Content } from "./draft";
import { objectOf, unfilled } from "./mistakes";
import { Payloads } from "./Payloads";
import type { Answer, Previewing } from "./previewing";
import type { Prompt } from "./prompts";
import { VariablesForm } from "./VariablesForm";

/** What the text says with variables, as one types either of them. */
export function Preview({
  prompt,
  content,
  schema,
  preview,
  variables,
  setVariables,
}: {
  prompt: Prompt;
  content: Content;
  schema: object;
  preview: Previewing;
  variables: string;
  setVariables: (variables: string) => void;
}) {
  const [by, setBy] = useState("form");
  const [filled, setFilled] = useState(0);
  const { answer } = preview;
  const fill = (values: object) => {
    setVariables(JSON.stringify(values, null, 2));
    setFilled(filled + 1);
  };
  return (
    <Stack component="section" aria-label="Preview">
      <Group justify="space-between">
        <Title order={3}>Preview</Title>
        <SegmentedControl
          aria-label="Variables as"
          size="xs"
          data={[
            { value: "form", label: "Form" },
            { value: "json", label: "JSON" },
            { value: "all", label: "All saved" },
          ]}
          value={by}
          onChange={setBy}
        />
      </Group>
      {by === "all" ? <AllPayloads prompt={prompt} content={content} /> : null}
      <Stack hidden={by === "all"}>
        <Payloads prompt={prompt} values={objectOf(variables)} onPick={fill} />
        {by === "form" ? (
          <VariablesForm
            key={filled}
            schema={schema}
            values={objectOf(variables) ?? {}}
            onChange={(values) => setVariables(JSON.stringify(values, null, 2))}
          />
        ) : (
          <JsonInput
            label="Variables"
            description="As JSON"
            validationError="This is no JSON object"
            formatOnBlur
            autosize
            minRows={3}
            value={variables}
            onChange={setVariables}
          />
        )}
        {answer.error ? (
          <Failure error={answer.error} what="No preview" retry={() => answer.refetch()} />
        ) : null}
        {answer.data ? (
          <Said
            answer={answer.data}
            isBehind={preview.isBehind}
            missing={unfilled(answer.data.errors, schema, objectOf(variables) ?? {})}
          />
        ) : null}
      </Stack>
    </Stack>
  );
}

function Said({
  answer,
  isBehind,
  missing,
}: {
  answer: Answer;
  isBehind: boolean;
  missing: readonly string[];
}) {
  return (
    <Paper withBorder p="md" aria-live="polite" aria-busy={isBehind} data-testid="rendered">
      {missing.length ? (
        <Text size="sm" c="dimmed">
          Fill in {missing.join(", ")} to see what it says.
        </Text>
      ) : answer.errors.length ? (
        <List size="sm" listStyleType="none">
          {answer.errors.map((error) => (
            <List.Item key={`${error.path} ${error.line} ${error.message}`}>{error.message}</List.Item>
          ))}
        </List>
      ) : answer.messages ? (
        <Stack>{(answer.messages as ChatItem[]).map(spoken)}</Stack>
      ) : (
        <Written text={answer.rendered ?? ""} />
      )}
    </Paper>
  );
}

function spoken(message: ChatItem, at: number) {
  const { role, content, ...rest } = message;
  const more = Object.keys(rest).length ? JSON.stringify(rest, null, 2) : "";
  return (
    <Stack key={at} gap={4}>
      <Badge variant="default" tt="none">
        {role}
      </Badge>
      <Written text={typeof content === "string" ? content : JSON.stringify(content ?? "", null, 2)} />
      {more ? <Written text={more} /> : null}
    </Stack>
  );
}

function Written({ text }: { text: string }) {
  return (
    <Text component="pre" m={0} ff="monospace" size="sm" className="wrapped">
      {text}
    </Text>
  );
}
