import type { Me, Post } from "../api/types";
import { POST } from "../strings/post";
import { durationOf, momentOf } from "../time/format";
import { lateness } from "./waiting";
import { publishBy } from "./window";

/** What becomes of a post that waits for an approval. `until`: the end of its window, or `null` if it has none. */
export type Deadline =
  | { kind: "untimed" | "released" | "closed" }
  | { kind: "ahead" | "passed"; at: string; until: string | null };

/**
 * Return what becomes of a pending post: without a time it only waits; a post to publish now is released by its approval;
 * otherwise nothing is published at its time, and an approval in its window still publishes it. See docs/api.md,
 * `posts/approve`.
 */
export function deadlineOf(
  post: Pick<Post, "status" | "scheduledAt" | "publishOnApproval" | "publishWithinSeconds">,
  usual: Pick<Me, "publishWithinSeconds">,
  now: number,
): Deadline {
  const { status, scheduledAt, publishOnApproval } = post;
  if (status !== "scheduled" || scheduledAt === null) return { kind: "untimed" };
  if (publishOnApproval) return { kind: "released" };
  const until = publishBy(scheduledAt, post, usual);
  if (Date.parse(scheduledAt) > now) return { kind: "ahead", at: scheduledAt, until };
  return until !== null && Date.parse(until) <= now ? { kind: "closed" } : { kind: "passed", at: scheduledAt, until };
}

/** Return what becomes of a post that waits for an approval beyond its time, or `null` for another post. */
export function lateApprovalSentence(
  post: Parameters<typeof deadlineOf>[0] & Pick<Post, "approvalStatus">,
  usual: Pick<Me, "publishWithinSeconds">,
  now: Date,
  zone: string,
): string | null {
  if (post.approvalStatus !== "pending") return null;
  const deadline = deadlineOf(post, usual, now.getTime());
  if (deadline.kind === "closed") return POST.undecided.closed;
  if (deadline.kind !== "passed") return null;
  const { at, until } = deadline;
  const late = lateness(at, now);
  return POST.undecidedLate(late === null ? null : durationOf(late), until && momentOf(until, zone));
}
