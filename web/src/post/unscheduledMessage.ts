import type { Post } from "../api/types";
import { POST } from "../strings/post";
import { SHELL } from "../strings/shell";
import { momentOf } from "../time/format";
import type { Message } from "../ui/messages";

/**
 * Return the message that a post was unscheduled, with its earlier time, which a draft does not have. If this time lies
 * ahead, a button schedules the post for it again.
 */
export function unscheduledMessage(
  { id, status }: Pick<Post, "id" | "status">,
  scheduledAt: string,
  { zone, now, onUndo }: { zone: string; now: Date; onUndo: () => void },
): Message {
  if (status !== "draft") return { face: "caution", text: POST.unscheduledInPart, about: id };
  return {
    face: "draft",
    text: POST.unscheduled(momentOf(scheduledAt, zone, now)),
    about: id,
    ...(Date.parse(scheduledAt) > now.getTime() ? { action: { text: SHELL.undo, onPress: onUndo } } : {}),
  };
}
