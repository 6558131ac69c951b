import type { Pause } from "../api/queue";
import type { Post, Publication } from "../api/types";
import { PAUSES } from "../strings/pauses";
import { POST } from "../strings/post";
import { isCancelledInPart } from "./accounts";
import { onlyRetried, retryPlatforms } from "./failureStep";
import { waitsFor } from "./pauses";

type Retried = Pick<Post, "status" | "publications">;

/** Return whether the next attempt is the first one, because a person cancelled the publications before their time. */
const isFirstTry = ({ status, publications }: Retried) =>
  isCancelledInPart(
    status,
    publications.map(({ state }) => state),
  );

/** Return whether a post can be tried again: it failed, or a person cancelled the rest of it. */
export function canRetry(post: Retried): boolean {
  return post.status === "failed" || isFirstTry(post);
}

/** Return the name of the button that tries a failed post again. */
export function retryText(post: Retried): string {
  return (isFirstTry(post) ? POST.publishAfterAll : POST.retryOn)(onlyRetried(post));
}

/** Return the pauses that would hold a failed post after a retry, in words, or `null`. */
export function retryWait(post: Retried & Pick<Post, "campaign">, pauses: readonly Pause[]): string | null {
  return waitsFor(post, retryPlatforms(post), pauses, isFirstTry(post) ? PAUSES.restWaits : PAUSES.retryWaits);
}

/**
 * Return the pauses that would hold an unknown publication if a person published it again, in words, or `null`. The same
 * request also tries again what failed elsewhere.
 */
export function publishAgainWait(
  post: Retried & Pick<Post, "campaign">,
  { platform }: Pick<Publication, "platform">,
  pauses: readonly Pause[],
): string | null {
  return waitsFor(post, [...new Set([platform, ...retryPlatforms(post)])], pauses, PAUSES.publishWaits);
}
