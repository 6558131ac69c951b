import { Link } from "react-aria-components";
import { retryPost, usePostAction } from "../api/actions";
import { useConnections, useDestinations } from "../api/connections";
import type { Destination } from "../api/destinations";
import type { Pause } from "../api/queue";
import type { Post } from "../api/types";
import { canBecomeDraft, canChangeAsDraft, canChangePost } from "../post/changes";
import { readableFailures } from "../post/failureReason";
import { copyForFailed, onlyFailed, splitReason, stepOfPost } from "../post/failureStep";
import { HeldReason } from "../post/HeldReason";
import { heldPlatforms } from "../post/held";
import { LateApproval } from "../post/LateApproval";
import { LateSoFar } from "../post/LateSoFar";
import { NextAttemptAt } from "../post/NextAttemptAt";
import { useUnscheduleAndEdit } from "../post/useUnscheduleAndEdit";
import { WaitReason } from "../post/WaitReason";
import { postLateSoFar } from "../post/waiting";
import { useMe } from "../session/Session";
import { POST } from "../strings/post";
import { POSTS } from "../strings/posts";
import { isRejected, lookOfPost, withPauses } from "../strings/states";
import { dayOf, minutesOf, timeOf, zoneName } from "../time/format";
import { useZone } from "../time/zone";
import { Button, ButtonLink } from "../ui/Button";
import { classes } from "../ui/classes";
import { Icon } from "../ui/Icon";
import { aboutPost } from "../ui/messages";
import { sentenceOf } from "../ui/Problem";
import { State } from "../ui/State";
import { toast } from "../ui/Toasts";
import { Checkbox } from "../ui/Toggle";
import { Places } from "./Places";
import styles from "./PostRow.module.css";

/** One post of a list: its time, text and state and, if it needs a person, the reason and the next step. */
export function PostRow({
  post,
  lost,
  isSandboxed,
  pauses,
  thumbnail,
  isChosen,
  onChoose,
}: {
  post: Post;
  /** The places on which the post will fail, or `null` if they are not known. */
  lost: readonly Destination[] | null;
  /** Whether the post is published only in the sandbox, where nobody else sees it. */
  isSandboxed: boolean;
  pauses: readonly Pause[];
  thumbnail: string | undefined;
  isChosen: boolean;
  onChoose: ((isChosen: boolean) => void) | undefined;
}) {
  const { zone } = useZone();
  const canWrite = useMe().scopes.includes("write");
  const look = withPauses(lookOfPost(post, lost), post, pauses);
  const reason = splitReason(post);
  const accounts = useDestinations() ?? [];
  const when = post.scheduledAt && `${dayOf(post.scheduledAt, zone)}, ${timeOf(post.scheduledAt, zone)}`;
  return (
    <li className={classes(styles.row, isChosen && styles.chosen)}>
      {onChoose ? (
        <Checkbox
          aria-label={when ? POSTS.choose(when) : POSTS.chooseDraft}
          isSelected={isChosen}
          onChange={onChoose}
        />
      ) : (
        <span />
      )}
      <div className={styles.when}>
        {post.scheduledAt ? (
          <>
            <span className="strong">{dayOf(post.scheduledAt, zone)}</span>
            <span className="small soft">
              {timeOf(post.scheduledAt, zone)} <span className="faint">{zoneName(post.scheduledAt, zone)}</span>
            </span>
          </>
        ) : (
          <span className="faint">{POSTS.noTime}</span>
        )}
      </div>
      <div className={styles.body}>
        <Link href={`/posts/${post.id}`} className={styles.text ?? ""} dir="auto">
          {post.content}
        </Link>
        <div className="row small">
          <State face={look.face} minutes={post.scheduledAt ? minutesOf(post.scheduledAt, zone) : undefined}>
            {look.label}
          </State>
          {post.status === "queued" && <LateSoFar latenessAt={(now) => postLateSoFar(post, now)} />}
          {post.status === "queued" && <NextAttemptAt post={post} />}
          {post.status === "queued" && canWrite && !canChangePost(post) && !canBecomeDraft(post) && (
            <span className="soft">{POSTS.begun}</span>
          )}
          {/* A decision about the post comes first. The state stands next to it, so that the row keeps its height. */}
          {look.warning && <State face="lost">{look.warning}</State>}
          {look.pause && <State face="held">{look.pause}</State>}
          <Places platforms={post.platforms} marks={look.marks} post={post} />
          {isSandboxed && <span className="faint">{POSTS.sandbox}</span>}
          {post.campaign && <bdi className="faint">{post.campaign}</bdi>}
        </div>
        {post.status === "queued" && <WaitReason post={post} />}
        {look.face === "held" && <HeldReason campaign={post.campaign} platforms={heldPlatforms(post)} />}
        {post.failureReason && post.status === "failed" && (
          <p className={classes("small", styles.reason, `is-${look.face}`)} dir="auto">
            <bdi>{readableFailures(reason.failures, post, canWrite ? "change" : "none", accounts)}</bdi>{" "}
            <span className="soft">{reason.rest}</span>
          </p>
        )}
        <LateApproval post={post} />
        {isRejected(post) && post.approvalComment && (
          <p className={classes("small", styles.reason, "is-rejected")} dir="auto">
            {post.approvalComment}
          </p>
        )}
      </div>
      <div
        className={classes(
          styles.act,
          (post.status === "failed" ||
            post.approvalStatus === "pending" ||
            isRejected(post) ||
            canChangeAsDraft(post)) &&
            styles.decide,
        )}
      >
        <NextStep post={post} />
      </div>
      {thumbnail && <img className={styles.picture} src={thumbnail} alt="" loading="lazy" />}
    </li>
  );
}

