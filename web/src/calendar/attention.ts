import type { Entry } from "../api/calendar";
import type { Destination } from "../api/destinations";
import { isHeldAndLate } from "../post/waiting";

/**
 * Return whether a post needs a person with these scopes: it failed or is unknown, it will fail on the `lost` accounts, a
 * pause has held it beyond its time, or it needs a decision. `lost` is `null` if it is not known whether it will fail.
 */
export function needsPerson(
  entry: Pick<Entry, "status" | "approvalStatus" | "scheduledAt" | "publicationStates">,
  scopes: readonly string[],
  now: Date,
  lost: readonly Destination[] | null,
): boolean {
  return (
    entry.status === "failed" ||
    Boolean(lost?.length) ||
    isHeldAndLate(entry, entry.publicationStates, now) ||
    needsDecision(entry, scopes)
  );
}

/** Return whether a post has to be approved by an approver, or was rejected and has to be changed by a writer. */
export function needsDecision(
  { status, approvalStatus }: Pick<Entry, "status" | "approvalStatus">,
  scopes: readonly string[],
): boolean {
  if (status !== "draft" && status !== "scheduled") return false;
  return (
    (approvalStatus === "pending" && scopes.includes("approve")) ||
    (approvalStatus === "rejected" && scopes.includes("write"))
  );
}

/**
 * Return how many posts will fail because access to an account is lost, or `null` if this is not known of every post. A
 * post that also needs an approval is counted: the approval alone does not help it.
 */
export function countLost<Each extends Pick<Entry, "status">>(
  entries: readonly Each[],
  lostFor: (entry: Each) => readonly Destination[] | null,
): number | null {
  let count = 0;
  for (const entry of entries) {
    const lost = lostFor(entry);
    if (lost === null) return null;
    if (lost.length > 0) count += 1;
  }
  return count;
}
