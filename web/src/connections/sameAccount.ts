import type { Connection } from "../api/types";

/** An account that is connected again. Of a disconnected account, only the name is known. */
export type SameAccount = Pick<Connection, "id" | "platform" | "handle"> & Partial<Pick<Connection, "baseUrl">>;

/** Return the connected or disconnected account of a connection. */
export function sameAccount(
  id: string | null,
  accounts: { connections: readonly SameAccount[]; disconnected: readonly SameAccount[] } | undefined,
): SameAccount | null {
  return [...(accounts?.connections ?? []), ...(accounts?.disconnected ?? [])].find((each) => each.id === id) ?? null;
}

/** Return the address of a Mastodon account's server. Its name ends with the server, as in `@lena@mastodon.social`. */
export function instanceOf({ handle, baseUrl }: SameAccount): string {
  return baseUrl ?? handle.slice(handle.lastIndexOf("@") + 1);
}
