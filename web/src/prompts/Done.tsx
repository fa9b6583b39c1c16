import { Alert, Button, Group, Text } from "@mantine/core";
import { Failure } from "../ui/Failure";
import type { Made } from "./MoveDialog";
import { useUndo } from "./moves";
import type { Prompt } from "./prompts";

/** Says what was done, and takes it back. */
export function Done({ prompt, made, onClose }: { prompt: Prompt; made: Made; onClose: () => void }) {
  const undo = useUndo(prompt);
  const [move, ...others] = made.moves;
  return (
    <Alert color="teal" role="status" title="Done" withCloseButton closeButtonLabel="Close" onClose={onClose}>
      <Group justify="space-between">
        <Text size="sm">{made.words}</Text>
        {move && others.length === 0 ? (
          <Button
            size="compact-sm"
            variant="default"
            loading={undo.isPending}
            onClick={() => undo.mutate(move, { onSuccess: onClose })}
          >
            Undo
          </Button>
        ) : null}
      </Group>
      {undo.error ? <Failure error={undo.error} what="Not undone" /> : null}
    </Alert>
  );
}
