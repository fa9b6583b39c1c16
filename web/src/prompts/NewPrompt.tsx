import { Button, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { api, data } from "../api/client";
import { useTeamPermissions, whyNot } from "../permissions/permissions";
import { Act } from "../ui/Act";
import { Failure } from "../ui/Failure";

/** Makes a prompt, with a name that may hold folders; it begins with the folder one is in. */
export function NewPrompt({
  team,
  folder,
  name = "New prompt",
}: {
  team: string;
  folder: string;
  name?: string;
}) {
  const permissions = useTeamPermissions(team);
  const [opened, dialog] = useDisclosure();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { name: "", description: "" },
    validate: { name: (value) => (value.trim() ? null : "Give it a name") },
  });
  const create = useMutation({
    mutationFn: async (body: { name: string; description: string }) => {
      const params = { path: { teamID: team } };
      return (await data(api.POST("/v1/teams/{teamID}/prompts", { params, body }))).prompt;
    },
    onSuccess: async (prompt) => {
      await queries.invalidateQueries({ queryKey: ["prompts", team] });
      go(`/teams/${team}/prompts/${prompt.slug}`);
    },
  });
  const open = () => {
    form.setFieldValue("name", folder ? `${folder}/` : "");
    dialog.open();
  };
  return (
    <>
      <Act reason={whyNot(permissions.data, "create_prompts")} onClick={open}>
        {name}
      </Act>
      <Modal opened={opened} onClose={dialog.close} title="New prompt" centered>
        <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
          <Stack>
            {create.error ? <Failure error={create.error} what="Not created" /> : null}
            <TextInput
              label="Name"
              description="A / makes a folder, as in Support/Greeting"
              data-autofocus
              {...form.getInputProps("name")}
            />
            <Textarea label="What it is for" autosize minRows={2} {...form.getInputProps("description")} />
            <Group justify="flex-end">
              <Button variant="default" onClick={dialog.close}>
                Cancel
              </Button>
              <Button type="submit" loading={create.isPending}>
                Create
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
