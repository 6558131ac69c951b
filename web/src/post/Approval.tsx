import { useState } from "react";
import { decide, usePostAction } from "../api/actions";
import type { HistoryEvent, Post } from "../api/types";
import { useMe } from "../session/Session";
import { POST } from "../strings/post";
import { POSTS } from "../strings/posts";
import { isRejected } from "../strings/states";
import { Button, ButtonLink } from "../ui/Button";
import { Card } from "../ui/Card";
import { TextField } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { Problem } from "../ui/Problem";
import { State } from "../ui/State";
import { changedFields } from "./History";

/** The decision about a post that needs an approval, with the fields that changed since the last decision. */
export function Approval({ post, history }: { post: Post; history: readonly HistoryEvent[] }) {
  const decision = usePostAction(decide);
  const [comment, setComment] = useState("");
  const [isReasonMissing, setReasonMissing] = useState(false);
  const { scopes } = useMe();
  const canApprove = scopes.includes("approve");
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
  const changed = changesSinceDecision(history);
  return (
    <Card isPadded labelledBy="approval">
      <h2 id="approval">
        <State face="approval">{POST.approvalTitle}</State>
      </h2>
      <p className="soft">{changed.length ? POST.changedSince(changed) : POST.approvalText}</p>
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

/** The rejection of a post: by whom, why, and the step that asks for another decision. */
function Rejection({ post, canWrite }: { post: Post; canWrite: boolean }) {
  return (
    <Card isPadded labelledBy="rejection">
      <h2 id="rejection">
        <State face="rejected">{POST.rejectedBy(post.approvalBy ?? "")}</State>
      </h2>
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

function changesSinceDecision(history: readonly HistoryEvent[]): string[] {
  const last = history.findLastIndex(({ type }) => type === "post.approved" || type === "post.rejected");
  if (last < 0) return [];
  return [...new Set(history.slice(last + 1).flatMap(changedFields))];
}
