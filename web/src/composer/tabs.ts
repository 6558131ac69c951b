import { connectionsOf } from "../api/access";
import type { Destination } from "../api/destinations";
import type { Platform } from "../api/types";
import { COMPOSER } from "../strings/composer";
import { allPlatforms, namesOf, PLATFORMS } from "../strings/platforms";
import type { Draft } from "./draft";

/** The tab of the text for all platforms. */
export const ALL = "all";

export type TextTab = Platform | typeof ALL;

/**
 * Return the platforms of a post in the order in which the page shows its accounts: the accounts first, then the sandboxes
 * of platforms without one.
 */
export function inAccountOrder(
  draft: Pick<Draft, "platforms" | "connectionIds">,
  destinations: readonly Destination[],
): Platform[] {
  const chosen = connectionsOf(draft, destinations);
  const place = (platform: Platform) => {
    const ids = chosen.filter((each) => each.platform === platform).map(({ id }) => id);
    const first = destinations.findIndex(({ id }) => ids.includes(id));
    return first < 0 ? destinations.length + allPlatforms().indexOf(platform) : first;
  };
  return draft.platforms.toSorted((one, other) => place(one) - place(other));
}

/**
 * Return the tab that contains the text for a platform: its own tab if it has its own text or if this tab is `shown`,
 * and otherwise the tab of all platforms.
 */
export function tabFor(draft: Draft, platform: Platform, shown: TextTab): TextTab {
  return draft.own[platform] || shown === platform ? platform : ALL;
}

/** Return whether each platform has its own text, so that the text for all platforms is not published. */
export function isSharedUnused({ platforms, own }: Pick<Draft, "platforms" | "own">): boolean {
  return platforms.length > 0 && platforms.every((platform) => own[platform]);
}

/** Return the heading of the text in a tab, which says on which platforms the text is published. */
export function headingOf({ platforms, own }: Pick<Draft, "platforms" | "own">, tab: TextTab): string {
  if (tab !== ALL) return COMPOSER.textFor(PLATFORMS[tab].name);
  const others = platforms.filter((platform) => own[platform]);
  const shared = platforms.filter((platform) => !own[platform]);
  if (shared.length === 0) return COMPOSER.text;
  if (shared.length === 1) return COMPOSER.textFor(namesOf(shared));
  return others.length === 0 ? COMPOSER.textForAll : COMPOSER.textForOthers(namesOf(others));
}
