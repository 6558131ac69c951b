import { lostFor } from "../api/access";
import { destinationsOf } from "../api/destinations";
import type { Connection, Platform, Post } from "../api/types";
import { CONNECTIONS } from "../strings/connections";

/** What becomes of the posts of an account that is disconnected. */
export interface Leaving {
  /** The posts that fail or move. */
  posts: Post[];
  failing: number;
  /** The number of posts that go to another account or, if it is `null`, to the sandbox. */
  moved: number;
  other: Connection | null;
}

/**
 * Return what becomes of the planned posts of an account that is disconnected. A post that names the account fails, and so
 * does a queued post whose publication there has not begun. Another scheduled post goes to the next default account: the
 * oldest of the platform, which is the first in the list of the API. Nothing becomes of a rejected post, which is not
 * published, or of a queued post that has begun or ended on the account.
 *
 * @param refusing the platforms on which a post fails without a connection
 */
export function leavingOf(
  { id, platform, handle }: Connection,
  posts: readonly Post[],
  connections: readonly Connection[],
  refusing: readonly Platform[],
): Leaving {
  const left = connections.filter((each) => each.id !== id);
  const other = left.find((each) => each.platform === platform) ?? null;
  const after = destinationsOf(
    other ? left.map((each) => (each.id === other.id ? { ...each, isDefault: true } : each)) : left,
    [{ id, platform, handle }],
    refusing,
  );
  const fails = (post: Post) => lostFor(post, after).some((each) => each.id === id || each.health === "none");
  const moves = (post: Post) => post.status === "scheduled" && post.approvalStatus !== "rejected" && !fails(post);
  const failing = posts.filter(fails).length;
  const moved = posts.filter(moves).length;
  return { posts: posts.filter((post) => fails(post) || moves(post)), failing, moved, other };
}

/** Return a number of posts in words. `areMore`: not all posts are known. */
export const numberOf = (count: number, areMore: boolean) => (areMore ? CONNECTIONS.atLeast(count) : String(count));

/** Return the sentences about the posts of an account that is disconnected. `areMore`: not all posts are known. */
export function leavingSentences(
  { posts, failing, moved, other }: Leaving,
  { platform, handle }: { platform: string; handle: string },
  areMore: boolean,
): string[] {
  if (posts.length === 0) return [areMore ? CONNECTIONS.disconnectText : CONNECTIONS.disconnectUnused];
  const number = (count: number) => numberOf(count, areMore);
  const isOne = (count: number) => count === 1 && !areMore;
  // An account that is connected again is the default only if the platform has no other account.
  const needsDefault = moved > 0 && other !== null;
  return [
    ...(failing > 0 ? [CONNECTIONS.disconnectPosts(number(failing), isOne(failing))] : []),
    ...(moved > 0 ? [CONNECTIONS.disconnectMoved(number(moved), isOne(moved), platform, other?.handle ?? null)] : []),
    CONNECTIONS.disconnectHeals(handle, isOne(posts.length), needsDefault),
  ];
}
