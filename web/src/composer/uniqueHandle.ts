import type { Connection } from "../api/types";

/** Return whether the handle of a connection says which account it is. To a reader, `@tidemark` is `Tidemark`. */
export function isUnique(
  connection: Pick<Connection, "handle">,
  connections: readonly Pick<Connection, "handle">[],
): boolean {
  const name = plain(connection.handle);
  return connections.filter(({ handle }) => plain(handle) === name).length === 1;
}

function plain(handle: string): string {
  return handle.replace(/^@/, "").toLowerCase();
}
