/** Lists that come page by page. */
import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query";

interface Paged {
  next_cursor?: string | null;
}

/** Reads a list as far as somebody has asked to see it; the first page has no cursor. */
export function usePages<Page extends Paged>(
  queryKey: QueryKey,
  read: (cursor: string) => Promise<Page>,
  options: { enabled?: boolean; staleTime?: number } = {},
) {
  return useInfiniteQuery({
    queryKey,
    initialPageParam: "",
    queryFn: ({ pageParam }) => read(pageParam),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    ...options,
  });
}

/** Reads a whole list, of which so many pages at most. */
export async function everyPage<Page extends Paged>(
  read: (cursor: string) => Promise<Page>,
  most = 20,
): Promise<Page[]> {
  const pages: Page[] = [];
  let cursor: string | null | undefined = "";
  while (cursor != null && pages.length < most) {
    const page: Page = await read(cursor);
    pages.push(page);
    cursor = page.next_cursor;
  }
  return pages;
}
