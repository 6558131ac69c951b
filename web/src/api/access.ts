import { type Destination, goneAt, isMissing } from "./destinations";
import type { Post, Publication } from "./types";

const NONE: readonly never[] = [];

/** What decides where a post is published, and when. */
export type Destined = Pick<Post, "status" | "approvalStatus" | "platforms" | "connectionIds" | "scheduledAt"> & {
  publications?: readonly Pick<Publication, "platform" | "connectionId" | "state">[];
};

/**
 * Return whether a post cannot be published on a connection at a time, or now if the time is `null`: there is no
 * connection, the access is lost, or it ends by then. `expiresAt` is the end that Minutehand cannot postpone.
 */
export function isLostAt(
  { health, expiresAt }: Pick<Destination, "health" | "expiresAt">,
  time: string | null,
): boolean {
  if (health === "reconnect_required" || isMissing({ health })) return true;
  return expiresAt !== null && time !== null && Date.parse(expiresAt) <= Date.parse(time);
}

/**
 * Return the places to which a post goes: the connections that it names and, on the platforms without one of these, the
 * default connection. A named connection that is not among the `destinations` is gone. Its platform is known only if the
 * post names as many such connections as it has platforms without another one.
 */
export function connectionsOf(
  { platforms, connectionIds }: Pick<Post, "platforms" | "connectionIds">,
  destinations: readonly Destination[],
): Destination[] {
  const known = destinations.filter(({ id }) => connectionIds.includes(id));
  const unknown = connectionIds.filter((id) => !known.some((each) => each.id === id));
  const isIn = (found: readonly Destination[], platform: string) => found.some((each) => each.platform === platform);
  const open = platforms.filter((platform) => !isIn(known, platform));
  const areClear = unknown.length >= open.length;
  const forgotten = areClear
    ? open.map((platform, index) => goneAt({ id: unknown[index] ?? "", platform, handle: "" }))
    : [];
  const named = [...known, ...forgotten];
  const defaults = destinations.filter(
    ({ isDefault, platform }) => isDefault && platforms.includes(platform) && !isIn(named, platform),
  );
  return [...named, ...defaults];
}

/** The states in which a publication has not begun, and so still needs its connection. */
const NOT_BEGUN: readonly Publication["state"][] = ["queued", "waiting", "held"];

/** Return the disconnected accounts of a queued post on which its publications have not begun. */
function goneForQueued({ publications = [] }: Destined, destinations: readonly Destination[]): Destination[] {
  const gone = new Map<string, Destination>();
  for (const { platform, connectionId, state } of publications) {
    if (!connectionId || !NOT_BEGUN.includes(state)) continue;
    const found =
      destinations.find(({ id }) => id === connectionId) ?? goneAt({ id: connectionId, platform, handle: "" });
    if (found.health === "gone") gone.set(connectionId, found);
  }
  return [...gone.values()];
}

/**
 * Return the places on which a scheduled post will fail because there is no connection, or because access to the account
 * is lost or ends before the post's time; and those on which a queued post will fail because the account was disconnected.
 * A rejected post is not published, so it does not fail.
 */
export function lostFor(post: Destined, connections: readonly Destination[]): Destination[] {
  if (post.status === "queued") return goneForQueued(post, connections);
  if (post.status !== "scheduled" || post.approvalStatus === "rejected") return [];
  return connectionsOf(post, connections).filter((connection) => isLostAt(connection, post.scheduledAt));
}

/**
 * Return the places of a draft without a connection, or to which access is lost or, if the draft has a time, ends before
 * it. A draft does not fail, but the post that it becomes will.
 */
export function lostForDraft(draft: Destined, connections: readonly Destination[]): Destination[] {
  if (draft.status !== "draft") return [];
  return connectionsOf(draft, connections).filter((connection) => isLostAt(connection, draft.scheduledAt));
}

