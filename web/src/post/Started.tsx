import { useLocation } from "wouter";
import { cancelPost, usePostAction } from "../api/actions";
import type { Post } from "../api/types";
import { POST } from "../strings/post";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Problem } from "../ui/Problem";
import { canBecomeDraft } from "./changes";

/** Why a queued post whose publishing has begun cannot be changed, and the way to change it if it is not public. */
export function Started({ post }: { post: Post }) {
  const [, navigate] = useLocation();
  const cancel = usePostAction(cancelPost);
  if (!canBecomeDraft(post)) {
    return (
      <p className="soft">
        {POST.begun} {POST.stopRest}
      </p>
    );
  }
  const unschedule = () =>
    cancel.mutate(post.id, {
      onSuccess: ({ post: { status } }) => status === "draft" && navigate(`/posts/${post.id}/edit`),
    });
  return (
    <>
      <p className="soft">{POST.tried}</p>
      <div className="row">
        <Button isPending={cancel.isPending} onPress={unschedule}>
          <Icon name="pen" />
          {POST.unscheduleAndEdit}
        </Button>
      </div>
      {cancel.isError && <Problem error={cancel.error} />}
    </>
  );
}
