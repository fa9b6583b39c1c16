import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { api } from "../api/client";
import { Failure } from "../ui/Failure";
import { Frame } from "./Frame";
import { useSignIn } from "./session";

/** Sends a code to who forgot the password, and takes it for a new one. */
export function Forgotten() {
  const signIn = useSignIn();
  const [, go] = useLocation();
  const form = useForm({ initialValues: { email: "", code: "", password: "" } });
  const send = useMutation({
    mutationFn: async (email: string) => {
      await api.POST("/v1/auth/password-reset/trigger", { body: { email } });
    },
  });
  const reset = useMutation({
    mutationFn: async ({ email, code, password }: typeof form.values) => {
      await api.POST("/v1/auth/password-reset/reset", {
        body: { email, code: code.trim(), new_password: password },
      });
      await signIn.mutateAsync({ email, password });
    },
    onSuccess: () => go("/"),
  });
  const submit = form.onSubmit((values) =>
    send.isSuccess ? reset.mutate(values) : send.mutate(values.email),
  );
  const error = reset.error ?? send.error;
  return (
    <Frame
      what="Choose a new password."
      below={
        <Anchor component={Link} href="/" size="sm">
          Back to signing in
        </Anchor>
      }
    >
      <form onSubmit={submit}>
        <Stack>
          {error ? <Failure error={error} what="That did not work" /> : null}
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            readOnly={send.isSuccess}
            {...form.getInputProps("email")}
          />
          {send.isSuccess ? (
            <>
              <Text size="sm" role="status">
                If there is an account with this address, a code is on its way. It counts for 15 minutes.
              </Text>
              <TextInput label="Code" autoComplete="one-time-code" {...form.getInputProps("code")} />
              <PasswordInput
                label="New password"
                autoComplete="new-password"
                {...form.getInputProps("password")}
              />
            </>
          ) : null}
          <Button type="submit" loading={send.isPending || reset.isPending}>
            {send.isSuccess ? "Set the new password" : "Send me a code"}
          </Button>
        </Stack>
      </form>
    </Frame>
  );
}
