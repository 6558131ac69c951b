import type { Attempt, Publication } from "../api/types";

/** The reason for which a publication waited longest. */
export type Delay = "rateLimit" | "processing" | "attempt";

/** The events that a wait can follow. */
const DELAYS: Record<string, Delay> = {
  rate_limited: "rateLimit",
  processing: "processing",
  transient: "attempt",
  not_landed: "attempt",
  failed: "attempt",
  confirmed_not_published: "attempt",
};

/** The events after which `publishedAt` is the time when somebody found the publication, not when it was published. */
const FOUND_LATER = ["in_doubt", "unanswered", "unknown", "confirmed_published"];

/** The lateness, in milliseconds, from which a publication is late for people. */
const MIN_LATE = 10_000;
const SECOND = 1000;

/** How late a publication was published, and the reason if the attempts say it. */
export interface Lateness {
  /** The time for which it was planned. */
  due: string;
  isOnTime: boolean;
  /** The interval between the two times as people read them, in whole seconds, so that the shown numbers add up. */
  milliseconds: number;
  delay: Delay | null;
}

/**
 * Return the interval from the planned time of a publication to its time, or null if it is not known. A retry gives the
 * post another time, but what was published before keeps its plan. The API's `latenessMs` ends when the first publish call
 * begins, and so excludes every wait that follows.
 */
export function latenessOf(
  { id, part, publishedAt, dueAt: due }: Pick<Publication, "id" | "part" | "publishedAt" | "dueAt">,
  attempts: readonly Pick<Attempt, "at" | "publicationId" | "event">[],
): Lateness | null {
  // A further part has no time of its own.
  if (!publishedAt || part > 1) return null;
  const end = Date.parse(publishedAt);
  const own = attempts.filter(({ publicationId, at }) => publicationId === id && Date.parse(at) <= end);
  const lastCall = own.findLastIndex(({ event }) => event === "began");
  if (own.slice(lastCall + 1).some(({ event }) => FOUND_LATER.includes(event))) return null;
  let longest = { wait: 0, event: "" };
  let before = { at: Date.parse(due), event: "" };
  for (const { at, event } of own) {
    const wait = Date.parse(at) - before.at;
    if (wait > longest.wait) longest = { wait, event: before.event };
    before = { at: Date.parse(at), event };
  }
  const start = Date.parse(due);
  return {
    due,
    isOnTime: end - start < MIN_LATE,
    milliseconds: (Math.floor(end / SECOND) - Math.floor(start / SECOND)) * SECOND,
    delay: DELAYS[longest.event] ?? null,
  };
}

/** Return whether a time is not at a whole minute, so that people need its seconds to compare it with another. */
export function hasSeconds(instant: string): boolean {
  return new Date(instant).getUTCSeconds() > 0;
}

/** Return when a person confirmed that a publication is on its platform, or `null` if nobody had to. */
export function confirmedAt(
  { id }: Pick<Publication, "id">,
  attempts: readonly Pick<Attempt, "at" | "publicationId" | "event">[],
): string | null {
  return (
    attempts.findLast(({ publicationId, event }) => publicationId === id && event === "confirmed_published")?.at ?? null
  );
}

/** Return the time of the last publish call of a publication, or `null` if the attempts have none. */
export function lastCallOf(
  { id }: Pick<Publication, "id">,
  attempts: readonly Pick<Attempt, "at" | "publicationId" | "event">[],
): string | null {
  return attempts.findLast(({ publicationId, event }) => publicationId === id && event === "began")?.at ?? null;
}
