import type { Platform, Post, PublicationState } from "../api/types";

/** The states of a publication whose publish call has not begun. */
const NOT_BEGUN: readonly PublicationState[] = ["queued", "waiting", "held", "processing", "cancelled"];

/**
 * Return whether a post can surely be edited and moved: it is a draft or scheduled, or it is queued and the states of its
 * publications say that no publish call has begun. Where the publications are known, `canChangePost` decides.
 */
export function canChange(status: Post["status"], states: readonly PublicationState[]): boolean {
  if (status === "draft" || status === "scheduled") return true;
  return status === "queued" && states.every((state) => NOT_BEGUN.includes(state));
}

/**
 * Return whether a post can still be edited and moved. As in the API, the first publish call of a queued post decides, even
 * if it failed. A publication that is prepared, or that failed before its publish call, prevents nothing.
 */
export function canChangePost({ status, publications }: Pick<Post, "status" | "publications">): boolean {
  if (status !== "queued") return canChange(status, []);
  return publications.every(({ state, startedAt }) => !startedAt && state !== "published" && state !== "unknown");
}

/** The states of publications that are, or may soon be, public. */
const PUBLIC: readonly PublicationState[] = ["published", "unknown", "publishing", "processing"];

/** Return whether a queued post becomes a draft when it is unscheduled, because nothing of it is or may be public. */
export function canBecomeDraft({ publications }: Pick<Post, "publications">): boolean {
  return !publications.some(({ state }) => PUBLIC.includes(state));
}

/** Return whether a queued post was tried but is not public, so that it can be changed only as a draft. */
export function canChangeAsDraft(post: Pick<Post, "status" | "publications">): boolean {
  return post.status === "queued" && !canChangePost(post) && canBecomeDraft(post);
}

/** The states of publications that can be cancelled. */
const CANCELLABLE: readonly PublicationState[] = ["queued", "waiting", "held"];

/** Return the platforms on which publications of a post can be cancelled. */
export function cancellablePlatforms({ publications }: Pick<Post, "publications">): Platform[] {
  const waiting = publications.filter(({ state }) => CANCELLABLE.includes(state));
  return [...new Set(waiting.map(({ platform }) => platform))];
}

/** Return whether only a part of a queued post can be unscheduled, because the rest is or may be public. */
export function canUnscheduleRest({ status, publications }: Pick<Post, "status" | "publications">): boolean {
  return status === "queued" && !canBecomeDraft({ publications }) && cancellablePlatforms({ publications }).length > 0;
}

/**
 * Return whether a post can be published before its time. A post that needs an approval cannot, because another time ends
 * the approval, nor can a queued post whose time has passed: it is already on its way, or a pause holds it.
 */
export function canPublishNow(
  post: Pick<Post, "status" | "publications" | "approvalRequired" | "scheduledAt">,
  now: number,
): boolean {
  if (post.approvalRequired || post.scheduledAt === null || !canChangePost(post)) return false;
  return post.status === "scheduled" || (post.status === "queued" && Date.parse(post.scheduledAt) > now);
}

/** Return whether a post can be deleted: nothing of it is or may be public. */
export function canDelete({ status, publications }: Pick<Post, "status" | "publications">): boolean {
  if (publications.some(({ state }) => state === "published" || state === "unknown")) return false;
  return status === "failed" || canChangePost({ status, publications });
}

/** Return whether a person can archive a post: it has ended, and it is known where it is public. */
export function canArchive({ status, publications }: Pick<Post, "status" | "publications">): boolean {
  return status === "published" || (status === "failed" && !publications.some(({ state }) => state === "unknown"));
}
