import type { Post } from "../api/types";
import { POST } from "../strings/post";
import { shortMomentOf } from "../time/format";
import { useNow } from "../time/now";
import { useZone } from "../time/zone";
import { postNextAttempt } from "./waiting";

/** When a queued post of a list is tried again, next to its state. */
export function NextAttemptAt({ post }: { post: Pick<Post, "publications"> }) {
  const { zone } = useZone();
  const at = postNextAttempt(post, useNow());
  return at === null ? null : <span className="faint">{POST.nextAttemptAt(shortMomentOf(at, zone))}</span>;
}
