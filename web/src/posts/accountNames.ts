import { connectionsOf } from "../api/access";
import type { Entry } from "../api/calendar";
import type { Destination } from "../api/destinations";
import type { Platform, Post, Publication } from "../api/types";

type Sent = Pick<Post, "platforms" | "connectionIds"> & {
  publications: readonly Pick<Publication, "platform" | "connectionId">[];
};
/** The handles of accounts, by platform. */
export type AccountNames = ReadonlyMap<Platform, readonly string[]>;

const NONE: AccountNames = new Map();

/**
 * Return the handles of the accounts of a post, by platform: of each platform on which the owner has or had several
 * accounts, because only there the platform does not say which account it is.
 */
export function accountNames(post: Sent, destinations: readonly Destination[] | null): AccountNames {
  if (!destinations) return NONE;
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

type SentEntry = Pick<
  Entry,
  "status" | "platforms" | "connectionIds" | "publicationStates" | "publicationConnectionIds"
>;

/** Return the `accountNames` of a post of the calendar. Its publications outside the sandbox are known by their accounts. */
export function accountNamesOfEntry(entry: SentEntry, destinations: readonly Destination[] | null): AccountNames {
  if (!destinations) return NONE;
  const known = destinations.filter(({ id }) => entry.publicationConnectionIds.includes(id));
  const publications = known.map(({ id, platform }) => ({ connectionId: id as string | null, platform }));
  const isPlanned = entry.publicationStates.length === 0 || entry.status === "scheduled" || entry.status === "draft";
  const others = entry.platforms.filter((platform) => !known.some((each) => each.platform === platform));
  // Of a publication in the sandbox, or on an account that is forgotten, the default account says nothing.
  if (!isPlanned) publications.push(...others.map((platform) => ({ connectionId: null, platform })));
  return accountNames({ ...entry, publications }, destinations);
}
