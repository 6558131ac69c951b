import type { Post } from "../api/types";
import { COMPOSER } from "../strings/composer";
import type { Message } from "../ui/messages";
import type { Intent } from "./actions";

/**
 * Return the message about a post that was saved with a time: its changes are saved if it had a time before, or it is now
 * scheduled, published or waits for an approval. `time`: the time of the post in words.
 */
export function savedMessage(
  { id, approvalStatus }: Pick<Post, "id" | "approvalStatus">,
  before: Pick<Post, "status"> | undefined,
  intent: Intent,
  time: string,
): Message {
  const isEdit = before?.status === "scheduled" || before?.status === "queued";
  if (approvalStatus === "pending") {
    const planned = isEdit ? COMPOSER.changesAwaitApproval(time) : COMPOSER.awaitsApproval(time);
    return { face: "approval", text: intent === "now" ? COMPOSER.publishedOnApproval : planned, about: id };
  }
  if (intent === "now") return { face: "queued", text: COMPOSER.publishingNow, about: id };
  return { face: "scheduled", text: isEdit ? COMPOSER.changesSaved(time) : COMPOSER.scheduledFor(time), about: id };
}
