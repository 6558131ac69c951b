import type { Post } from "../api/types";
import { useMe } from "../session/Session";
import { useNow } from "../time/now";
import { useZone } from "../time/zone";
import { classes } from "../ui/classes";
import { lateApprovalSentence } from "./deadline";
import styles from "./LateApproval.module.css";

/** What becomes of a post that waits for an approval beyond its time. Lists show it in small type. */
export function LateApproval({ post, isBig }: { post: Post; isBig?: boolean }) {
  const me = useMe();
  const { zone } = useZone();
  const sentence = lateApprovalSentence(post, me, useNow(), zone);
  return sentence && <p className={classes(!isBig && "small", "is-approval", styles.late)}>{sentence}</p>;
}
