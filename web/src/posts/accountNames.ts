import { connectionsOf } from "../api/access";
import type { Destination } from "../api/destinations";
import type { Platform, Post } from "../api/types";

type Sent = Pick<Post, "platforms" | "connectionIds" | "publications">;

/**
 * Return the handles of the accounts of a post, by platform: of each platform on which the owner has or had several
 * accounts, because only there the platform does not say which account it is.
 */
export function accountNames(post: Sent, destinations: readonly Destination[]): ReadonlyMap<Platform, string[]> {
  const planned = connectionsOf(post, destinations);
  const names = new Map<Platform, string[]>();
  for (const platform of post.platforms) {
    const all = destinations.filter((each) => each.platform === platform && each.health !== "none");
    if (all.length < 2) continue;
    const begun = post.publications.filter((each) => each.platform === platform);
    const accounts =
      begun.length > 0
        ? all.filter(({ id }) => begun.some(({ connectionId }) => connectionId === id))
        : planned.filter((each) => each.platform === platform);
    const handles = [...new Set(accounts.map(({ handle }) => handle))].filter(Boolean);
    if (handles.length > 0) names.set(platform, handles);
  }
  return names;
}
