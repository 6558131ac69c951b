import type { Connection } from "../api/types";

/** Order the connections of each platform with its default first. The platforms keep their order. */
export function defaultFirst<Each extends Pick<Connection, "platform" | "isDefault">>(
  connections: readonly Each[],
): Each[] {
  const platforms = [...new Set(connections.map(({ platform }) => platform))];
  return platforms.flatMap((platform) =>
    connections
      .filter((each) => each.platform === platform)
      .toSorted((one, other) => Number(other.isDefault) - Number(one.isDefault)),
  );
}
