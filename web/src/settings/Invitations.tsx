import { Button, Group, Select, Stack, Table, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { address, api, data, type Schemas } from "../api/client";
import { invitationLink } from "../session/invitation";
import { type Org, useOrgTeams } from "../teams/orgs";
import { ago } from "../ui/ago";
import { Failure } from "../ui/Failure";
import { Copy, Once } from "../ui/Once";

type Invitation = Schemas["Invitation"];
type Made = Schemas["InvitationAnswer"];
type NewInvitation = Schemas["CreateInvitationRequest"];

/** Invites people to an organization, and lists who has not come yet. */
export function Invitations({ org }: { org: Org }) {
  const queries = useQueryClient();
  const renew = () => queries.invalidateQueries({ queryKey: ["invitations", org.id] });
  const pending = useQuery({
    queryKey: ["invitations", org.id],
    queryFn: async () =>
      (await data(api.GET("/v1/orgs/{orgID}/invitations", { params: { path: { orgID: org.id } } })))
        .invitations,
  });
  const invite = useMutation({
    mutationFn: async (body: NewInvitation) =>
      data(api.POST("/v1/orgs/{orgID}/invitations", { params: { path: { orgID: org.id } }, body })),
    onSuccess: renew,
  });
  const revoke = useMutation({
    mutationFn: async (one: Invitation) => {
      const params = { path: { orgID: org.id, invitationID: one.id } };
      await api.DELETE("/v1/orgs/{orgID}/invitations/{invitationID}", { params });
    },
    onSettled: renew,
  });
  const error = pending.error ?? revoke.error;
  return (
    <Stack>
      <Title order={3}>Invite somebody</Title>
      {invite.error ? <Failure error={invite.error} what="Nobody was invited" /> : null}
      <Invite org={org} isPending={invite.isPending} onInvite={(body) => invite.mutateAsync(body)} />
      {invite.data ? <Link made={invite.data} onClose={() => invite.reset()} /> : null}
      {error ? <Failure error={error} what="That did not work" retry={() => pending.refetch()} /> : null}
      {pending.data?.length ? <Pending list={pending.data} onRevoke={(one) => revoke.mutate(one)} /> : null}
    </Stack>
  );
}

function Invite({
  org,
  isPending,
  onInvite,
}: {
  org: Org;
  isPending: boolean;
  onInvite: (body: NewInvitation) => Promise<Made>;
}) {
  const teams = useOrgTeams(org.id);
  const form = useForm({
    initialValues: { email: "", role: "member", team: "" },
    validate: { email: (value) => (value.includes("@") ? null : "Enter an e-mail address") },
  });
  const submit = form.onSubmit(async ({ email, role, team }) => {
    await onInvite({ email: email.trim(), role, ...(team ? { team_id: team } : {}) }).then(
      () => form.reset(),
      () => {}, // it is told above the form, which keeps what was typed
    );
  });
  return (
    <form onSubmit={submit}>
      <Group align="flex-end">
        <TextInput label="E-mail" type="email" w={240} {...form.getInputProps("email")} />
        <Select
          label="As"
          w={130}
          allowDeselect={false}
          data={["viewer", "member", "admin"]}
          {...form.getInputProps("role")}
        />
        <Select
          label="Into the team"
          placeholder="None yet"
          w={200}
          clearable
          data={
            teams.data?.pages
              .flatMap((page) => page.teams)
              .map((one) => ({ value: one.id, label: one.name })) ?? []
          }
          {...form.getInputProps("team")}
          value={form.values.team || null}
        />
        <Button type="submit" loading={isPending}>
          Invite
        </Button>
      </Group>
    </form>
  );
}

/** The link for whom was invited; with the code where the reader may have it. */
function Link({ made, onClose }: { made: Made; onClose: () => void }) {
  const { email } = made.invitation;
  return (
    <Once title={`${email} is invited`} value={invitationLink(address, email, made.code)} onClose={onClose}>
      {made.code
        ? "The invitation is on its way by mail. This link has its code too: hand it on where mail does not arrive; it is shown this once, and counts for seven days."
        : "The invitation is on its way by mail, with a code that counts for seven days. This link leads to the page that asks for it."}
    </Once>
  );
}

function Pending({ list, onRevoke }: { list: readonly Invitation[]; onRevoke: (one: Invitation) => void }) {
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table verticalSpacing="sm" aria-label="Pending invitations">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Invited</Table.Th>
            <Table.Th>As</Table.Th>
            <Table.Th>Since</Table.Th>
            <Table.Th>Until</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {list.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td>{one.email}</Table.Td>
              <Table.Td>{one.role}</Table.Td>
              <Table.Td title={one.created_at}>{ago(one.created_at)}</Table.Td>
              <Table.Td>{one.expires_at.slice(0, 10)}</Table.Td>
              <Table.Td>
                <Group gap={4} wrap="nowrap">
                  <Copy value={invitationLink(address, one.email, null)} what="Copy link" />
                  <Button
                    variant="default"
                    size="compact-sm"
                    aria-label={`Revoke the invitation of ${one.email}`}
                    onClick={() => onRevoke(one)}
                  >
                    Revoke
                  </Button>
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
