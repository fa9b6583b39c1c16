import { Anchor, Group, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { Frame } from "./Frame";
import { SignInForm } from "./SignInForm";
import { useWays } from "./session";

/** The first page of who is not signed in. */
export function SignIn() {
  return (
    <Frame what="Sign in to edit, review and release prompts." below={<Ways />}>
      <SignInForm />
    </Frame>
  );
}

const REGISTER = {
  open: "Register",
  invite: "I have an invitation",
  first: "Nobody is here yet: make the first account",
  closed: null,
} as const;

function Ways() {
  const ways = useWays();
  if (!ways.data?.password) return null;
  const { sign_up: signUp } = ways.data;
  return (
    <Stack gap="xs">
      <Group>
        <Anchor component={Link} href="/forgotten" size="sm">
          I forgot my password
        </Anchor>
        {REGISTER[signUp] ? (
          <Anchor component={Link} href="/register" size="sm">
            {REGISTER[signUp]}
          </Anchor>
        ) : null}
      </Group>
      {signUp === "first" ? null : (
        <Text size="sm">
          <b>First time here?</b> The first start of the server printed an e-mail address and a password.
          Everybody else is invited by an administrator.
        </Text>
      )}
    </Stack>
  );
}
