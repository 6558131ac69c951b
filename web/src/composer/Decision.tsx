import type { Post } from "../api/types";
import { VERSIONS } from "../strings/versions";
import { momentOf } from "../time/format";
import { useZone } from "../time/zone";
import { State } from "../ui/State";
import styles from "./Decision.module.css";

/** The decision of an approver: by whom, when and why, and what it means for the changes. */
export function Decision({ post, advice }: { post: Post; advice: string }) {
  const { zone } = useZone();
  const isRejected = post.approvalStatus === "rejected";
  const who = post.approvalBy ?? "";
  return (
    <section className={styles.decision} aria-label={VERSIONS.decision}>
      <div className="row">
        <State face={isRejected ? "rejected" : "published"}>
          {isRejected ? VERSIONS.rejectedBy(who) : VERSIONS.approvedBy(who)}
        </State>
        {post.approvalAt && <span className="small faint">{momentOf(post.approvalAt, zone)}</span>}
      </div>
      {post.approvalComment && (
        <p className={styles.comment} dir="auto">
          {post.approvalComment}
        </p>
      )}
      <p className="soft">{advice}</p>
    </section>
  );
}
