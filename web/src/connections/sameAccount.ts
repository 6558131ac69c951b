import type { Connection } from "../api/types";
import { CONNECTIONS } from "../strings/connections";

/** An account that is connected again. Of a disconnected account, only the name is known. */
export type SameAccount = Pick<Connection, "id" | "platform" | "handle"> & Partial<Pick<Connection, "baseUrl">>;

/** Return the connected or disconnected account of a connection. */
export function sameAccount(
  id: string | null,
  accounts: { connections: readonly SameAccount[]; disconnected: readonly SameAccount[] } | undefined,
): SameAccount | null {
  return [...(accounts?.connections ?? []), ...(accounts?.disconnected ?? [])].find((each) => each.id === id) ?? null;
}

/**
 * Return what is said after a person meant to connect an account again and connected another one, or `null` if it is the
 * same: an account that is connected again keeps the id of its connection.
 */
export function otherAccountText(
  connected: Pick<Connection, "id" | "handle">,
  same: Pick<SameAccount, "id" | "handle"> | null,
): string | null {
  return same && connected.id !== same.id ? CONNECTIONS.otherAccount(connected.handle, same.handle) : null;
}

/** Return the address of a Mastodon account's server. Its name ends with the server, as in `@lena@mastodon.social`. */
export function instanceOf({ handle, baseUrl }: SameAccount): string {
  return baseUrl ?? handle.slice(handle.lastIndexOf("@") + 1);
}
