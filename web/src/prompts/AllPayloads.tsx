import { Badge, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { Waiting } from "../app/Waiting";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import type { Content } from "./draft";
import { type Answer, inOneText, useSaid } from "./previewing";
import type { Prompt } from "./prompts";
import { called, type Payload, usePayloads } from "./samples";
import { useSettled } from "./useSettled";

const MOST = 24; // renders at once, of those that were saved last

/** What the text says with each of the saved variables, side by side. */
export function AllPayloads({ prompt, content }: { prompt: Prompt; content: Content }) {
  const payloads = usePayloads(prompt);
  const settled = useSettled(content);
  const shown = (payloads.data ?? []).slice(0, MOST);
  const said = useSaid(
    prompt.team_id,
    shown.map((one) => ({ content: settled, variables: one.variables as object })),
  );
  if (payloads.isPending) return <Waiting />;
  if (payloads.isLoadingError)
    return <Failure error={payloads.error} what="The saved variables cannot be shown" />;
  if (shown.length === 0) {
    return (
      <Empty title="No saved variables yet">
        Fill in the form, give the variables a name, and save them: they are rendered here, side by side.
      </Empty>
    );
  }
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} component="section" aria-label="Every payload">
      {shown.map((payload, at) => (
        <Card key={payload.id} payload={payload} answer={said[at]?.data} error={said[at]?.error ?? null} />
      ))}
    </SimpleGrid>
  );
}

function Card({
  payload,
  answer,
  error,
}: {
  payload: Payload;
  answer: Answer | undefined;
  error: Error | null;
}) {
  return (
    <Paper withBorder p="sm" component="article" aria-label={called(payload)}>
      <Stack gap={6}>
        <Title order={4} size="sm">
          {called(payload)} {answer?.errors.length ? <Badge color="red.9">does not render</Badge> : null}
        </Title>
        {error ? <Failure error={error} what="Not rendered" /> : null}
        {answer ? (
          <Text component="pre" m={0} ff="monospace" size="sm" className="wrapped">
            {inOneText(answer)}
          </Text>
        ) : null}
      </Stack>
    </Paper>
  );
}
