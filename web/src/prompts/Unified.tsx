import { Text } from "@mantine/core";
import { lines } from "./lines";

/** A unified diff, line by line. */
export function Unified({ diff }: { diff: string }) {
  const shown = lines(diff);
  if (shown.length === 0) return <Text>The texts are the same.</Text>;
  return (
    <pre className="diff" data-testid="diff">
      {shown.map((line) => (
        <div key={line.at} className={line.kind}>
          {line.text}
        </div>
      ))}
    </pre>
  );
}
