import { type UseQueryResult, useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { type LostAccount, lostAccounts, lostFinder, lostFor } from "./access";
import type { Entry } from "./calendar";
import { api, body } from "./client";
import { useConnections, useDestinations } from "./connections";
import type { Destination } from "./destinations";
import type { Post } from "./types";

const MAX_LISTED = 100;
const NONE: readonly never[] = [];

/** Return whether the posts of a destination have to be listed, because they may fail there. */
function mayFail({ health, expiresAt, platform }: Destination, all: readonly Destination[]): boolean {
  // On a platform that never had a connection, each post fails, and nothing of it is counted.
  if (health === "none") return all.some((each) => each.health === "gone" && each.platform === platform);
  return health === "reconnect_required" || health === "gone" || expiresAt !== null;
}

/** Return the query for the posts of a destination. A queued post can fail only on a connection that is gone. */
function queryFor({ id, platform, health, expiresAt }: Destination) {
  const isEnding = health !== "reconnect_required" && expiresAt;
  return {
    ...(health === "none" ? { platform } : { connectionId: id }),
    status: health === "gone" ? "scheduled,queued" : "scheduled",
    orderBy: "scheduled" as const,
    take: MAX_LISTED,
    ...(isEnding ? { from: expiresAt } : {}),
  };
}

/**
 * Return the posts that go to a place without access at their times. For each place, these are the next `MAX_LISTED`
 * posts. `isCounted`: the API has answered all requests.
 */
export function useLostPosts(): {
  posts: readonly Post[];
  /** All places to which posts may go, or `null` if they are not loaded. */
  connections: readonly Destination[] | null;
  /** The connections that have more than `MAX_LISTED` posts. */
  cutIds: readonly string[];
  /** The instant until which the posts of a connection are in `posts`, by the id of the connection. */
  listedUntil: ReadonlyMap<string, number>;
  isCounted: boolean;
  /** Whether each request was answered or has failed. */
  isSettled: boolean;
} {
  const found = useConnections();
  const known = useDestinations();
  const connections = known ?? NONE;
  const ending = useMemo(() => connections.filter((each) => mayFail(each, connections)), [connections]);
  const { listed, ends, isCounted, areSettled } = useQueries({
    queries: ending.map((each) => ({
      queryKey: ["posts", "lost", each.id, each.health, each.expiresAt],
      queryFn: () => body(api.GET("/api/social/posts/list", { params: { query: queryFor(each) } })),
    })),
    combine,
  });
  const posts = useMemo(() => {
    const byId = new Map(listed.map((post) => [post.id, post]));
    return [...byId.values()].filter((post) => lostFor(post, connections).length > 0);
  }, [listed, connections]);
  const listedUntil = useMemo(
    () => new Map(ending.map(({ id }, position) => [id, ends[position] ?? Number.NEGATIVE_INFINITY])),
    [ending, ends],
  );
  const cutIds = useMemo(
    () => [...listedUntil].filter(([, end]) => Number.isFinite(end)).map(([id]) => id),
    [listedUntil],
  );
  return {
    posts,
    connections: known,
    cutIds,
    listedUntil,
    isCounted: known !== null && isCounted,
    isSettled: (known !== null || found.isError) && areSettled,
  };
}

function combine(lists: UseQueryResult<{ posts: Post[]; pagination: { nextCursor: string | null } }>[]): {
  listed: Post[];
  ends: number[];
  isCounted: boolean;
  areSettled: boolean;
} {
  return {
    listed: lists.flatMap(({ data }) => data?.posts ?? []),
    ends: lists.map(({ data }) => (data ? endOf(data) : Number.NEGATIVE_INFINITY)),
    isCounted: lists.every(({ data }) => data !== undefined),
    areSettled: lists.every(({ isPending }) => !isPending),
  };
}

/** Return the instant until which a page has all posts. Posts with the time of its last post may be on the next page. */
function endOf({ posts, pagination }: { posts: Post[]; pagination: { nextCursor: string | null } }): number {
  const last = posts.at(-1)?.scheduledAt;
  return pagination.nextCursor && last ? Date.parse(last) : Number.POSITIVE_INFINITY;
}

/**
 * Return the connections on which scheduled posts will fail, with the most urgent first. A connection whose posts are not
 * listed yet is left out, because the list of another connection has only some of them.
 */
export function useLostAccounts(): readonly LostAccount[] {
  const { posts, connections, cutIds, listedUntil } = useLostPosts();
  return useMemo(() => {
    const isListed = ({ connection: { id } }: LostAccount) =>
      (listedUntil.get(id) ?? Number.NEGATIVE_INFINITY) !== Number.NEGATIVE_INFINITY;
    return lostAccounts(posts, connections ?? NONE, cutIds, Date.now()).filter(isListed);
  }, [posts, connections, cutIds, listedUntil]);
}

/**
 * Return the function that finds the connections on which a post of the calendar will fail, or `null` if this is not
 * known.
 */
export function useLostFor(): (entry: Entry) => readonly Destination[] | null {
  const { posts, connections } = useLostPosts();
  return useMemo(() => {
    const listed = new Map(posts.map((post) => [post.id, lostFor(post, connections ?? NONE)]));
    return lostFinder(connections, listed);
  }, [posts, connections]);
}
