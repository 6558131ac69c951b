import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { lostFor } from "../api/access";
import { archivePost, cancelPost, deletePost, movePost, publishPostNow, usePostAction } from "../api/actions";
import { ApiError } from "../api/client";
import { useDestinations } from "../api/connections";
import { usePost } from "../api/posts";
import { usePauses } from "../api/queue";
import type { Post as PostData } from "../api/types";
import { MoveSheet } from "../calendar/MoveSheet";
import { PublishNowSheet } from "../composer/PublishNowSheet";
import { planNow } from "../composer/publishNow";
import { PostNames } from "../posts/PostNames";
import { useMe } from "../session/Session";
import { Top } from "../shell/Top";
import { CALENDAR } from "../strings/calendar";
import { COMPOSER } from "../strings/composer";
import { LOADED } from "../strings/errors";
import { POST } from "../strings/post";
import { POSTS } from "../strings/posts";
import { SHELL } from "../strings/shell";
import { isRejected } from "../strings/states";
import { dayOf, momentOf, timeOf, zoneName } from "../time/format";
import { useZone } from "../time/zone";
import { Button, ButtonLink } from "../ui/Button";
import { Skeleton } from "../ui/Card";
import { ConfirmSheet } from "../ui/ConfirmSheet";
import { Icon } from "../ui/Icon";
import { type Action, MoreMenu } from "../ui/Menu";
import { Problem } from "../ui/Problem";
import { closeMessages, toast } from "../ui/Toasts";
import { Approval } from "./Approval";
import { Attempts } from "./Attempts";
import { isCancelledInPart } from "./accounts";
import { Content } from "./Content";
import { canArchive, canBecomeDraft, canChangePost, canDelete, canPublishNow } from "./changes";
import { onlyFailed } from "./failureStep";
import { History } from "./History";
import { Metrics } from "./Metrics";
import { movedMessage } from "./movedMessage";
import { closeNeighbours, toastNeighbours } from "./neighbourToasts";
import { toastNotUndone } from "./notUndone";
import styles from "./Post.module.css";
import { Publications } from "./Publications";
import { Summary } from "./Summary";
import { useApprove } from "./useApprove";
import { useUnscheduled } from "./useUnscheduled";

