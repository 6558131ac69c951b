import { useMemo } from "react";
import { useConnections } from "../api/connections";
import { MAX_FIRST, QUEUED, useFirstPosts } from "../api/posts";
import { type Pause, usePauses } from "../api/queue";
import type { Connection, Me, Platform, Post, Publication } from "../api/types";
import { holds } from "./pauses";
import { publishBy } from "./window";

const NONE: readonly never[] = [];

/** A pause, and the posts that it holds. */
export interface Holding {
  pause: Pause;
  count: number;
  /** Whether there may be more posts than those that are counted. */
  areMore: boolean;
}

/** Return the owner's posts that pauses hold, among the first queued posts. `isCounted`: the API has answered. */
export function useHeldPosts(): { posts: readonly Post[]; areMore: boolean; isCounted: boolean } {
  const { pauses, isPending } = usePauses();
  const isPaused = pauses !== null && pauses.length > 0;
  const queued = useFirstPosts(QUEUED, isPaused);
  const posts = useMemo(
    () => (isPaused && queued.data ? queued.data.posts.filter(isHeld) : NONE),
    [isPaused, queued.data],
  );
  return {
    posts,
    areMore: isPaused && (queued.data?.posts.length ?? 0) >= MAX_FIRST,
    isCounted: isPaused ? !queued.isPending : !isPending,
  };
}

/** Return the pauses that concern the owner, with the posts that they hold, or `null` until all of this is known. */
export function useHoldings(): readonly Holding[] | null {
  const { pauses } = usePauses();
  const { posts, areMore, isCounted } = useHeldPosts();
  const { data, isPending } = useConnections();
  const connections = data?.connections ?? null;
  const isKnown = isCounted && !isPending;
  return useMemo(
    () => (isKnown ? holdingsOf(pauses ?? NONE, posts, areMore, connections) : null),
    [pauses, posts, areMore, isKnown, connections],
  );
}

/**
 * Return the pauses with the posts that they hold. A pause of a platform without an account and without a held post is
 * left out. `connections`: the owner's connections, or `null` if they are not known.
 */
export function holdingsOf(
  pauses: readonly Pause[],
  held: readonly Post[],
  areMore: boolean,
  connections: readonly Pick<Connection, "platform">[] | null,
): Holding[] {
  return pauses
    .map((pause) => ({ pause, count: held.filter((post) => isHeldBy(pause, post)).length, areMore }))
    .filter(
      ({ pause: { scope, platform }, count }) =>
        scope !== "platform" ||
        count > 0 ||
        connections === null ||
        connections.some((each) => each.platform === platform),
    );
}

/** Return the platforms on which a pause holds a post. */
export function heldPlatforms({ publications }: Pick<Post, "publications">): Platform[] {
  return publications.flatMap(({ state, platform }) => (state === "held" ? [platform] : []));
}

/** Return the moment at which a held post fails if its pauses have not ended, or `null` if there is no such moment. */
export function heldUntil(
  post: Pick<Post, "publishWithinSeconds"> & { publications: readonly Pick<Publication, "state" | "dueAt">[] },
  me: Pick<Me, "publishWithinSeconds">,
): string | null {
  const [first] = post.publications.flatMap(({ state, dueAt }) => (state === "held" ? [dueAt] : [])).toSorted();
  return first ? publishBy(first, post, me) : null;
}

function isHeld({ publications }: Post): boolean {
  return publications.some(({ state }) => state === "held");
}

function isHeldBy(pause: Pause, post: Post): boolean {
  return post.publications.some(({ state, platform }) => state === "held" && holds(pause, post, platform));
}
