import type { Post } from "../api/types";
import { POST } from "../strings/post";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Problem } from "../ui/Problem";
import { canBecomeDraft } from "./changes";
import { useUnscheduleAndEdit } from "./useUnscheduleAndEdit";

/** Why a queued post whose publishing has begun cannot be changed, and the way to change it if it is not public. */
export function Started({ post }: { post: Post }) {
  const unschedule = useUnscheduleAndEdit(post);
  if (!canBecomeDraft(post)) {
    return (
      <p className="soft">
        {POST.begun} {POST.stopRest}
      </p>
    );
  }
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
