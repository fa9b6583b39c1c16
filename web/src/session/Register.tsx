import { Anchor, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { api } from "../api/client";
import { Failure } from "../ui/Failure";
import { Frame } from "./Frame";
import { useSignIn } from "./session";

/** Makes an account by invitation, and signs in with it. */
export function Register() {
  const signIn = useSignIn();
  const [, go] = useLocation();
  const form = useForm({ initialValues: { email: "", invitation: "", password: "" } });
  const register = useMutation({
    mutationFn: async (body: { email: string; invitation: string; password: string }) => {
      await api.POST("/v1/auth/register", { body: { ...body, invitation: body.invitation.trim() } });
      await signIn.mutateAsync({ email: body.email, password: body.password });
    },
    onSuccess: () => go("/"),
  });
  return (
    <Frame
      what="Register with the invitation that came by e-mail."
      below={
        <Anchor component={Link} href="/" size="sm">
          Sign in with an account you have
        </Anchor>
      }
    >
      <form onSubmit={form.onSubmit((values) => register.mutate(values))}>
        <Stack>
          {register.error ? <Failure error={register.error} what="Not registered" /> : null}
          <TextInput
            label="E-mail"
            description="The address that was invited"
            type="email"
            autoComplete="username"
            {...form.getInputProps("email")}
          />
          <TextInput
            label="Invitation code"
            autoComplete="one-time-code"
            {...form.getInputProps("invitation")}
          />
          <PasswordInput
            label="Password"
            description="At least 8 characters"
            autoComplete="new-password"
            {...form.getInputProps("password")}
          />
          <Button type="submit" loading={register.isPending}>
            Register
          </Button>
        </Stack>
      </form>
    </Frame>
  );
}
