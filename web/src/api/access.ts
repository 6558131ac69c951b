import type { Connection, Post } from "./types";

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