function NextStep({ post }: { post: Post }) {
  const { scopes } = useMe();
  if (post.approvalStatus === "pending" && scopes.includes("approve")) {
    return (
      <ButtonLink href={`/posts/${post.id}`}>
        <Icon name="approve" />
        {POSTS.readAndDecide}
      </ButtonLink>
    );
  }
  if (scopes.includes("write") && post.status === "failed") return <FailedStep post={post} />;
  if (scopes.includes("write") && isRejected(post)) {
    return (
      <ButtonLink href={`/posts/${post.id}/edit`}>
        <Icon name="pen" />
        {POSTS.editAndAsk}
      </ButtonLink>
    );
  }
  if (scopes.includes("write") && canChangePost(post)) {
    return (
      <ButtonLink href={`/posts/${post.id}/edit`} aria-label={POSTS.edit}>
        <Icon name="pen" />
        {POSTS.edit}
      </ButtonLink>
    );
  }
  if (scopes.includes("write") && canChangeAsDraft(post)) return <UnscheduleAndEdit post={post} />;
  return null;
}

/** The step about a queued post that was tried and waits for another attempt. Only as a draft can it be changed. */
function UnscheduleAndEdit({ post }: { post: Post }) {
  const unschedule = useUnscheduleAndEdit(post, (error) =>
    toast({ face: "failed", text: sentenceOf(error), ...aboutPost(post.id) }),
  );
  return (
    <Button isDisabled={unschedule.isPending} onPress={unschedule.run}>
      <Icon name="pen" />
      {POST.unscheduleAndEdit}
    </Button>
  );
}

/** The main step about a failed post. The page of the post explains each account and has all steps. */
function FailedStep({ post }: { post: Post }) {
  const retry = usePostAction(retryPost);
  const connections = useConnections().data?.connections ?? null;
  const step = stepOfPost(post, connections);
  switch (step.action) {
    case "check":
      return (
        <ButtonLink href={`/posts/${post.id}`}>
          <Icon name="next" />
          {POSTS.checkAndDecide}
        </ButtonLink>
      );
    case "connect":
    case "replace":
    case "reconnect":
      return (
        <ButtonLink href={`/connections?connect=${step.platform}`}>
          <Icon name="link" />
          {POST[step.action === "reconnect" ? "reconnect" : "connect"](step.platform)}
        </ButtonLink>
      );
    case "edit":
      return (
        <ButtonLink href={copyForFailed(post.id)}>
          <Icon name="copy" />
          {POST.editCopy(onlyFailed(post))}
        </ButtonLink>
      );
    case "retry":
      return (
        <Button
          isDisabled={retry.isPending}
          onPress={() =>
            retry.mutate(post.id, {
              onError: (error) => toast({ face: "failed", text: sentenceOf(error), ...aboutPost(post.id) }),
            })
          }
        >
          <Icon name="retry" />
          {POST.retryOn(onlyFailed(post))}
        </Button>
      );
  }
}
