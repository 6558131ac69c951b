import { ApiError } from "../api/client";
import { loadPost } from "../api/posts";
import type { Post } from "../api/types";
import { POST } from "../strings/post";
import { momentOf } from "../time/format";
import type { Message } from "../ui/messages";
import { sentenceOf } from "../ui/Problem";
import { toast } from "../ui/Toasts";

/**
 * Say why a move or an unscheduling of a post was not undone and, if the post has changed since, its present time.
 * `subject`: what the message is about; with a link, it is not shown on the page of the post.
 */
export async function toastNotUndone(
  error: unknown,
  left: Pick<Post, "id" | "scheduledAt">,
  zone: string,
  subject: Pick<Message, "about" | "href"> = { about: left.id },
) {
  const isChanged = error instanceof ApiError && error.code === "version_conflict";
  const present = isChanged ? await loadPost(left.id).catch(() => null) : null;
  const text = present ? notUndoneSentence(present.post, left.scheduledAt, zone) : sentenceOf(error);
  toast({ face: "failed", text, ...subject });
}

/** Return the sentence about an undo that another change prevented. `left`: the time that the first change gave the post. */
export function notUndoneSentence(
  { scheduledAt }: Pick<Post, "scheduledAt">,
  left: string | null,
  zone: string,
  now = new Date(),
): string {
  if (scheduledAt === null) return left === null ? POST.notUndone.changed(null) : POST.notUndone.unscheduled;
  const time = momentOf(scheduledAt, zone, now);
  const isMoved = left === null || Date.parse(left) !== Date.parse(scheduledAt);
  return isMoved ? POST.notUndone.moved(time) : POST.notUndone.changed(time);
}
