import { type UseQueryResult, useQueries } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { type LostAccount, lostAccounts, lostFor } from "./access";
import type { Entry } from "./calendar";
import { api, body } from "./client";
import { useConnections } from "./connections";
import type { Connection, Post } from "./types";

const MAX_LISTED = 100;
const NONE: readonly never[] = [];

/**
 * Return the scheduled posts that go to a connection without access at their times. For each connection, these are the
 * next `MAX_LISTED` posts. `isCounted`: the API has answered all requests.
 */
export function useLostPosts(): {
  posts: readonly Post[];
  connections: readonly Connection[];
  /** The connections that have more than `MAX_LISTED` posts. */
  cutIds: readonly string[];
  isCounted: boolean;
} {
  const found = useConnections();
  const connections = found.data?.connections ?? NONE;
  const ending = useMemo(
    () => connections.filter(({ health, expiresAt }) => health === "reconnect_required" || expiresAt !== null),
    [connections],
  );
  const { listed, areCut, isCounted } = useQueries({
    queries: ending.map(({ id, health, expiresAt }) => ({
      queryKey: ["posts", "lost", id, health, expiresAt],
      queryFn: () =>
        body(
          api.GET("/api/social/posts/list", {
            params: {
              query: {
                connectionId: id,
                status: "scheduled",
                orderBy: "scheduled" as const,
                take: MAX_LISTED,
                ...(health !== "reconnect_required" && expiresAt ? { from: expiresAt } : {}),
              },
            },
          }),
        ),
    })),
    combine,
  });
  const posts = useMemo(() => {
    const byId = new Map(listed.map((post) => [post.id, post]));
    return [...byId.values()].filter((post) => lostFor(post, connections).length > 0);
  }, [listed, connections]);
  const cutIds = useMemo(() => ending.filter((_, position) => areCut[position]).map(({ id }) => id), [ending, areCut]);
  return { posts, connections, cutIds, isCounted: found.data !== undefined && isCounted };
}

function combine(lists: UseQueryResult<{ posts: Post[]; pagination: { nextCursor: string | null } }>[]): {
  listed: Post[];
  areCut: boolean[];
  isCounted: boolean;
} {
  return {
    listed: lists.flatMap(({ data }) => data?.posts ?? []),
    areCut: lists.map(({ data }) => Boolean(data?.pagination.nextCursor)),
    isCounted: lists.every(({ data }) => data !== undefined),
  };
}

/** Return the connections on which scheduled posts will fail, with the most urgent first. */
export function useLostAccounts(): readonly LostAccount[] {
  const { posts, connections, cutIds } = useLostPosts();
  return useMemo(() => lostAccounts(posts, connections, cutIds, Date.now()), [posts, connections, cutIds]);
}

/**
 * Return the function that finds the connections on which a post of the calendar will fail. An entry does not name its
 * connections, so they come from the list of lost posts. A platform with a single connection needs no list.
 */
export function useLostFor(): (entry: Entry) => readonly Connection[] {
  const { posts, connections } = useLostPosts();
  const listed = useMemo(
    () => new Map(posts.map((post) => [post.id, lostFor(post, connections)])),
    [posts, connections],
  );
  const single = useMemo(
    () => connections.filter(({ platform }) => connections.filter((each) => each.platform === platform).length === 1),
    [connections],
  );
  return useCallback(
    (entry) => listed.get(entry.id) ?? lostFor({ ...entry, connectionIds: [] }, single),
    [listed, single],
  );
}
