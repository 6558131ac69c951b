import { ApiError } from "../api/client";
import { COMPOSER } from "../strings/composer";
import type { Intent } from "./actions";

/** An attempt to save the post that failed. */
export interface FailedAttempt {
  error: unknown;
  intent: Intent;
  /** The browser was offline at its beginning. */
  isOffline: boolean;
  /** The name of the pressed button. */
  button: string;
  /** The post was not saved before. */
  isNew: boolean;
  /** The text is kept on this device. */
  isKept: boolean;
}

/**
 * Return the sentence about a failed attempt after which the page does not know whether the post was saved, or which
 * could not leave the browser. Return `null` if the API refused the post: its own sentence says why.
 */
export function notSentSentence({ error, intent, isOffline, button, isNew, isKept }: FailedAttempt): string | null {
  if (error instanceof ApiError) {
    return isInDoubt(error) ? COMPOSER.broken(button, isNew, isKept, error.requestId !== null) : null;
  }
  return isOffline ? COMPOSER.offline(button, intent === "now", isKept) : COMPOSER.unreachable(button, isNew, isKept);
}

/** Return the list in which a new post is found if it was saved after all, or `null` if the page knows that it was not. */
export function listToCheck({ error, intent, isOffline, isNew }: FailedAttempt): string | null {
  if (!isNew || (error instanceof ApiError ? !isInDoubt(error) : isOffline)) return null;
  return `/posts?list=${intent === "draft" ? "draft" : intent === "schedule" ? "scheduled" : "all"}`;
}

/** Return whether the server failed, perhaps after it had saved the post. */
function isInDoubt({ status }: ApiError): boolean {
  return status >= 500;
}
