import type { Post } from "../api/types";
import { POST } from "../strings/post";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Problem } from "../ui/Problem";
import { canBecomeDraft, canUnscheduleRest } from "./changes";
import { UnscheduleRest } from "./UnscheduleRest";
import { useUnscheduleAndEdit } from "./useUnscheduleAndEdit";

/**
 * Why a queued post whose publishing has begun cannot be changed, and the way to change it or, if some of it is public, to
 * stop the rest.
 */
export function Started({ post }: { post: Post }) {
  return canBecomeDraft(post) ? <Tried post={post} /> : <Begun post={post} />;
}

function Begun({ post }: { post: Post }) {
  return (
    <>
      <p className="soft">{POST.begun}</p>
      {canUnscheduleRest(post) && (
        <div className="row">
          <UnscheduleRest post={post} />
        </div>
      )}
    </>
  );
}

function Tried({ post }: { post: Post }) {
  const unschedule = useUnscheduleAndEdit(post);
  return (
    <>
      <p className="soft">{POST.tried}</p>
      <div className="row">
        <Button isPending={unschedule.isPending} onPress={unschedule.run}>
          <Icon name="pen" />
          {POST.unscheduleAndEdit}
        </Button>
      </div>
      {unschedule.error && <Problem error={unschedule.error} />}
    </>
  );
}
