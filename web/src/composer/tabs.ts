import type { Platform } from "../api/types";
import type { Draft } from "./draft";

/** The tab of the text for all platforms. */
export const ALL = "all";

export type TextTab = Platform | typeof ALL;

/**
 * Return the tab that contains the text for a platform: its own tab if it has its own text or if this tab is `shown`,
 * and otherwise the tab of all platforms.
 */
export function tabFor(draft: Draft, platform: Platform, shown: TextTab): TextTab {
  return draft.own[platform] || shown === platform ? platform : ALL;
}
