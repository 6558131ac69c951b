import type { Destination } from "../api/destinations";
import type { Post } from "../api/types";
import { CALENDAR } from "../strings/calendar";
import { POST } from "../strings/post";
import { SHELL } from "../strings/shell";
import { momentOf } from "../time/format";
import { willFailSentence } from "../ui/LostAccess";
import type { Message } from "../ui/messages";
import { shortened } from "../ui/shortened";

/** The maximum length of the words of a post, which stand in one line on a phone. */
const MAX_CHARACTERS = 30;

/** The state of a post in which somebody moved it. */
interface Before {
  scheduledAt: string;
  approvalStatus: Post["approvalStatus"];
}

/**
 * Return the message that a post was moved, with a button that moves it back if its earlier time lies ahead. `href`: the
 * address that shows the new time, or `null` if the open view shows it. `lost`: the places on which the post will fail at
 * its new time. `onUndo`: moves the post back, or is `null` if it
 * was just moved back. `approve`: approves a post, or is `null` if the person may not.
 */
export function movedMessage(
  post: Post,
  before: Before,
  {
    zone,
    now,
    href,
    lost,
    onUndo,
    approve,
  }: {
    zone: string;
    now: Date;
    href: string | null;
    lost: readonly Destination[];
    onUndo: (() => void) | null;
    approve: ((post: Post) => void) | null;
  },
): Message {
  const at = post.scheduledAt ?? before.scheduledAt;
  const losesApproval = before.approvalStatus === "approved" && post.approvalStatus === "pending";
  const when = momentOf(at, zone, now);
  const words = shortened(post.content, MAX_CHARACTERS);
  const moved = onUndo ? CALENDAR.move.moved(words, when) : CALENDAR.move.undone(words, when);
  const fails = lost.length > 0 ? willFailSentence(lost, zone) : "";
  return {
    face: fails ? "lost" : losesApproval ? "approval" : "scheduled",
    text: [moved, losesApproval && CALENDAR.move.needsApproval, fails].filter(Boolean).join(" "),
    about: post.id,
    ...(href ? { href, linkText: CALENDAR.move.show } : {}),
    ...(losesApproval && approve ? { next: { text: POST.approve, onPress: () => approve(post) } } : {}),
    ...(onUndo && Date.parse(before.scheduledAt) > now.getTime()
      ? { action: { text: SHELL.undo, onPress: onUndo } }
      : {}),
  };
}
