import { Text } from "@mantine/core";
import { differences } from "./differing";

interface Told {
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/** What the change log says that something was, and is: only what differs. */
export function Facts({ metadata }: { metadata: { [key: string]: { [key: string]: unknown } } }) {
  const { before = {}, after = {} } = metadata as Told;
  const lines = differences(before, after);
  if (lines.length === 0) return null;
  return (
    <details>
      <summary>
        <Text span size="xs">
          Before and after
        </Text>
      </summary>
      <ul className="facts">
        {lines.map((one) => (
          <li key={one.name}>
            <b>{one.name}</b>: <code>{one.before}</code> → <code>{one.after}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
