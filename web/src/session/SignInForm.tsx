import { Button, Divider, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useLocation, useSearch } from "wouter";
import { base } from "../api/client";
import { Waiting } from "../app/Waiting";
import { Failure } from "../ui/Failure";
import { keepPlace } from "./place";
import { useSignIn, useWays } from "./session";

/** The ways to sign in that this server has; the address is given where it is known whose page it is. */
export function SignInForm({ email }: { email?: string }) {
  const ways = useWays();
  if (ways.isPending) return <Waiting />;
  if (ways.isLoadingError) {
    return <Failure error={ways.error} what="Nobody can sign in now" retry={() => ways.refetch()} />;
  }
  const { password, provider, provider_login: login } = ways.data;
  return (
    <Stack>
      {provider && login ? <Provider name={provider} login={login} isOnly={!password} /> : null}
      {provider && password ? <Divider label="or with a password" labelPosition="center" /> : null}
      {password ? <WithPassword {...(email ? { email } : {})} /> : null}
    </Stack>
  );
}

/** Leaves for the identity provider; whoever comes back arrives where they were. */
function Provider({ name, login, isOnly }: { name: string; login: string; isOnly: boolean }) {
  const [path] = useLocation();
  const search = useSearch();
  return (
    <Button
      component="a"
      href={`${base}${login}`}
      variant={isOnly ? "filled" : "default"}
      onClick={() => keepPlace(search ? `${path}?${search}` : path)}
    >
      Sign in with {name}
    </Button>
  );
}

function WithPassword({ email }: { email?: string }) {
  const signIn = useSignIn();
  const form = useForm({
    initialValues: { email: email ?? "", password: "" },
    validate: {
      email: (value) => (value.includes("@") ? null : "Enter your e-mail address"),
      password: (value) => (value ? null : "Enter your password"),
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
      <Stack>
        {signIn.error ? <Failure error={signIn.error} what="Not signed in" /> : null}
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          autoFocus={!email}
          {...form.getInputProps("email")}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          autoFocus={!!email}
          {...form.getInputProps("password")}
        />
        <Button type="submit" loading={signIn.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
