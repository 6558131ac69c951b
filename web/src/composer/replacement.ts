import { connectionsOf } from "../api/access";
import { type Destination, isMissing } from "../api/destinations";
import type { Post } from "../api/types";
import type { Draft } from "./draft";

/**
 * Return whether a copy of a post goes to all accounts on which the post failed. Instead of an account that no longer
 * exists, it may go to another one on the platform, or to the sandbox.
 */
export function coversFailures(
  draft: Pick<Draft, "platforms" | "connectionIds">,
  { publications }: Pick<Post, "publications">,
  destinations: readonly Destination[],
): boolean {
  const chosen = connectionsOf(draft, destinations);
  return publications
    .filter(({ state }) => state === "failed")
    .every(({ platform, connectionId }) => {
      const account = destinations.find(({ id }) => id === connectionId);
      return account && !isMissing(account) ? chosen.includes(account) : draft.platforms.includes(platform);
    });
}
