import type { Post } from "../api/types";

/** What becomes of a post that waits for an approval. `until`: the end of its window, if the post itself sets it. */
export type Deadline =
  | { kind: "untimed" | "released" | "closed" }
  | { kind: "ahead" | "passed"; at: string; until: string | null };

/**
 * Return what becomes of a pending post: without a time it only waits; a post to publish now is released by its approval;
 * otherwise nothing is published at its time, and an approval in its window still publishes it. See docs/api.md,
 * `posts/approve`.
 */
export function deadlineOf(
  {
    status,
    scheduledAt,
    publishOnApproval,
    publishWithinSeconds,
  }: Pick<Post, "status" | "scheduledAt" | "publishOnApproval" | "publishWithinSeconds">,
  now: number,
): Deadline {
  if (status !== "scheduled" || scheduledAt === null) return { kind: "untimed" };
  if (publishOnApproval) return { kind: "released" };
  const time = Date.parse(scheduledAt);
  const end = publishWithinSeconds === null ? null : time + publishWithinSeconds * 1000;
  const until = end === null ? null : new Date(end).toISOString();
  if (time > now) return { kind: "ahead", at: scheduledAt, until };
  return end !== null && end <= now ? { kind: "closed" } : { kind: "passed", at: scheduledAt, until };
}
