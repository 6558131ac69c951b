import { useEffect, useState } from "react";
import { decide, usePostAction } from "../api/actions";
import { useDestinations } from "../api/connections";
import type { HistoryEvent, Post } from "../api/types";
import { useMe } from "../session/Session";
import { POST } from "../strings/post";
import { POSTS } from "../strings/posts";
import { isRejected } from "../strings/states";
import { momentOf } from "../time/format";
import { useNow } from "../time/now";
import { useZone } from "../time/zone";
import { Button, ButtonLink } from "../ui/Button";
import { Card } from "../ui/Card";
import { ChangeList } from "../ui/ChangeList";
import { TextField } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { Problem } from "../ui/Problem";
import { State } from "../ui/State";
import styles from "./Approval.module.css";
import { type Deadline, deadlineOf } from "./deadline";
import { DECISION, showDecision } from "./decision";
import { changesSinceDecision, type DecisionChanges } from "./decisionChanges";

/** The decision about a post that needs an approval, with what changed since the last decision. */
export function Approval({ post, history }: { post: Post; history: readonly HistoryEvent[] }) {
  const decision = usePostAction(decide);
  const [comment, setComment] = useState("");
  const [isReasonMissing, setReasonMissing] = useState(false);
  const me = useMe();
  const accounts = useDestinations();
  const { scopes } = me;
  const { zone } = useZone();
  const now = useNow();
  const canApprove = scopes.includes("approve");
  useEffect(() => {
    if (window.location.hash === `#${DECISION}`) showDecision();
  }, []);
  if (!post.approvalStatus) return null;
  if (isRejected(post)) return <Rejection post={post} canWrite={scopes.includes("write")} />;
  if (post.approvalStatus !== "pending") {
    const who = post.approvalBy ?? "";
    return (
      <Card isPadded label={POST.approvalTitle}>
        <div className="row">
          <State face={post.approvalStatus === "approved" ? "published" : "rejected"}>
            {post.approvalStatus === "approved" ? POST.approvedBy(who) : POST.rejectedBy(who)}
          </State>
          {post.approvalAt && <span className="faint">{momentOf(post.approvalAt, zone)}</span>}
        </div>
        {post.approvalComment && <p dir="auto">{post.approvalComment}</p>}
      </Card>
    );
  }
  const send = (approved: boolean) => {
    if (!approved && !comment.trim()) {
      setReasonMissing(true);
      return;
    }
    decision.mutate({ postId: post.id, approved, comment: comment.trim() || null, version: post.version });
  };
  const isProblem = isReasonMissing && !comment.trim();
  const changed = changesSinceDecision(post, history, zone, accounts);
  return (
    <Card isPadded labelledBy={DECISION} className={styles.decision}>
      <h2 id={DECISION} tabIndex={-1}>
        {POST.approvalTitle}
      </h2>
      {changed && <Changes changed={changed} />}
      <p>{undecidedSentence(deadlineOf(post, me, now.getTime()), zone)}</p>
      <p className="soft">{canApprove ? POST.youDecide : POST.othersDecide}</p>
      {canApprove && (
        <>
          <TextField
            label={POST.comment}
            hint={isProblem ? null : POST.commentHint}
            problem={isProblem && POST.commentHint}
            value={comment}
            onChange={setComment}
            maxLength={2000}
            lines={2}
          />
          <div className="row">
            <Button look="primary" isDisabled={decision.isPending} onPress={() => send(true)}>
              {POST.approve}
            </Button>
            <Button isDisabled={decision.isPending} onPress={() => send(false)}>
              {POST.reject}
            </Button>
          </div>
        </>
      )}
      {decision.isError && <Problem error={decision.error} />}
    </Card>
  );
}

/** Return the sentence about what becomes of a post without a decision. */
function undecidedSentence(deadline: Deadline, zone: string): string {
  if (deadline.kind !== "ahead" && deadline.kind !== "passed") return POST.undecided[deadline.kind];
  const { kind, at, until } = deadline;
  return POST.undecided[kind](momentOf(at, zone), until && momentOf(until, zone));
}

/** The rejection of a post: by whom, why, and the step that asks for another decision. */
function Rejection({ post, canWrite }: { post: Post; canWrite: boolean }) {
  const { zone } = useZone();
  return (
    <Card isPadded labelledBy="rejection">
      <h2 id="rejection">
        <State face="rejected">{POST.rejectedBy(post.approvalBy ?? "")}</State>
      </h2>
      {post.approvalAt && <p className="small faint">{momentOf(post.approvalAt, zone)}</p>}
      {post.approvalComment && <p dir="auto">{post.approvalComment}</p>}
      <p className="soft">{POST.rejected(post.platforms)}</p>
      {canWrite && (
        <div className="row">
          <ButtonLink look="primary" href={`/posts/${post.id}/edit`}>
            <Icon name="pen" />
            {POSTS.editAndAsk}
          </ButtonLink>
        </div>
      )}
    </Card>
  );
}

/** The texts and times before and after the changes, and the names of the other changed fields. */
function Changes({ changed: { changes, others } }: { changed: DecisionChanges }) {
  return (
    <>
      <p className="soft">{changes.length > 0 ? POST.changedSince : POST.changedFields(others)}</p>
      <ChangeList changes={changes} />
      {changes.length > 0 && others.length > 0 && <p className="soft">{POST.changedToo(others)}</p>}
    </>
  );
}