/** A post as the calendar knows it: without the accounts of each of its publications. */
export type DestinedEntry = Omit<Destined, "publications"> & { id: string };

/**
 * Return the function that finds the connections on which a post of the calendar will fail, or `null` if this is not
 * known. A queued post may already be published on one of its connections, so it fails only where a list says so.
 *
 * @param connections the owner's connections, or `null` if they are not loaded
 * @param listed the lost connections of the listed posts, by the id of the post
 */
export function lostFinder(
  connections: readonly Destination[] | null,
  listed: ReadonlyMap<string, readonly Destination[]>,
): (entry: DestinedEntry) => readonly Destination[] | null {
  // Views, counts and filters ask for the same thousands of entries.
  const found = new WeakMap<DestinedEntry, readonly Destination[]>();
  return (entry) => {
    if (entry.status === "queued") return listed.get(entry.id) ?? NONE;
    if (entry.status !== "scheduled") return NONE;
    if (connections === null) return null;
    const lost = found.get(entry) ?? lostFor(entry, connections);
    found.set(entry, lost);
    return lost;
  };
}

/** Return the platforms on which a post is not lost on all of its connections. */
export function platformsLeft(
  post: Pick<Post, "platforms" | "connectionIds">,
  connections: readonly Destination[],
  lost: readonly Destination[],
): Post["platforms"] {
  const left = connectionsOf(post, connections).filter(({ id }) => !lost.some((each) => each.id === id));
  return post.platforms.filter(
    (platform) => left.some((each) => each.platform === platform) || !lost.some((each) => each.platform === platform),
  );
}

/**
 * Return the platforms of a post on which it was published in the sandbox, or will be: no account is connected there. A
 * platform that needs one has a destination nevertheless, which is missing. Of a post without publications, this is known
 * only with the `destinations`.
 */
export function sandboxedPlatforms(
  post: Pick<Post, "platforms" | "connectionIds"> & {
    publications?: readonly Pick<Publication, "platform" | "sandbox">[];
  },
  destinations: readonly Destination[] | null,
): Post["platforms"] {
  const { publications = [] } = post;
  if (publications.length > 0) {
    return post.platforms.filter((each) => publications.some(({ platform, sandbox }) => sandbox && platform === each));
  }
  if (!destinations) return [];
  const found = connectionsOf(post, destinations);
  return post.platforms.filter((platform) => !found.some((each) => each.platform === platform));
}

/** A place without access, and the scheduled and queued posts that will fail there. */
export interface LostAccount {
  connection: Destination;
  /** Whether its platform has no other connection, so that the name of the platform says which account it is. */
  isOnly: boolean;
  count: number;
  /** Whether there are more posts than those that are counted. */
  areMore: boolean;
  /** The time of the first post, or `null` if the times of all posts have passed. */
  first: string | null;
}

/**
 * Return the connections on which scheduled posts will fail, with the most urgent first. `cutIds`: the connections with
 * more posts than `posts` contains.
 */
export function lostAccounts(
  posts: readonly Destined[],
  connections: readonly Destination[],
  cutIds: readonly string[],
  now: number,
): LostAccount[] {
  const found = new Map<string, { connection: Destination; times: (string | null)[] }>();
  for (const post of posts) {
    for (const connection of lostFor(post, connections)) {
      const { times } = found.get(connection.id) ?? { times: [] };
      found.set(connection.id, { connection, times: [...times, post.scheduledAt] });
    }
  }
  const order = (first: string | null) => (first === null ? Number.POSITIVE_INFINITY : Date.parse(first));
  return [...found.values()]
    .map(({ connection, times }) => ({
      connection,
      isOnly: connections.filter(({ platform }) => platform === connection.platform).length === 1,
      count: times.length,
      areMore: cutIds.includes(connection.id),
      first: times.filter((time) => time !== null && Date.parse(time) > now).toSorted()[0] ?? null,
    }))
    .toSorted((one, other) => order(one.first) - order(other.first) || 0);
}
