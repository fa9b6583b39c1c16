import { Button, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client";
import type { Org } from "../teams/orgs";
import { Failure } from "../ui/Failure";

/** Gives an organization another name. */
export function OrgName({ org }: { org: Org }) {
  const [name, setName] = useState(org.name);
  const queries = useQueryClient();
  const rename = useMutation({
    mutationFn: async () => {
      await api.PUT("/v1/orgs/{id}", { params: { path: { id: org.id } }, body: { name: name.trim() } });
    },
    onSuccess: () => {
      notifications.show({ message: "The organization has its new name.", color: "green" });
      return queries.invalidateQueries({ queryKey: ["orgs"] });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        rename.mutate();
      }}
    >
      <Stack maw={420} align="flex-start">
        {rename.error ? <Failure error={rename.error} what="Not renamed" /> : null}
        <TextInput
          label="Name of the organization"
          w="100%"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" loading={rename.isPending} disabled={!name.trim() || name.trim() === org.name}>
          Rename
        </Button>
        <Text size="sm" c="dimmed">
          An organization with its teams, prompts and keys is removed with the API only: DELETE /v1/orgs/
          {org.id}
        </Text>
      </Stack>
    </form>
  );
}
