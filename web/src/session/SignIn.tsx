import { Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Failure } from "../ui/Failure";
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
    <Stack component="main" maw={400} mx="auto" px="md" pt="15vh" gap="lg">
      <div>
        <Title order={1}>Promptwire</Title>
        <Text c="dimmed">Sign in to edit, review and release prompts.</Text>
      </div>
      <Paper withBorder p="lg" radius="md">
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
      </Paper>
      <Text size="sm">
        <b>First time here?</b> The first start of the server printed an e-mail address and a password.
        Everybody else is invited by an administrator.
      </Text>
    </Stack>
  );
}
