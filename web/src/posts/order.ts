import type { Post } from "../api/types";

/** Return posts with the newest time first, and posts without a time last. */
export function newestFirst<Each extends Pick<Post, "scheduledAt">>(posts: readonly Each[]): Each[] {
  const time = ({ scheduledAt }: Each) => (scheduledAt ? Date.parse(scheduledAt) : Number.NEGATIVE_INFINITY);
  return posts.toSorted((one, other) => (time(one) < time(other) ? 1 : time(one) > time(other) ? -1 : 0));
}
