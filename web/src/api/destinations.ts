import type { components } from "./schema";
import type { Connection, Platform } from "./types";

/**
 * A place to which a post may go: a connection; a `gone` one, which was disconnected; or `none`, a platform without a
 * connection that needs one. Only a connection whose event is lost, and a platform without one, have an empty `handle`.
 */
export interface Destination extends Pick<Connection, "id" | "platform" | "handle" | "expiresAt" | "isDefault"> {
  health: Connection["health"] | "gone" | "none";
}

/** An account that was disconnected, with the id of its connection. */
type Disconnected = Pick<components["schemas"]["DisconnectedAccount"], "id" | "platform" | "handle">;

/** The maximum number of disconnected accounts whose posts are looked for. */
const MAX_DISCONNECTED = 20;

/**
 * Return all places to which a post of the owner may go, or cannot go any longer. An account that is connected again is
 * not gone, because its connection has the same id.
 *
 * @param disconnected the disconnected accounts, the most recent first
 * @param refusing the platforms on which a post fails without a connection
 */
export function destinationsOf(
  connections: readonly Connection[],
  disconnected: readonly Disconnected[],
  refusing: readonly Platform[],
): Destination[] {
  const gone = disconnected.slice(0, MAX_DISCONNECTED).map((account) => goneAt(account));
  const without = refusing.filter((platform) => !connections.some((each) => each.platform === platform));
  return [...connections, ...gone, ...without.map(noneOn)];
}

/** Return the destination of a post that names a connection which no longer exists. */
export function goneAt({ id, platform, handle }: Disconnected): Destination {
  return { id, platform, handle, health: "gone", expiresAt: null, isDefault: false };
}

/** Without a connection, the missing one takes the place of the default connection. */
function noneOn(platform: Platform): Destination {
  return { id: `none ${platform}`, platform, handle: "", health: "none", expiresAt: null, isDefault: true };
}

/** Return whether a destination is a place that has no connection, so that an account has to be connected. */
export function isMissing({ health }: Pick<Destination, "health">): boolean {
  return health === "gone" || health === "none";
}
