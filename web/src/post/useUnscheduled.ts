import { movePost, usePostAction } from "../api/actions";
import type { Post } from "../api/types";
import { COMPOSER } from "../strings/composer";
import { momentOf } from "../time/format";
import { useZone } from "../time/zone";
import { toast } from "../ui/Toasts";
import { toastNotUndone } from "./notUndone";
import { unscheduledMessage } from "./unscheduledMessage";

/** Return a function that says that a post was unscheduled, and offers to schedule it again for its earlier time. */
export function useUnscheduled(): (post: Post, scheduledAt: string) => void {
  const { zone } = useZone();
  const move = usePostAction(movePost);
  return (post, scheduledAt) => {
    const undo = async () => {
      try {
        const { post: again } = await move.mutateAsync({ postId: post.id, scheduledAt, version: post.version });
        const isPending = again.approvalStatus === "pending";
        const time = momentOf(scheduledAt, zone);
        toast({
          face: isPending ? "approval" : "scheduled",
          text: (isPending ? COMPOSER.awaitsApproval : COMPOSER.scheduledFor)(time),
          about: post.id,
        });
      } catch (error) {
        await toastNotUndone(error, post, zone);
      }
    };
    toast(unscheduledMessage(post, scheduledAt, { zone, now: new Date(), onUndo: undo }));
  };
}
