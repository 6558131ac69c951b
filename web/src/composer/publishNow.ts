import { connectionsOf, isLostAt, platformsLeft, sandboxedPlatforms } from "../api/access";
import type { Destination } from "../api/destinations";
import type { Pause } from "../api/queue";
import type { Platform, Post } from "../api/types";
import { pausesOn, waitsFor } from "../post/pauses";
import { failingSentence } from "./failing";

/** What becomes of a post that is published now. */
export interface NowPlan {
  /** The platforms on which it is published immediately. */
  connected: Platform[];
  /** The platforms without an account, where it goes to the sandbox immediately. */
  sandboxed: Platform[];
  /** The sentence about the accounts on which it will fail, or `null`. */
  failing: string | null;
  /** The sentence about the pauses for which it will wait, or `null`. */
  waiting: string | null;
}

/** Return what becomes of a post if it is published now. */
export function planNow(
  post: Pick<Post, "platforms" | "connectionIds" | "campaign">,
  destinations: readonly Destination[],
  pauses: readonly Pause[],
): NowPlan {
  const lost = connectionsOf(post, destinations).filter((connection) => isLostAt(connection, null));
  const left = platformsLeft(post, destinations, lost);
  const sandboxed = sandboxedPlatforms(post, destinations);
  const immediate = left.filter((platform) => pausesOn(post, [platform], pauses).length === 0);
  return {
    connected: immediate.filter((platform) => !sandboxed.includes(platform)),
    sandboxed: immediate.filter((platform) => sandboxed.includes(platform)),
    failing: failingSentence(lost, destinations),
    waiting: waitsFor(post, left, pauses),
  };
}
