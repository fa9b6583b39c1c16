import {
  Anchor,
  Code,
  CopyButton,
  Group,
  SegmentedControl,
  Stack,
  Text,
  Title,
  UnstyledButton,
} from "@mantine/core";
import { useState } from "react";
import { base } from "../api/client";
import type { Prompt } from "./prompts";
import { snippets } from "./snippets";
import type { Version } from "./versions";

/** How an application asks for this prompt, ready to be pasted. */
export function Connect({ prompt, versions }: { prompt: Prompt; versions: readonly Version[] }) {
  const labels = [...new Set(versions.flatMap((one) => one.tags))].sort();
  const [label, setLabel] = useState("live");
  return (
    <Stack>
      {labels.length ? (
        <Group>
          <Text size="sm">Which version:</Text>
          <SegmentedControl value={label} onChange={setLabel} data={["live", ...labels]} />
        </Group>
      ) : null}
      {snippets(`${location.origin}${base}`, prompt.slug, label).map((snippet) => (
        <Stack key={snippet.name} gap={4}>
          <Group justify="space-between">
            <Title order={4}>{snippet.name}</Title>
            <CopyButton value={snippet.code}>
              {({ copied, copy }) => (
                <UnstyledButton onClick={copy} fz="sm" td="underline">
                  {copied ? "Copied" : `Copy ${snippet.name}`}
                </UnstyledButton>
              )}
            </CopyButton>
          </Group>
          <Code block tabIndex={0}>
            {snippet.code}
          </Code>
        </Stack>
      ))}
      <Text size="sm" c="dimmed">
        $PROMPTWIRE_API_KEY is a key with the operation read_render. More of it stands in the{" "}
        <Anchor href={`${base}/docs`} underline="always">
          documentation
        </Anchor>
        .
      </Text>
    </Stack>
  );
}
