import type { Attempt } from "../api/types";

/** How often the publications of a post were tried. */
export interface AttemptCount {
  /** The number of attempts at the publication that was tried most often. */
  most: number;
  /** Whether all publications were tried equally often. */
  areEqual: boolean;
  /** What was tried, if it is more than one publication. */
  per: "account" | "part" | null;
}

/**
 * Return how often each publication in the ledger was tried, counted like the attempts of a job: the beginning of a publish
 * call and its results are entries of one attempt, and an entry before the first attempt has the number 0.
 */
export function attemptCount(
  attempts: readonly Pick<Attempt, "publicationId" | "jobId" | "attempt" | "part">[],
): AttemptCount {
  const tried = new Map<string, Set<string>>();
  for (const { publicationId, jobId, attempt } of attempts) {
    const counted = tried.get(publicationId) ?? new Set();
    if (attempt > 0) counted.add(`${jobId} ${attempt}`);
    tried.set(publicationId, counted);
  }
  const counts = [...tried.values()].map(({ size }) => size);
  const isThread = attempts.some(({ part }) => part > 1);
  return {
    most: Math.max(0, ...counts),
    areEqual: new Set(counts).size <= 1,
    per: counts.length > 1 ? (isThread ? "part" : "account") : null,
  };
}
