import { Button } from "@mantine/core";

/** Reads the next page of a list, while there is one. */
export function More({
  list,
  what = "Show more",
}: {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  what?: string;
}) {
  if (!list.hasNextPage) return null;
  return (
    <Button
      variant="default"
      style={{ alignSelf: "flex-start" }}
      loading={list.isFetchingNextPage}
      onClick={() => list.fetchNextPage()}
    >
      {what}
    </Button>
  );
}
