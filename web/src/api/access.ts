import type { Connection, Post } from "./types";

const NONE: readonly never[] = [];

/** What decides where a post is published, and when. */
export type Destined = Pick<Post, "status" | "approvalStatus" | "platforms" | "connectionIds" | "scheduledAt">;

/**
 * Return whether a post cannot be published on a connection at a time, or now if the time is `null`: the access is lost,
 * or ends by then. `expiresAt` is the end that Minutehand cannot postpone.
 */
export function isLostAt(
  { health, expiresAt }: Pick<Connection, "health" | "expiresAt">,
  time: string | null,
): boolean {
  if (health === "reconnect_required") return true;
  return expiresAt !== null && time !== null && Date.parse(expiresAt) <= Date.parse(time);
}

/**
 * Return the connections to which a post goes: those that it names and, on the platforms without one of these, the
 * default connection.
 */
export function connectionsOf(
  { platforms, connectionIds }: Pick<Post, "platforms" | "connectionIds">,
  connections: readonly Connection[],
): Connection[] {
  const named = connections.filter(({ id }) => connectionIds.includes(id));
  const isNamed = (platform: Connection["platform"]) => named.some((each) => each.platform === platform);
  const defaults = connections.filter(
    ({ isDefault, platform }) => isDefault && platforms.includes(platform) && !isNamed(platform),
  );
  return [...named, ...defaults];
}

/**
 * Return the connections on which a scheduled post will fail because access to the account is lost or ends before the
 * post's time. A rejected post is not published, so it does not fail.
 */
export function lostFor(post: Destined, connections: readonly Connection[]): Connection[] {
  if (post.status !== "scheduled" || post.approvalStatus === "rejected") return [];
  return connectionsOf(post, connections).filter((connection) => isLostAt(connection, post.scheduledAt));
}

/**
 * Return the connections of a draft to which access is lost or, if the draft has a time, ends before it. A draft does not
 * fail, but the post that it becomes will.
 */
export function lostForDraft(draft: Destined, connections: readonly Connection[]): Connection[] {
  if (draft.status !== "draft") return [];
  return connectionsOf(draft, connections).filter((connection) => isLostAt(connection, draft.scheduledAt));
}

/** A post as the calendar knows it: without the connections that it names. */
export type DestinedEntry = Omit<Destined, "connectionIds" | "scheduledAt"> & { id: string; scheduledAt: string };

/**
 * Return the function that finds the connections on which a post of the calendar will fail, or `null` if this is not
 * known. A platform with a single connection needs no list of posts.
 *
 * @param connections the owner's connections, or `null` if they are not loaded
 * @param listed the lost connections of the listed posts, by the id of the post
 * @param listedUntil the instant until which the posts of a connection are listed, by the id of the connection
 */
export function lostFinder(
  connections: readonly Connection[] | null,
  listed: ReadonlyMap<string, readonly Connection[]>,
  listedUntil: ReadonlyMap<string, number>,
): (entry: DestinedEntry) => readonly Connection[] | null {
  const counts = new Map<string, number>();
  for (const { platform } of connections ?? []) counts.set(platform, (counts.get(platform) ?? 0) + 1);
  const single = connections?.filter(({ platform }) => counts.get(platform) === 1) ?? [];
  const several = connections?.filter(({ platform }) => counts.get(platform) !== 1) ?? [];
  return (entry) => {
    if (entry.status !== "scheduled") return NONE;
    if (connections === null) return null;
    const mayBeLost = (connection: Connection) =>
      entry.platforms.includes(connection.platform) &&
      isLostAt(connection, entry.scheduledAt) &&
      Date.parse(entry.scheduledAt) >= (listedUntil.get(connection.id) ?? Number.NEGATIVE_INFINITY);
    return listed.get(entry.id) ?? (several.some(mayBeLost) ? null : lostFor({ ...entry, connectionIds: [] }, single));
  };
}

/** Return the platforms on which a post is not lost on all of its connections. */
export function platformsLeft(
  post: Pick<Post, "platforms" | "connectionIds">,
  connections: readonly Connection[],
  lost: readonly Connection[],
): Post["platforms"] {
  const left = connectionsOf(post, connections).filter((each) => !lost.includes(each));
  return post.platforms.filter(
    (platform) => left.some((each) => each.platform === platform) || !lost.some((each) => each.platform === platform),
  );
}

/** A connection without access, and the scheduled posts that will fail on it. */
export interface LostAccount {
  connection: Connection;
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
  connections: readonly Connection[],
  cutIds: readonly string[],
  now: number,
): LostAccount[] {
  const times = new Map<Connection, (string | null)[]>();
  for (const post of posts) {
    for (const connection of lostFor(post, connections)) {
      times.set(connection, [...(times.get(connection) ?? []), post.scheduledAt]);
    }
  }
  const order = (first: string | null) => (first === null ? Number.POSITIVE_INFINITY : Date.parse(first));
  return [...times]
    .map(([connection, all]) => ({
      connection,
      isOnly: connections.filter(({ platform }) => platform === connection.platform).length === 1,
      count: all.length,
      areMore: cutIds.includes(connection.id),
      first: all.filter((time) => time !== null && Date.parse(time) > now).toSorted()[0] ?? null,
    }))
    .toSorted((one, other) => order(one.first) - order(other.first) || 0);
}
