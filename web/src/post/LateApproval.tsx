import type { Post } from "../api/types";
import { useMe } from "../session/Session";
import { useNow } from "../time/now";
import { useZone } from "../time/zone";
import { classes } from "../ui/classes";
import { lateApprovalSentence } from "./deadline";
import styles from "./LateApproval.module.css";

/** What becomes of a post of a list that waits for an approval beyond its time. */
export function LateApproval({ post }: { post: Post }) {
  const me = useMe();
  const { zone } = useZone();
  const sentence = lateApprovalSentence(post, me, useNow(), zone);
  return sentence && <p className={classes("small", "is-approval", styles.late)}>{sentence}</p>;
}
