import type { PlatformRules } from "../api/platforms";
import type { Platform } from "../api/types";

type Facts = Pick<PlatformRules, "name" | "monogram" | "color" | "homeUrl" | "unconnected">;

/** The name, the look, the home page and the need of a connection of each platform, in the order of the names. */
export const PLATFORMS = {} as Record<Platform, Facts>;

/** Set `PLATFORMS` to the platforms of the API. The session loads them before it shows a view. */
export function setPlatforms(platforms: Record<Platform, Facts>): void {
  const byName = Object.entries(platforms).sort(([, one], [, other]) => one.name.localeCompare(other.name, "en"));
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
  return new Intl.ListFormat("en-GB").format(platforms.map((platform) => PLATFORMS[platform].name));
}

/** Return the names of one or two platforms, and the number of more, in a short label. */
export function placesOf(platforms: readonly Platform[]): string {
  return platforms.length > 2 ? `${platforms.length} platforms` : namesOf(platforms);
}
