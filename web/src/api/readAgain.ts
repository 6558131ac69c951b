import type { Post } from "./types";

/** The interval from the time of a post, in milliseconds, in which most posts are published. */
const MOMENT = 10_000;
const OFTEN = 1_000;
/** No event reports an attempt that is repeated later. */
const RARELY = 10_000;

/**
 * Return the milliseconds after which a queued post is read again, or `false` for other posts. Around its time, the post is
 * read often, because it is usually published within a second.
 */
export function readAgainAfter({ status, scheduledAt }: Pick<Post, "status" | "scheduledAt">, now: number) {
  if (status !== "queued") return false;
  return scheduledAt !== null && Math.abs(now - Date.parse(scheduledAt)) < MOMENT ? OFTEN : RARELY;
}
