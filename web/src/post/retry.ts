import type { Pause } from "../api/queue";
import type { Post } from "../api/types";
import { PAUSES } from "../strings/pauses";
import { POST } from "../strings/post";
import { isCancelledInPart } from "./accounts";
import { onlyRetried, retryPlatforms } from "./failureStep";
import { waitsFor } from "./pauses";

type Retried = Pick<Post, "status" | "publications">;

/** What a person cancelled was not tried yet. */
const isFirstTry = ({ status, publications }: Retried) =>
  isCancelledInPart(
    status,
    publications.map(({ state }) => state),
  );

/** Return the name of the button that tries a failed post again. */
export function retryText(post: Retried): string {
  return (isFirstTry(post) ? POST.publishAfterAll : POST.retryOn)(onlyRetried(post));
}

/** Return what a failed post would wait for if it were tried again, or `null`. */
export function retryWait(post: Retried & Pick<Post, "campaign">, pauses: readonly Pause[]): string | null {
  return waitsFor(post, retryPlatforms(post), pauses, isFirstTry(post) ? PAUSES.restWaits : PAUSES.retryWaits);
}
