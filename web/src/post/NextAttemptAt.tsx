import { QUEUED, useFirstPosts } from "../api/posts";
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

/** When a queued post of the calendar is tried again. An entry of the calendar does not say it, so it comes from a list. */
export function EntryNextAttemptAt({ postId }: { postId: string }) {
  const post = useFirstPosts(QUEUED).data?.posts.find(({ id }) => id === postId);
  return post ? <NextAttemptAt post={post} /> : null;
}
