import type { Pause } from "../api/queue";
import type { Platform, Post } from "../api/types";

/** A post as far as pauses concern it. Without `ownerId`, all pauses are those of the post's owner. */
type Paused = { ownerId?: string } & Pick<Post, "campaign">;

/** Return whether a pause holds the publications of a post on a platform. */
export function holds(pause: Pause, { ownerId, campaign }: Paused, platform: Platform): boolean {
  const isOwn = !ownerId || pause.ownerId === ownerId;
  switch (pause.scope) {
    case "all":
      return true;
    case "platform":
      return pause.platform === platform;
    case "owner":
      return isOwn;
    case "campaign":
      return pause.campaign === campaign && (!pause.ownerId || isOwn);
  }
}

/**
 * Return the pauses that hold a post on one or more of the platforms. A publication is published when all pauses that hold
 * it have ended.
 */
export function pausesOn(post: Paused, platforms: readonly Platform[], pauses: readonly Pause[]): Pause[] {
  return pauses.filter((pause) => platforms.some((platform) => holds(pause, post, platform)));
}
