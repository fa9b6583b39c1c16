import { Button, PasswordInput, Stack, Table, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { Waiting } from "../app/Waiting";
import { useSignIn, useUser } from "../session/session";
import { ago } from "../ui/ago";
import { Failure } from "../ui/Failure";

/** One's own account: the password, and where one is signed in. */
export default function Account() {
  return (
    <Stack maw={720} gap="xl">
      <Title order={2}>Account</Title>
      <Password />
      <Sessions />
    </Stack>
  );
}

/** A new password ends every session, so one signs in with it at once. */
function Password() {
  const user = useUser();
  const signIn = useSignIn();
  const queries = useQueryClient();
  const form = useForm({ initialValues: { current_password: "", new_password: "" } });
  const change = useMutation({
    mutationFn: async (body: { current_password: string; new_password: string }) => {
      await api.POST("/v1/auth/me/change-password", { body });
      await signIn.mutateAsync({ email: user?.email ?? "", password: body.new_password });
    },
    onSuccess: () => {
      form.reset();
      notifications.show({ message: "Your password is changed; other sessions have ended.", color: "green" });
      return queries.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <Stack align="flex-start">
        <Title order={3}>Password</Title>
        {change.error ? <Failure error={change.error} what="Not changed" /> : null}
        <PasswordInput
          label="Current password"
          w="100%"
          maw={360}
          autoComplete="current-password"
          {...form.getInputProps("current_password")}
        />
        <PasswordInput
          label="New password"
          w="100%"
          maw={360}
          autoComplete="new-password"
          {...form.getInputProps("new_password")}
        />
        <Button type="submit" loading={change.isPending}>
          Change password
        </Button>
      </Stack>
    </form>
  );
}

function Sessions() {
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: ["sessions"],
    queryFn: async () => (await data(api.GET("/v1/auth/sessions"))).sessions,
  });
  const end = useMutation({
    mutationFn: async (sessionID: string) => {
      await api.DELETE("/v1/auth/sessions/{sessionID}", { params: { path: { sessionID } } });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
  if (sessions.isPending) return <Waiting />;
  const error = sessions.error ?? end.error;
  return (
    <Stack>
      <Title order={3}>Where you are signed in</Title>
      {error ? <Failure error={error} what="That did not work" /> : null}
      <Table verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Since</Table.Th>
            <Table.Th>Until</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sessions.data?.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td title={one.created_at}>{ago(one.created_at)}</Table.Td>
              <Table.Td>{one.expires_at.slice(0, 10)}</Table.Td>
              <Table.Td>
                {one.current ? (
                  "this one"
                ) : (
                  <Button variant="subtle" size="compact-sm" onClick={() => end.mutate(one.id)}>
                    End session
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
