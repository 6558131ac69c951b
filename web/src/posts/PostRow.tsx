import { Link } from "react-aria-components";
import { useConnections, useDestinations } from "../api/connections";
import type { Destination } from "../api/destinations";
import type { Pause } from "../api/queue";
import type { Platform, Post } from "../api/types";
import { canBecomeDraft, canChangeAsDraft, canChangePost, canUnscheduleRest } from "../post/changes";
import { readableFailures } from "../post/failureReason";
import { splitReason, stepOfPost } from "../post/failureStep";
import { HeldReason } from "../post/HeldReason";
import { heldPlatforms } from "../post/held";
import { LateApproval } from "../post/LateApproval";
import { LateSoFar } from "../post/LateSoFar";
import { LostReason } from "../post/LostReason";
import { NextAttemptAt } from "../post/NextAttemptAt";
import { canRetry, retryWait } from "../post/retry";
import { WaitReason } from "../post/WaitReason";
import { postLateSoFar } from "../post/waiting";
import { useMe } from "../session/Session";
import { POSTS } from "../strings/posts";
import { isRejected, lookOfPost, withPauses } from "../strings/states";
import { dayOf, minutesOf, timeOf, zoneName } from "../time/format";
import { useZone } from "../time/zone";
import { classes } from "../ui/classes";
import { State } from "../ui/State";
import { Thumbnail } from "../ui/Thumbnail";
import { Checkbox } from "../ui/Toggle";
import { accountNames } from "./accountNames";
import { NextStep } from "./NextStep";
import { Places } from "./Places";
import styles from "./PostRow.module.css";

/** One post of a list: its time, text and state and, if it needs a person or will fail, the reason and the next step. */
export function PostRow({
  post,
  lost,
  sandboxed,
  pauses,
  thumbnail,
  isChosen,
  onChoose,
}: {
  post: Post;
  /** The places on which the post will fail, or `null` if they are not known. */
  lost: readonly Destination[] | null;
  /** The platforms on which the post is or will be published only in the sandbox, where nobody else sees it. */
  sandboxed: readonly Platform[];
  pauses: readonly Pause[];
  thumbnail: string | undefined;
  isChosen: boolean;
  onChoose: ((isChosen: boolean) => void) | undefined;
}) {
  const { zone } = useZone();
  const canWrite = useMe().scopes.includes("write");
  const look = withPauses(lookOfPost(post, lost), post, pauses);
  const reason = splitReason(post);
  const destinations = useDestinations();
  const when = post.scheduledAt && `${dayOf(post.scheduledAt, zone)}, ${timeOf(post.scheduledAt, zone)}`;
  return (
    <li className={classes(styles.row, isChosen && styles.chosen, !onChoose && styles.boxless)}>
      {onChoose && (
        <Checkbox
          aria-label={when ? POSTS.choose(when) : POSTS.chooseDraft}
          isSelected={isChosen}
          onChange={onChoose}
        />
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
          <>
            <span className="faint">{POSTS.noTime}</span>
            <span className="small soft">
              {POSTS.changed(dayOf(post.updatedAt, zone), timeOf(post.updatedAt, zone))}
            </span>
          </>
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
          {post.status === "scheduled" && isRejected(post) && <span className="soft">{POSTS.notPublished}</span>}
          {post.status === "queued" && <LateSoFar latenessAt={(now) => postLateSoFar(post, now)} />}
          {post.status === "queued" && <NextAttemptAt post={post} />}
          {post.status === "queued" && canWrite && !canChangePost(post) && !canBecomeDraft(post) && (
            <span className="soft">{POSTS.begun}</span>
          )}
          {/* A decision about the post comes first. The state stands next to it, so that the row keeps its height. */}
          {look.warning && <State face="lost">{look.warning}</State>}
          {look.pause && <State face="held">{look.pause}</State>}
          <Places platforms={post.platforms} marks={look.marks} accounts={accountNames(post, destinations)} />
          {sandboxed.length > 0 && <span className="faint">{POSTS.inSandbox(sandboxed, post.platforms.length)}</span>}
          {post.campaign && <bdi className="faint">{post.campaign}</bdi>}
        </div>
        {post.status === "queued" && <WaitReason post={post} />}
        {look.face === "held" && <HeldReason campaign={post.campaign} platforms={heldPlatforms(post)} post={post} />}
        {lost && <LostReason lost={lost} />}
        {post.failureReason && post.status === "failed" && (
          <p className={classes("small", styles.reason, `is-${look.face}`)} dir="auto">
            <bdi>{readableFailures(reason.failures, post, canWrite ? "change" : "none", destinations ?? [])}</bdi>{" "}
            <span className="soft">{reason.rest}</span>
          </p>
        )}
        {canRetry(post) && canWrite && <RetryWait post={post} pauses={pauses} />}
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
          (canRetry(post) ||
            post.approvalStatus === "pending" ||
            isRejected(post) ||
            Boolean(lost?.length) ||
            canChangeAsDraft(post) ||
            canUnscheduleRest(post)) &&
            styles.decide,
        )}
      >
        <NextStep post={post} lost={lost ?? []} />
      </div>
      <Thumbnail source={thumbnail} className={styles.picture} />
    </li>
  );
}

/** The pauses that would hold a post after a retry, if a retry is its next step. */
function RetryWait({ post, pauses }: { post: Post; pauses: readonly Pause[] }) {
  const connections = useConnections().data?.connections ?? null;
  if (stepOfPost(post, connections).action !== "retry") return null;
  const waiting = retryWait(post, pauses);
  return (
    waiting && (
      <p className="small">
        <State face="held">{waiting}</State>
      </p>
    )
  );
}
