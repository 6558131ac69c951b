import { retryPost, usePostAction } from "../api/actions";
import { usePauses } from "../api/queue";
import type { HistoryEvent, Post } from "../api/types";
import { useMe } from "../session/Session";
import { POST } from "../strings/post";
import { momentOf } from "../time/format";
import { useZone } from "../time/zone";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Problem } from "../ui/Problem";
import { State } from "../ui/State";
import { retryText, retryWait } from "./retry";

/** The person who cancelled the rest of a partly published post, and a button that publishes the rest nevertheless. */
export function CancelledInPart({ post, history }: { post: Post; history: readonly HistoryEvent[] }) {
  const { zone } = useZone();
  const canWrite = useMe().scopes.includes("write");
  const retry = usePostAction(retryPost);
  const wait = retryWait(post, usePauses().pauses ?? []);
  const cancelled = history.findLast(({ type }) => type === "post.cancelled");
  return (
    <>
      {cancelled && (
        <p className="soft">
          <bdi>{cancelled.actor ?? POST.bySystem}</bdi> {POST.cancelledRest(momentOf(cancelled.at, zone))}
        </p>
      )}
      {canWrite && (
        <div className="row">
          <Button isPending={retry.isPending} onPress={() => retry.mutate(post.id)}>
            <Icon name="retry" />
            {retryText(post)}
          </Button>
          {wait && <State face="held">{wait}</State>}
        </div>
      )}
      {retry.isError && <Problem error={retry.error} />}
    </>
  );
}
