import { Group, Text } from "@mantine/core";
import type { Chart } from "./chart";

const COLOURS = [
  "var(--mantine-color-indigo-6)",
  "var(--mantine-color-teal-6)",
  "var(--mantine-color-orange-5)",
  "var(--mantine-color-grape-5)",
  "var(--mantine-color-cyan-6)",
  "var(--mantine-color-pink-5)",
  "var(--mantine-color-gray-5)",
];
const HEIGHT = 160;
const WIDTH = 10;

/** A chart of bars in parts; what it says in numbers stands in a table beside it. */
export function Bars({ chart, by, name }: { chart: Chart; by: "hour" | "day"; name: string }) {
  const { bars, series, most } = chart;
  const when = (at: number) =>
    new Date(at).toLocaleString(
      "en",
      by === "hour" ? { hour: "numeric" } : { month: "short", day: "numeric" },
    );
  const first = bars[0];
  const last = bars.at(-1);
  return (
    <div>
      <Text size="xs" c="dimmed">
        at most {most.toLocaleString("en")} in {by === "hour" ? "an hour" : "a day"}
      </Text>
      <svg
        className="bars"
        role="img"
        aria-label={name}
        viewBox={`0 0 ${bars.length * WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {bars.map((bar, at) => {
          let below = HEIGHT;
          return (
            <g key={bar.at}>
              <title>{`${when(bar.at)}: ${bar.total.toLocaleString("en")}`}</title>
              <rect x={at * WIDTH} y={0} width={WIDTH} height={HEIGHT} fill="transparent" />
              {series.map((one, nth) => {
                const height = most ? ((bar.parts[one] ?? 0) / most) * HEIGHT : 0;
                below -= height;
                return height ? (
                  <rect
                    key={one}
                    x={at * WIDTH + 1}
                    y={below}
                    width={WIDTH - 2}
                    height={height}
                    fill={COLOURS[nth % COLOURS.length]}
                  />
                ) : null;
              })}
            </g>
          );
        })}
      </svg>
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {first ? when(first.at) : ""}
        </Text>
        <Text size="xs" c="dimmed">
          {last ? when(last.at) : ""}
        </Text>
      </Group>
      <Group gap="md" mt={4}>
        {series.map((one, nth) => (
          <Group gap={6} key={one}>
            <svg width="12" height="12" aria-hidden="true">
              <rect width="12" height="12" rx="2" fill={COLOURS[nth % COLOURS.length]} />
            </svg>
            <Text size="xs">{one}</Text>
          </Group>
        ))}
      </Group>
    </div>
  );
}
