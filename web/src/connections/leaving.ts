import { lostFor } from "../api/access";
import { destinationsOf } from "../api/destinations";
import type { Connection, Platform, Post } from "../api/types";
import { CONNECTIONS } from "../strings/connections";

/** What becomes of the posts of an account that is disconnected. */
export interface Leaving {
  /** The posts that fail. */
  failing: Post[];
  /** The number of posts that go to another account or, if it is `null`, to the sandbox. */
  moved: number;
  other: Connection | null;
}

/**
 * Return what becomes of the planned posts of an account that is disconnected. A post that names the account fails. Another
 * post goes to the next default account: the oldest of the platform, which is the first in the list of the API.
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
  const fails = (post: Post) =>
    lostFor({ ...post, approvalStatus: null }, after).some((each) => each.id === id || each.health === "none");
  const failing = posts.filter(fails);
  return { failing, moved: posts.length - failing.length, other };
}

/** Return a number of posts in words. `areMore`: not all posts are known. */
export const numberOf = (count: number, areMore: boolean) => (areMore ? CONNECTIONS.atLeast(count) : String(count));

/** Return the sentences about the posts of an account that is disconnected. `platform`: the name of its platform. */
export function leavingSentences({ failing, moved, other }: Leaving, platform: string, areMore: boolean): string[] {
  if (failing.length + moved === 0) return [CONNECTIONS.disconnectUnused];
  const number = (count: number) => numberOf(count, areMore);
  return [
    ...(failing.length > 0
      ? [CONNECTIONS.disconnectPosts(number(failing.length), failing.length === 1 && !areMore)]
      : []),
    ...(moved > 0
      ? [CONNECTIONS.disconnectMoved(number(moved), moved === 1 && !areMore, platform, other?.handle ?? null)]
      : []),
  ];
}
