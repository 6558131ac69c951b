import type { Pause } from "../api/queue";
import type { Platform } from "../api/types";
import { pausesOn, waitsFor } from "../post/pauses";
import type { Draft } from "./draft";

/** Return the platforms whose accounts are marked, because a pause of all of the owner's posts on them is in force. */
export function pausedPlatforms(platforms: readonly Platform[], pauses: readonly Pause[]): Platform[] {
  return platforms.filter((platform) => pausesOn({ campaign: null }, [platform], pauses).length > 0);
}

/** Return the sentence about the pauses for which a post would wait, or `null` if there are none. */
export function waitingSentence(
  { platforms, campaign }: Pick<Draft, "platforms" | "campaign">,
  pauses: readonly Pause[],
): string | null {
  return waitsFor({ campaign: campaign.trim() || null }, platforms, pauses);
}
