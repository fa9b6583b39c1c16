import { useDebouncedValue } from "@mantine/hooks";
import type { Content } from "./draft";

const PAUSE = 400; // milliseconds without a key

/** Content once nobody has typed for a moment, so that it is not rendered many times at every key. */
export function useSettled(content: Content): Content {
  const [written] = useDebouncedValue(JSON.stringify(content), PAUSE);
  return JSON.parse(written) as Content;
}
