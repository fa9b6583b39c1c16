import { Group, Select } from "@mantine/core";
import type { Listing, Sort, State } from "./listing";
import type { Choices } from "./prompts";

const STATES: { value: State; label: string }[] = [
  { value: "active", label: "In use" },
  { value: "live", label: "With a live version" },
  { value: "draft", label: "With a draft" },
  { value: "archived", label: "Archived" },
  { value: "any", label: "All" },
];

const SORTS: { value: Sort; label: string }[] = [
  { value: "changed", label: "Last changed" },
  { value: "name", label: "Name" },
  { value: "created", label: "Newest" },
];

/** What narrows the list down, and its order. */
export function Filters({
  listing,
  choices,
  onChange,
}: {
  listing: Listing;
  choices: Choices | undefined;
  onChange: (changed: Partial<Listing>) => void;
}) {
  const labels = choices?.labels.map((one) => ({ value: one.label, label: `${one.label} (${one.prompts})` }));
  const authors = choices?.authors.map(({ author, prompts }) => ({
    value: author.id,
    label: `${author.name ?? author.kind.replace("_", " ")} (${prompts})`,
  }));
  return (
    <Group gap="sm" role="group" aria-label="Filters">
      <Select
        label="Status"
        size="xs"
        w={160}
        data={STATES}
        allowDeselect={false}
        value={listing.state}
        onChange={(state) => onChange({ state: (state ?? "active") as State })}
      />
      <Select
        label="Label"
        size="xs"
        w={160}
        placeholder="Any"
        clearable
        searchable
        clearButtonProps={{ "aria-label": "Any label" }}
        data={known(labels, listing.label)}
        value={listing.label || null}
        onChange={(label) => onChange({ label: label ?? "" })}
      />
      <Select
        label="Author"
        size="xs"
        w={200}
        placeholder="Anybody"
        clearable
        searchable
        clearButtonProps={{ "aria-label": "Any author" }}
        data={known(authors, listing.author)}
        value={listing.author || null}
        onChange={(author) => onChange({ author: author ?? "" })}
      />
      <Select
        label="Sort by"
        size="xs"
        w={140}
        data={SORTS}
        allowDeselect={false}
        value={listing.sort}
        onChange={(sort) => onChange({ sort: (sort ?? "changed") as Sort })}
      />
    </Group>
  );
}

/** The choices, with the one that the address names also where it is none any more. */
function known(choices: { value: string; label: string }[] | undefined, chosen: string) {
  const all = choices ?? [];
  return chosen && !all.some((one) => one.value === chosen)
    ? [...all, { value: chosen, label: chosen }]
    : all;
}
