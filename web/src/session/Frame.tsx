import { Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** What stands around the pages of who is not signed in. */
export function Frame({ what, children, below }: { what: string; children: ReactNode; below: ReactNode }) {
  return (
    <Stack component="main" maw={420} mx="auto" px="md" pt="12vh" gap="lg">
      <div>
        <Title order={1}>Promptwire</Title>
        <Text c="dimmed">{what}</Text>
      </div>
      <Paper withBorder p="lg" radius="md">
        {children}
      </Paper>
      {below}
    </Stack>
  );
}
