import type { Post } from "../api/types";
import { useMe } from "../session/Session";
import { POST } from "../strings/post";
import { durationOf, momentOf } from "../time/format";
import { useNow } from "../time/now";
import { useZone } from "../time/zone";
import { classes } from "../ui/classes";
import { type Deadline, deadlineOf } from "./deadline";
import styles from "./LateApproval.module.css";
import { lateness } from "./waiting";

/** What becomes of a post of a list that waits for an approval beyond its time. */
export function LateApproval({ post }: { post: Post }) {
  const me = useMe();
  const { zone } = useZone();
  const now = useNow();
  if (post.approvalStatus !== "pending") return null;
  const sentence = sentenceOf(deadlineOf(post, me, now.getTime()), now, zone);
  return sentence && <p className={classes("small", "is-approval", styles.late)}>{sentence}</p>;
}

function sentenceOf(deadline: Deadline, now: Date, zone: string): string | null {
  if (deadline.kind === "closed") return POST.undecided.closed;
  if (deadline.kind !== "passed") return null;
  const { at, until } = deadline;
  const late = lateness(at, now);
  return POST.undecidedLate(late === null ? null : durationOf(late), until && momentOf(until, zone));
}
