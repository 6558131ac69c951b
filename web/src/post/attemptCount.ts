import type { Attempt } from "../api/types";

/**
 * Return the number of attempts in the ledger. The beginning of a publish call and its results are entries of one
 * attempt.
 */
export function attemptCount(attempts: readonly Pick<Attempt, "publicationId" | "jobId" | "attempt">[]): number {
  return new Set(attempts.map(({ publicationId, jobId, attempt }) => `${publicationId} ${jobId} ${attempt}`)).size;
}
