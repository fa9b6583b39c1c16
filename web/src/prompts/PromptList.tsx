import { Anchor, Badge, Group, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { Waiting } from "../app/Waiting";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { NewPrompt } from "./NewPrompt";
import { type Prompt, usePrompts } from "./prompts";
import { matches } from "./search";

/** The prompts of a team, with search as one types. */
export function PromptList({ team }: { team: string }) {
  const prompts = usePrompts(team);
  const [words, setWords] = useState("");
  if (prompts.isPending) return <Waiting />;
  if (prompts.error) {
    return (
      <Failure error={prompts.error} what="The prompts cannot be shown" retry={() => prompts.refetch()} />
    );
  }
  const found = prompts.data.filter((prompt) => matches(prompt, words));
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={2}>Prompts</Title>
        <NewPrompt team={team} />
      </Group>
      <TextInput
        aria-label="Search"
        placeholder="Search names, slugs and descriptions"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      {found.length === 0 ? (
        <Empty title={words ? "Nothing found" : "No prompts yet"}>
          {words
            ? "No prompt has these words."
            : "A prompt is a text with a name that your applications ask for."}
        </Empty>
      ) : (
        <Table.ScrollContainer minWidth={320}>
          <Table highlightOnHover verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Description</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.map((prompt) => (
                <Row key={prompt.id} team={team} prompt={prompt} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}

function Row({ team, prompt }: { team: string; prompt: Prompt }) {
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} href={`/teams/${team}/prompts/${prompt.slug}`} fw={500}>
          {prompt.name}
        </Anchor>{" "}
        {prompt.status === "archived" ? <Badge color="gray">archived</Badge> : null}
        <Text size="xs" c="dimmed" ff="monospace">
          {prompt.slug}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm" lineClamp={2}>
          {prompt.description}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
