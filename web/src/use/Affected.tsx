import { Text } from "@mantine/core";
import type { Prompt } from "../prompts/prompts";
import { affected } from "./askers";
import { useProcesses } from "./use";

/** Who is running now and will be given something else by a move of these labels. */
export function Affected({ prompt, labels }: { prompt: Prompt; labels: readonly string[] }) {
  const processes = useProcesses(prompt);
  if (!processes.data) return null; // whoever moves a label needs no list of processes for it
  return (
    <Text size="sm" data-testid="affected">
      {affected(processes.data.processes, labels)}
    </Text>
  );
}