/** All details of one post: its publications, its attempts, unknown results and the next step. */
export default function Post({ postId }: { postId: string }) {
  const { zone } = useZone();
  const [, navigate] = useLocation();
  const found = usePost(postId);
  const canWrite = useMe().scopes.includes("write");
  const cancel = usePostAction(cancelPost);
  const sayUnscheduled = useUnscheduled();
  const move = usePostAction(movePost);
  const publish = usePostAction(publishPostNow);
  const archive = usePostAction(archivePost);
  const remove = usePostAction(deletePost);
  const destinations = useDestinations();
  const pauses = usePauses().pauses ?? [];
  const [asked, setAsked] = useState<"now" | "archive" | "delete" | null>(null);
  const [isMoving, setMoving] = useState(false);
  const approve = useApprove();

  const status = found.data?.post.status;
  useEffect(() => {
    if (status && status !== "queued") closeMessages(postId, "queued");
  }, [postId, status]);

  if (found.isPending) {
    return (
      <>
        <Top title={POST.title} back={{ href: "/posts", label: POST.showPosts }} />
        <Skeleton lines={9} label={SHELL.loading} />
      </>
    );
  }
  // What was loaded stays in view, unless the post no longer exists.
  if (!found.data || (found.error instanceof ApiError && found.error.status === 404)) {
    return (
      <>
        <Top title={POST.loadFailed} back={{ href: "/posts", label: POST.showPosts }} />
        <div className="stack">
          <Problem what={LOADED.post} error={found.error} onRetry={() => found.refetch()} />
          <div>
            <ButtonLink href="/posts">{POST.showPosts}</ButtonLink>
          </div>
        </div>
      </>
    );
  }
  const { post, history, attempts, connections } = found.data;
  // Before the post is queued, its content matters most.
  const hasBegun = post.publications.length > 0;
  const isPending = post.approvalStatus === "pending";
  const content = <Content post={post} connections={connections} />;
  const isPlanned = post.status === "scheduled" || post.status === "queued";
  const isOpen = canChangePost(post);
  // A copy for all accounts of a partly published post is a second post on some of them, so it is not offered first.
  const states = post.publications.map(({ state }) => state);
  const isPartial = (onlyFailed(post).length > 0 && post.status === "failed") || isCancelledInPart(post.status, states);
  const unschedule = () =>
    cancel.mutate(postId, {
      onSuccess: ({ post: cancelled }) => post.scheduledAt && sayUnscheduled(cancelled, post.scheduledAt),
    });
  const archiveNow = () =>
    archive.mutate(postId, {
      onSuccess: () => toast({ face: "archived", text: POST.archived, about: postId }),
    });
  const more: Action[] = [
    ...(isPartial ? [{ id: "duplicate", label: POST.duplicateForAll, href: `/posts/new?copy=${postId}` }] : []),
    ...(canPublishNow(post, Date.now())
      ? [{ id: "now", label: COMPOSER.publishNow, onAction: () => setAsked("now") }]
      : []),
    ...(isPlanned && isOpen ? [{ id: "move", label: CALENDAR.move.to, onAction: () => setMoving(true) }] : []),
    ...(isPlanned && canBecomeDraft(post) ? [{ id: "cancel", label: POST.unschedule, onAction: unschedule }] : []),
    ...(post.status === "published"
      ? [{ id: "archive", label: POST.archive, onAction: () => setAsked("archive") }]
      : []),
    ...(canDelete(post) ? [{ id: "delete", label: POST.delete, onAction: () => setAsked("delete") }] : []),
  ];
  const problem = publish.error ?? cancel.error ?? move.error ?? archive.error ?? remove.error;
  const moveTo = async (scheduledAt: string, before: PostData, isUndo = false) => {
    const { post: moved, warnings } = await move.mutateAsync({ postId, scheduledAt, version: before.version });
    const { scheduledAt: earlier, approvalStatus } = before;
    if (!earlier || earlier === moved.scheduledAt) return;
    const onUndo = () => {
      closeNeighbours(postId);
      moveTo(earlier, moved, true).catch((error) => {
        // The message says more than the error of the mutation, and also appears on another view.
        move.reset();
        return toastNotUndone(error, moved, zone);
      });
    };
    const state = { scheduledAt: earlier, approvalStatus };
    const lost = lostFor(moved, destinations ?? []);
    const options = { zone, now: new Date(), href: null, lost, onUndo: isUndo ? null : onUndo, approve };
    toast(movedMessage(moved, state, options));
    if (!isUndo) toastNeighbours(postId, warnings, zone);
  };
  const title = post.scheduledAt ? `${dayOf(post.scheduledAt, zone)}, ${timeOf(post.scheduledAt, zone)}` : POST.draft;

  return (
    <>
      <Top title={title} back={{ href: `/posts?list=${listOf(post)}`, label: POST.showPosts }}>
        {post.scheduledAt && (
          <span className="faint">{[...new Set([zoneName(post.scheduledAt, zone), zone])].join(", ")}</span>
        )}
        <div className={styles.actions}>
          {canWrite && isOpen && !isRejected(post) && (
            <ButtonLink href={`/posts/${postId}/edit`}>
              <Icon name="pen" />
              {POST.edit}
            </ButtonLink>
          )}
          {canWrite && !isPartial && (
            <ButtonLink href={`/posts/new?copy=${postId}`}>
              <Icon name="copy" />
              {POST.duplicateAndEdit}
            </ButtonLink>
          )}
          {canWrite && post.status === "failed" && canArchive(post) && (
            <Button onPress={() => setAsked("archive")}>
              <Icon name="archive" />
              {POST.archive}
            </Button>
          )}
          {canWrite && more.length > 0 && <MoreMenu label={SHELL.more} actions={more} />}
        </div>
      </Top>
      {found.isError && <Problem what={LOADED.post} error={found.error} onRetry={() => found.refetch()} />}
      {problem && <Problem error={problem} />}
      <div className={styles.two}>
        <div className="stack">
          {!isPending && <Approval post={post} history={history} />}
          {!isRejected(post) && <Summary post={post} destinations={connections} history={history} />}
          {hasBegun ? <Publications post={post} attempts={attempts} connections={connections} /> : content}
          {/* An approver reads the content first, and decides then. */}
          {isPending && !hasBegun && <Approval post={post} history={history} />}
        </div>
        <aside className={styles.side}>{hasBegun ? content : <History events={history} />}</aside>
        {hasBegun && (
          <div className="stack">
            {isPending && <Approval post={post} history={history} />}
            {post.publications.some(({ state }) => state === "published") && (
              <Metrics post={post} connections={connections} />
            )}
            <Attempts attempts={attempts} />
            <History events={history} />
          </div>
        )}
      </div>
      {isMoving && post.scheduledAt && (
        <MoveSheet
          post={post}
          scheduledAt={post.scheduledAt}
          text={post.content}
          zone={zone}
          onMove={(target) => {
            setMoving(false);
            // The page shows the error of the mutation.
            moveTo(target.toAbsoluteString(), post).catch(() => undefined);
          }}
          onClose={() => setMoving(false)}
        />
      )}
      {asked === "now" && (
        <PublishNowSheet
          plan={planNow(post, destinations ?? connections, pauses)}
          when={post.scheduledAt && momentOf(post.scheduledAt, zone)}
          onConfirm={() => {
            setAsked(null);
            publish.mutate(post, {
              onSuccess: () => toast({ face: "queued", text: COMPOSER.publishingNow, about: postId }),
            });
          }}
          onClose={() => setAsked(null)}
        />
      )}
      {asked === "archive" && (
        <ConfirmSheet
          title={POSTS.asks.archive(1, 1).title}
          text={POSTS.asks.archive(1, 1).text}
          action={POST.archive}
          onConfirm={() => {
            setAsked(null);
            archiveNow();
          }}
          onClose={() => setAsked(null)}
        />
      )}
      {asked === "delete" && (
        <ConfirmSheet
          title={POSTS.asks.delete(1, 1).title}
          text={POSTS.asks.delete(1, 1).text}
          action={POST.delete}
          look="danger"
          onConfirm={() => {
            setAsked(null);
            remove.mutate(postId, {
              onSuccess: () => {
                toast({ face: "draft", text: POST.deleted, about: postId });
                // The way back does not lead to the deleted post.
                navigate("/posts", { replace: true });
              },
            });
          }}
          onClose={() => setAsked(null)}
        >
          <PostNames posts={[{ post }]} />
        </ConfirmSheet>
      )}
    </>
  );
}

/** Return the list of the view Posts that contains a post. */
function listOf({ status, approvalStatus }: PostData): string {
  if (approvalStatus === "pending") return "approval";
  if (isRejected({ status, approvalStatus })) return "rejected";
  return status === "queued" ? "scheduled" : status;
}
