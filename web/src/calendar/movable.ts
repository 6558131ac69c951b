import type { Entry } from "../api/calendar";
import type { Post } from "../api/types";
import { canChange, canChangePost } from "../post/changes";

/**
 * Return whether the calendar offers to move a post. An entry does not say whether a publish call of its post has begun,
 * so the publications of the `queued` posts decide. `queued` is `undefined` until these posts are loaded.
 */
export function isMovable(
  { id, status, publicationStates }: Pick<Entry, "id" | "status" | "publicationStates">,
  queued: readonly Pick<Post, "id" | "status" | "publications">[] | undefined,
): boolean {
  if (status !== "queued") return canChange(status, []);
  if (queued === undefined) return false;
  const post = queued.find((each) => each.id === id);
  return post ? canChangePost(post) : canChange(status, publicationStates);
}
