import { connectionsOf, isLostAt } from "../api/access";
import type { Connection, Platform } from "../api/types";
import { ACCESS } from "../strings/access";
import type { WallClock } from "../time/wallClock";
import type { Draft } from "./draft";

/** Return the chosen connections on which the post would fail at its time, or now if it has no time. */
export function lostConnections(
  draft: Pick<Draft, "platforms" | "connectionIds">,
  connections: readonly Connection[],
  clock: WallClock,
): Connection[] {
  const time = "instant" in clock ? clock.instant : null;
  return connectionsOf(draft, connections).filter((connection) => isLostAt(connection, time));
}

/** Return the sentence about connections on which the post will fail, or `null` if there are none. */
export function failingSentence(lost: readonly Connection[], connections: readonly Connection[]): string | null {
  const isOnly = (platform: Platform) => connections.filter((each) => each.platform === platform).length === 1;
  return lost.length > 0 ? ACCESS.willFailHere(lost, isOnly) : null;
}
