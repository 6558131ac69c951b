import type { Entry } from "../api/calendar";
import type { Post, Publication, PublicationState } from "../api/types";

/** The lateness, in milliseconds, from which a post that is not published yet is late for people. */
const MIN_LATE = 60_000;
/** The wait, in milliseconds, below which the time of an attempt is too near to be read from a clock. */
const MIN_WAIT = 60_000;
const MINUTE = 60_000;

/** The states of a publication that is not published yet and may still be. */
const OPEN: readonly PublicationState[] = ["queued", "publishing", "processing", "held"];

/**
 * Return how late a publication already is, in milliseconds, or `null` if it is published, on time or ended. A further
 * part has no time of its own.
 */
export function lateSoFar(
  { scheduledAt }: Pick<Post, "scheduledAt">,
  { state, part, dueAt }: Pick<Publication, "state" | "part" | "dueAt">,
  now: Date,
): number | null {
  return part === 1 && OPEN.includes(state) ? lateness(scheduledAt ?? dueAt, now) : null;
}

/** Return how late a post already is, in milliseconds, or `null` if the first parts of its publications are not late. */
export function postLateSoFar(
  post: Pick<Post, "status" | "scheduledAt"> & {
    publications: readonly Pick<Publication, "state" | "part" | "dueAt">[];
  },
  now: Date,
): number | null {
  if (post.status !== "queued") return null;
  const found = post.publications.flatMap((each) => lateSoFar(post, each, now) ?? []);
  return found.length > 0 ? Math.max(...found) : null;
}

/**
 * Return how late a post of the calendar already is, in milliseconds, or `null` if it is not late or this is not known: a
 * published state may belong to the first part of a thread whose further parts are open.
 */
export function entryLateSoFar(
  { status, scheduledAt, publicationStates }: Pick<Entry, "status" | "scheduledAt" | "publicationStates">,
  now: Date,
): number | null {
  if (status !== "queued" || publicationStates.includes("published")) return null;
  return publicationStates.some((state) => OPEN.includes(state)) ? lateness(scheduledAt, now) : null;
}

/** Return how late a post that was due at an instant is, in milliseconds, or `null` if it is not late for people. */
export function lateness(due: string, now: Date): number | null {
  const late = now.getTime() - Date.parse(due);
  return late >= MIN_LATE ? late : null;
}

/**
 * Return when a publication is tried again: an instant in whole minutes that does not lie before the attempt, "soon" if
 * the attempt is near or its time has passed, or `null` if the publication does not wait for another attempt.
 */
export function nextAttemptOf(
  { nextAttemptAt }: Pick<Publication, "nextAttemptAt">,
  now: Date,
): { at: string } | "soon" | null {
  if (!nextAttemptAt) return null;
  const at = Date.parse(nextAttemptAt);
  if (at - now.getTime() < MIN_WAIT) return "soon";
  return { at: new Date(Math.ceil(at / MINUTE) * MINUTE).toISOString() };
}

/**
 * Return the next attempt at one of the publications of a queued post: an instant in whole minutes, or `null` if none is
 * planned, or the next one is near.
 */
export function postNextAttempt(
  { publications }: { publications: readonly Pick<Publication, "state" | "nextAttemptAt">[] },
  now: Date,
): string | null {
  const planned = publications.flatMap((each) => (each.state === "queued" ? (nextAttemptOf(each, now) ?? []) : []));
  if (planned.includes("soon")) return null;
  return planned.flatMap((each) => (each === "soon" ? [] : each.at)).toSorted()[0] ?? null;
}

/** Return whether a pause holds a publication of a post of the calendar or of a list, and the post is late. */
export function isHeldAndLate(
  { status, scheduledAt }: Pick<Post, "status" | "scheduledAt">,
  states: readonly PublicationState[],
  now: Date,
): boolean {
  return status === "queued" && states.includes("held") && scheduledAt !== null && lateness(scheduledAt, now) !== null;
}
