import type { PlatformRules } from "../api/platforms";
import type { Connection, Platform } from "../api/types";
import type { Draft } from "./draft";

/** Return whether a post goes only to the sandboxes of its platforms, because no account is connected on any of them. */
export function isSandboxOnly(
  { connectionIds, platforms }: Pick<Draft, "connectionIds" | "platforms">,
  rules: Record<Platform, Pick<PlatformRules, "unconnected">>,
  connections: readonly Pick<Connection, "platform">[],
): boolean {
  const isSandboxed = (platform: Platform) =>
    rules[platform].unconnected === "sandbox" && !connections.some((each) => each.platform === platform);
  return connectionIds.length === 0 && platforms.length > 0 && platforms.every(isSandboxed);
}
