import type { Attention } from "./useAttention";

/** Return the address of the first list of posts that need a person, or of the lists if no post does. */
export function listOf({ posts, failed, approval, rejected }: Omit<Attention, "lost" | "connections">): string {
  if (posts === 0) return "/posts";
  // The posts that a pause holds are scheduled or queued.
  return `/posts?list=${failed ? "failed" : approval ? "approval" : rejected ? "rejected" : "scheduled"}`;
}
