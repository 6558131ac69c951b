import type { Connection } from "../api/types";

const NEED: readonly Connection["health"][] = ["reconnect_required", "expiring", "failing", "ok"];

/** Return the connections with those first that a person has to connect again. */
export function byNeed<Each extends Pick<Connection, "health">>(connections: readonly Each[]): Each[] {
  return connections.toSorted((one, other) => NEED.indexOf(one.health) - NEED.indexOf(other.health));
}
