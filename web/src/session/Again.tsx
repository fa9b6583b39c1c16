import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { SignInForm } from "./SignInForm";
import { type User, useSignOut } from "./session";

/** Asks who was at work when the session ended to sign in again; the page behind it stays as it is. */
export function Again({ user }: { user: User }) {
  const signOut = useSignOut();
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      overlayProps={{ backgroundOpacity: 0.6, blur: 12 }}
      title="Your session has ended"
      centered
    >
      <Stack>
        <Text size="sm">Sign in again to go on where you were. What you typed is still there.</Text>
        <SignInForm email={user.email} />
        <Group justify="flex-end">
          <Button variant="subtle" size="compact-sm" onClick={() => signOut.mutate()}>
            Leave this page instead
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
