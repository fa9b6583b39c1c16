import { Anchor, Button, Group, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Link } from "wouter";
import { Failure } from "../ui/Failure";
import { Frame } from "./Frame";
import { useSignIn } from "./session";

/** The first page of who is not signed in. */
export function SignIn() {
  const signIn = useSignIn();
  const form = useForm({
    initialValues: { email: "", password: "" },
    validate: {
      email: (value) => (value.includes("@") ? null : "Enter your e-mail address"),
      password: (value) => (value ? null : "Enter your password"),
    },
  });
  return (
    <Frame what="Sign in to edit, review and release prompts." below={<Ways />}>
      <form onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
        <Stack>
          {signIn.error ? <Failure error={signIn.error} what="Not signed in" /> : null}
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            autoFocus
            {...form.getInputProps("email")}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            {...form.getInputProps("password")}
          />
          <Button type="submit" loading={signIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
    </Frame>
  );
}

function Ways() {
  return (
    <Stack gap="xs">
      <Group>
        <Anchor component={Link} href="/forgotten" size="sm">
          I forgot my password
        </Anchor>
        <Anchor component={Link} href="/register" size="sm">
          I have an invitation
        </Anchor>
      </Group>
      <Text size="sm">
        <b>First time here?</b> The first start of the server printed an e-mail address and a password.
        Everybody else is invited by an administrator.
      </Text>
    </Stack>
  );
}
