import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

/** Says what went wrong, and how to go on. */
export function Failure({ error, what, retry }: { error: Error; what: string; retry?: () => void }) {
  return (
    <Alert color="red" title={what} icon={<IconAlertTriangle aria-hidden />} role="alert">
      <Group justify="space-between" gap="sm">
        <Text size="sm">{sentence(error.message)}</Text>
        {retry ? (
          <Button size="compact-sm" variant="light" color="red" onClick={retry}>
            Try again
          </Button>
        ) : null}
      </Group>
    </Alert>
  );
}

/** Gives words of the server as a sentence. */
export function sentence(words: string): string {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
