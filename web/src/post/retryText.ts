import type { Post } from "../api/types";
import { POST } from "../strings/post";
import { isCancelledInPart } from "./accounts";
import { onlyRetried } from "./failureStep";

/** Return the name of the button that tries a failed post again. What a person cancelled was not tried yet. */
export function retryText(post: Pick<Post, "status" | "publications">): string {
  const states = post.publications.map(({ state }) => state);
  return (isCancelledInPart(post.status, states) ? POST.publishAfterAll : POST.retryOn)(onlyRetried(post));
}
