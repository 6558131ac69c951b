import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { movePost } from "./actions";
import { api, body } from "./client";
import type { Saved } from "./saving";
import type { components, paths } from "./schema";

/** A post as the calendar shows it. */
export type Entry = components["schemas"]["CalendarEntry"];
type Page = paths["/api/social/posts/calendar"]["get"]["responses"]["200"]["content"]["application/json"];
type Query = paths["/api/social/posts/calendar"]["get"]["parameters"]["query"];
export type CalendarFilter = Omit<Query, "from" | "to" | "timezone" | "take" | "cursor">;

/** A page of posts, with the period and the filter of the request. */
export type CalendarAnswer = Page & { range: { from: string; to: string }; filter: CalendarFilter };

const KEY = "calendar";

/** Return all posts between two instants, from the first page to the last. */
export function useCalendar(range: { from: string; to: string }, filter: CalendarFilter, isEnabled = true) {
  const query = useInfiniteQuery({
    enabled: isEnabled,
    queryKey: ["posts", KEY, range, filter],
    queryFn: async ({ pageParam }): Promise<CalendarAnswer> => ({
      ...(await body(
        api.GET("/api/social/posts/calendar", {
          params: { query: { ...range, ...filter, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      )),
      range,
      filter,
    }),
    initialPageParam: "",
    getNextPageParam: ({ pagination }) => pagination.nextCursor,
    placeholderData: (old) => old,
  });
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = query;
  useEffect(() => {
    // After an error, the person decides when to try again.
    if (hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
  return query;
}

/**
 * Move a post to another time. The calendar shows the new time immediately, and moves the post back if the API refuses.
 * `onMoved` receives the post as it was, the answer of the API, and whether the move took another one back.
 */
export function useMove(
  onRefused: (entry: Entry, error: unknown, isUndo: boolean) => void,
  onMoved: (entry: Entry, saved: Saved, isUndo: boolean) => void,
) {
  const queries = useQueryClient();
  const place = (id: string, changed: Partial<Pick<Entry, "scheduledAt" | "version">>) =>
    queries.setQueriesData<{ pages: CalendarAnswer[]; pageParams: unknown[] }>(
      { queryKey: ["posts", KEY] },
      (old) =>
        old && {
          ...old,
          pages: old.pages.map((page) => ({
            ...page,
            entries: page.entries.map((entry) => (entry.id === id ? { ...entry, ...changed } : entry)),
          })),
        },
    );
  return useMutation({
    mutationFn: ({ entry, scheduledAt }: { entry: Entry; scheduledAt: string; isUndo?: boolean }) =>
      movePost({ postId: entry.id, scheduledAt, version: entry.version }),
    onMutate: async ({ entry, scheduledAt }) => {
      await queries.cancelQueries({ queryKey: ["posts", KEY] });
      place(entry.id, { scheduledAt });
    },
    onSuccess: (saved, { entry, scheduledAt, isUndo = false }) => {
      // A request that began before the move was saved may have brought the earlier time back.
      place(entry.id, { scheduledAt, version: saved.post.version });
      onMoved(entry, saved, isUndo);
    },
    onError: (error, { entry, isUndo = false }) => {
      place(entry.id, { scheduledAt: entry.scheduledAt });
      onRefused(entry, error, isUndo);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["posts"] }),
  });
}
