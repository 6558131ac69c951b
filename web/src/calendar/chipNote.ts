import type { Entry } from "../api/calendar";
import type { Pause } from "../api/queue";
import type { Me, Post } from "../api/types";
import { lateApprovalSentence } from "../post/deadline";
import { waitReasonsOf } from "../post/failureReason";
import { heldPlatforms } from "../post/held";
import { pausesOn } from "../post/pauses";
import { entryLateSoFar, postLateSoFar, postNextAttempt } from "../post/waiting";
import { PAUSES } from "../strings/pauses";
import { POST } from "../strings/post";
import { durationOf, shortMomentOf } from "../time/format";

/** Return whether a post can be late: it is queued, or waits for an approval. */
export function canBeLate({ status, approvalStatus }: Pick<Entry, "status" | "approvalStatus">): boolean {
  return status === "queued" || approvalStatus === "pending";
}

/**
 * Return how late a post of the calendar is, and why it waits, in the words of the list of a day: `note` is empty for a
 * post that is neither late nor held. `post`: the post with its publications, if it is loaded.
 */
export function chipNote(
  entry: Entry,
  post: Post | undefined,
  isHeld: boolean,
  { pauses, me, now, zone }: { pauses: readonly Pause[]; me: Me; now: Date; zone: string },
): { note: string; isLate: boolean } {
  if (entry.status !== "queued") {
    const note = (post && lateApprovalSentence(post, me, now, zone)) ?? "";
    return { note, isLate: note !== "" };
  }
  const late = post ? postLateSoFar(post, now) : entryLateSoFar(entry, now);
  const next = post ? postNextAttempt(post, now) : null;
  const facts = [
    ...(late === null ? [] : [POST.lateSoFar(durationOf(late))]),
    ...(next === null ? [] : [POST.nextAttemptAt(shortMomentOf(next, zone, now))]),
  ].join(", ");
  const holding = isHeld ? pausesOn(entry, post ? heldPlatforms(post) : entry.platforms, pauses) : [];
  const note = [
    ...(facts ? [`${facts}.`] : []),
    ...(post ? waitReasonsOf(post) : []),
    ...holding.map((pause) => PAUSES.holds(pause)),
  ].join(" ");
  return { note, isLate: late !== null };
}
