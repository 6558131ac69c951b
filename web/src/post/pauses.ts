import type { Entry } from "../api/calendar";
import type { Pause, PauseScope } from "../api/queue";
import type { Platform, Post, Publication, PublicationState } from "../api/types";
import { PAUSES } from "../strings/pauses";

/** Return what tells a pause from the others. Unlike the pause itself, it stays the same while the pause is in force. */
export function keyOf({ scope, platform, ownerId, campaign }: PauseScope): string {
  return JSON.stringify([scope, platform ?? null, ownerId ?? null, campaign ?? null]);
}

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

/** Return whether pauses stop nothing but publishing on their platforms. */
export function areOfPlatforms(pauses: readonly Pause[]): boolean {
  return pauses.every(({ scope }) => scope === "platform");
}

/** Return what is paused for a post on these platforms, such as "X is paused", or `null` if nothing is. */
export function pauseLabel(post: Paused, platforms: readonly Platform[], pauses: readonly Pause[]): string | null {
  const found = pausesOn(post, platforms, pauses);
  return found.length === 0 ? null : labelOfPauses(found, platforms);
}

/**
 * Return that a post would wait on these platforms, such as "X is paused: the post waits there", or `null`. `words`: how to
 * say it.
 */
export function waitsFor(
  post: Paused,
  platforms: readonly Platform[],
  pauses: readonly Pause[],
  words = PAUSES.waits,
): string | null {
  const found = pausesOn(post, platforms, pauses);
  return found.length === 0 ? null : words(labelOfPauses(found, platforms), areOfPlatforms(found));
}

/** Return what pauses stop, such as "X is paused". `platforms`: the order of the platforms. */
export function labelOfPauses(
  pauses: readonly Pick<Pause, "scope" | "platform">[],
  platforms: readonly Platform[] = pauses.flatMap(({ platform }) => platform ?? []),
): string {
  if (pauses.some(({ scope }) => scope === "all" || scope === "owner")) return PAUSES.publishing;
  if (pauses.some(({ scope }) => scope === "campaign")) return PAUSES.campaign;
  return PAUSES.platforms(platforms.filter((platform) => pauses.some((pause) => pause.platform === platform)));
}

/** A post of a list, or one of the calendar, which has only the states of its publications. */
export type Coming = Pick<Post, "status" | "approvalStatus" | "platforms" | "campaign"> &
  ({ publications: readonly Pick<Publication, "platform" | "state">[] } | Pick<Entry, "publicationStates">);

const WAITING: readonly PublicationState[] = ["queued", "waiting"];

/**
 * Return the platforms on which a post is still to be published. A post that is already held is left out, because its own
 * state says so, and a rejected one, because it is not published.
 */
export function comingPlatforms(post: Coming): Platform[] {
  const { status, approvalStatus, platforms } = post;
  if (status === "scheduled") return approvalStatus === "rejected" ? [] : platforms;
  if (status !== "queued") return [];
  if ("publicationStates" in post) {
    return post.publicationStates.every((state) => WAITING.includes(state)) ? platforms : [];
  }
  if (post.publications.some(({ state }) => state === "held")) return [];
  const isComing = (each: Platform) =>
    post.publications.some(({ platform, state }) => platform === each && WAITING.includes(state));
  return platforms.filter(isComing);
}
