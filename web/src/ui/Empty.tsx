import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** Stands where there is nothing yet, and says what to do next. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Stack align="center" py="xl" gap="xs" ta="center">
      <Title order={3}>{title}</Title>
      <Text c="dimmed" maw={460}>
        {children}
      </Text>
      {action}
    </Stack>
  );
}
