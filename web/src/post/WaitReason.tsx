import type { Post } from "../api/types";
import { waitReasonsOf } from "./failureReason";

/** Why a queued post of a list waits for its next attempt. */
export function WaitReason({ post }: { post: Pick<Post, "publications"> }) {
  return waitReasonsOf(post).map((reason) => (
    <p key={reason} className="small soft" dir="auto">
      {reason}
    </p>
  ));
}
