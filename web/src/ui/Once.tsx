import { Alert, Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

/** Something to take along, such as a secret that is shown this once. */
export function Once({
  title,
  value,
  children,
  onClose,
}: {
  title: string;
  value: string;
  children: ReactNode;
  onClose?: () => void;
}) {
  return (
    <Alert color="teal" role="status" title={title}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{children}</Text>
        <Code block tabIndex={0} data-testid="secret" className="wrapped">
          {value}
        </Code>
        <Group>
          <Copy value={value} />
          {onClose ? (
            <Button size="compact-sm" variant="default" onClick={onClose}>
              I have it
            </Button>
          ) : null}
        </Group>
      </Stack>
    </Alert>
  );
}

/** Puts a text on the clipboard. */
export function Copy({ value, what = "Copy" }: { value: string; what?: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Button size="compact-sm" onClick={copy}>
          {copied ? "Copied" : what}
        </Button>
      )}
    </CopyButton>
  );
}
