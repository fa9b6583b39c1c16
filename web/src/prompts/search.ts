/** Search as one types. */
import type { Prompt } from "./prompts";

/** Says whether a prompt has every word in its name, slug or description. */
export function matches(prompt: Prompt, words: string): boolean {
  const text = `${prompt.name} ${prompt.slug} ${prompt.description}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
