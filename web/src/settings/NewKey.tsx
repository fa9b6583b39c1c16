import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { KeyForm } from "./KeyForm";
import type { Secret } from "./Keys";
import { newKey } from "./keyFields";
import { useCreateKey } from "./keyQueries";

/** Makes a key, limited as far as one likes. */
export function NewKey({ org, onMade }: { org: string; onMade: (secret: Secret) => void }) {
  const [opened, dialog] = useDisclosure();
  const create = useCreateKey(org);
  return (
    <>
      <Button onClick={dialog.open} style={{ alignSelf: "flex-start" }}>
        New API key
      </Button>
      {opened ? (
        <KeyForm
          org={org}
          title="New API key"
          verb="Create key"
          error={create.error}
          failed="Not created"
          isSaving={create.isPending}
          onSave={(fields) =>
            create.mutate(newKey(org, fields), {
              onSuccess: (made) => {
                onMade(made);
                dialog.close();
              },
            })
          }
          onClose={() => {
            create.reset();
            dialog.close();
          }}
        />
      ) : null}
    </>
  );
}
