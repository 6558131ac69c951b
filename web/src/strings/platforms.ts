import type { PlatformRules } from "../api/platforms";
import type { Connection, Platform } from "../api/types";
import { isolated } from "./isolated";

type Connected = Pick<Connection, "id" | "platform" | "isDefault">;
type Facts = Pick<PlatformRules, "name" | "monogram" | "color" | "homeUrl" | "unconnected">;

const LIST = new Intl.ListFormat("en-GB");

/** The name, the look, the home page and the need of a connection of each platform, in the order of the names. */
export const PLATFORMS = {} as Record<Platform, Facts>;

/** Set `PLATFORMS` to the platforms of the API. The session loads them before it shows a view. */
export function setPlatforms(platforms: Record<Platform, Facts>): void {
  const byName = Object.entries(platforms).sort(([, one], [, other]) => one.name.localeCompare(other.name, "en"));
  for (const platform of allPlatforms()) Reflect.deleteProperty(PLATFORMS, platform);
  Object.assign(PLATFORMS, Object.fromEntries(byName));
}

/** Return the keys of all platforms, in the order of their names. */
export function allPlatforms(): Platform[] {
  return Object.keys(PLATFORMS) as Platform[];
}

/** Return the platforms on which a post fails without a connection. */
export function refusingPlatforms(): Platform[] {
  return allPlatforms().filter((platform) => PLATFORMS[platform].unconnected === "reject");
}

/** Return the names of platforms as a list in a sentence, such as "Bluesky, Mastodon and X". */
export function namesOf(platforms: readonly Platform[]): string {
  return LIST.format(platforms.map((platform) => PLATFORMS[platform].name));
}

/** Return the names of platforms, each followed by those of its accounts that are given: "Bluesky and X (@tidemark)". */
export function accountsText(
  platforms: readonly Platform[],
  accounts: ReadonlyMap<Platform, readonly string[]>,
): string {
  const named = platforms.map((platform) => {
    const handles = accounts.get(platform)?.map(isolated);
    return PLATFORMS[platform].name + (handles ? ` (${LIST.format(handles)})` : "");
  });
  return LIST.format(named);
}

/** Return the name of a connection's platform, and that the connection is the default one of several: "X, default". */
export function platformAndDefault(connection: Connected, all: readonly Connected[]): string {
  const { id, platform, isDefault } = connection;
  const isOneOfSeveral = all.some((each) => each.platform === platform && each.id !== id);
  return PLATFORMS[platform].name + (isDefault && isOneOfSeveral ? ", default" : "");
}

/** Return the names of one or two platforms, and the number of more, in a short label. */
export function placesOf(platforms: readonly Platform[]): string {
  return platforms.length > 2 ? `${platforms.length} platforms` : namesOf(platforms);
}
