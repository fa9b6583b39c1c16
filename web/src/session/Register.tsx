import { Alert, Anchor, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { api, type Schemas } from "../api/client";
import { Waiting } from "../app/Waiting";
import { Failure } from "../ui/Failure";
import { Frame } from "./Frame";
import { readInvitation } from "./invitation";
import { useSignIn, useWays } from "./session";

type SignUp = Schemas["SignInWays"]["sign_up"];

const WHAT: Record<SignUp, string> = {
  open: "Register; a code comes by mail to confirm your address.",
  invite: "Register with the invitation that came by e-mail.",
  first: "Make the first account: it administers everything here.",
  closed: "Nobody registers here by themselves: ask an administrator for an account.",
};

/** Makes an account: by invitation, as the very first, or where anybody may; signs in with it, and welcomes. */
export function Register() {
  const ways = useWays();
  const signUp = ways.data?.sign_up ?? "invite";
  return (
    <Frame
      what={WHAT[signUp]}
      below={
        <Anchor component={Link} href="/" size="sm">
          Sign in with an account you have
        </Anchor>
      }
    >
      {ways.isPending ? <Waiting /> : signUp === "closed" ? null : <Form signUp={signUp} />}
    </Frame>
  );
}

function Form({ signUp }: { signUp: SignUp }) {
  const signIn = useSignIn();
  const [, go] = useLocation();
  const invited = readInvitation(location.hash);
  const form = useForm({
    initialValues: { ...invited, password: "", code: "" },
    validate: {
      email: (value) => (value.includes("@") ? null : "Enter the address that was invited"),
      password: (value) => (value.length >= 8 ? null : "At least 8 characters"),
    },
  });
  const byMail = signUp === "open" && !form.values.invitation.trim();
  const register = useMutation({
    mutationFn: async ({ email, invitation, password }: typeof form.values) => {
      await api.POST("/v1/auth/register", { body: { email, password, invitation: invitation.trim() } });
    },
  });
  const confirm = useMutation({
    mutationFn: async ({ email, password, code }: typeof form.values) => {
      if (byMail) await api.POST("/v1/auth/verify-email", { body: { email, code: code.trim() } });
      await signIn.mutateAsync({ email, password });
    },
    onSuccess: () => go("/welcome"),
  });
  const waits = register.isSuccess && byMail;
  const submit = form.onSubmit((values) =>
    register.isSuccess
      ? confirm.mutate(values)
      : register.mutate(values, { onSuccess: () => (byMail ? undefined : confirm.mutate(values)) }),
  );
  const error = confirm.error ?? register.error;
  return (
    <form onSubmit={submit}>
      <Stack>
        {error ? <Failure error={error} what="Not registered" /> : null}
        <TextInput
          label="E-mail"
          description={signUp === "invite" ? "The address that was invited" : undefined}
          type="email"
          autoComplete="username"
          readOnly={waits}
          {...form.getInputProps("email")}
        />
        {signUp === "first" ? null : (
          <TextInput
            label="Invitation code"
            description={signUp === "open" ? "If you were invited" : undefined}
            autoComplete="one-time-code"
            readOnly={waits}
            {...form.getInputProps("invitation")}
          />
        )}
        <PasswordInput
          label="Password"
          description="At least 8 characters"
          autoComplete="new-password"
          readOnly={waits}
          {...form.getInputProps("password")}
        />
        {waits ? (
          <>
            <Alert color="blue" role="status">
              A code is on its way to {form.values.email}; it counts for 15 minutes.
            </Alert>
            <TextInput label="Code from the mail" autoFocus {...form.getInputProps("code")} />
          </>
        ) : null}
        <Button type="submit" loading={register.isPending || confirm.isPending}>
          {waits ? "Confirm" : "Register"}
        </Button>
      </Stack>
    </form>
  );
}
