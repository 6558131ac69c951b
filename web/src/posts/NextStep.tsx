import { retryPost, usePostAction } from "../api/actions";
import { useConnections } from "../api/connections";
import type { Destination } from "../api/destinations";
import type { Post } from "../api/types";
import { canChangeAsDraft, canChangePost, canUnscheduleRest } from "../post/changes";
import { decisionAddress } from "../post/decision";
import { copyForFailed, lacksConnection, onlyFailed, stepOfPost } from "../post/failureStep";
import { canRetry, retryText } from "../post/retry";
import { UnscheduleRest } from "../post/UnscheduleRest";
import { useUnscheduleAndEdit } from "../post/useUnscheduleAndEdit";
import { useMe } from "../session/Session";
import { POST } from "../strings/post";
import { POSTS } from "../strings/posts";
import { isRejected } from "../strings/states";
import { Button, ButtonLink } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { connectAddress, ReconnectLink } from "../ui/LostAccess";
import { aboutPost } from "../ui/messages";
import { sentenceOf } from "../ui/Problem";
import { toast } from "../ui/Toasts";

/** The next step about a post of a list. `lost`: the places on which it will fail. */
export function NextStep({ post, lost }: { post: Post; lost: readonly Destination[] }) {
  const { scopes } = useMe();
  if (post.approvalStatus === "pending" && scopes.includes("approve")) {
    return (
      <ButtonLink href={decisionAddress(post.id)}>
        <Icon name="approve" />
        {POSTS.readAndDecide}
      </ButtonLink>
    );
  }
  if (!scopes.includes("write")) return null;
  if (canRetry(post)) return <FailedStep post={post} />;
  if (isRejected(post)) {
    return (
      <ButtonLink href={`/posts/${post.id}/edit`}>
        <Icon name="pen" />
        {POSTS.editAndAsk}
      </ButtonLink>
    );
  }
  const [first] = lost;
  if (first) return <ReconnectLink connection={first} />;
  if (canChangePost(post)) {
    return (
      <ButtonLink href={`/posts/${post.id}/edit`} aria-label={POSTS.edit}>
        <Icon name="pen" />
        {POSTS.edit}
      </ButtonLink>
    );
  }
  if (canChangeAsDraft(post)) return <UnscheduleAndEdit post={post} />;
  return canUnscheduleRest(post) ? <UnscheduleRest post={post} /> : null;
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

/** The main step about a post that failed, or was cancelled in part. The page of the post explains each account and has all steps. */
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
    case "reconnect": {
      const lacking = post.publications.find(
        (each) => each.platform === step.platform && lacksConnection(each, post, connections ?? []),
      );
      return (
        <ButtonLink href={connectAddress(step.platform, lacking?.connectionId)}>
          <Icon name="link" />
          {POST[step.action === "reconnect" ? "reconnect" : "connect"](step.platform)}
        </ButtonLink>
      );
    }
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
          {retryText(post)}
        </Button>
      );
  }
}
