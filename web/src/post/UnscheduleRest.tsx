import { useState } from "react";
import { cancelPost, usePostAction } from "../api/actions";
import type { Post } from "../api/types";
import { namesOf } from "../strings/platforms";
import { POST } from "../strings/post";
import { Button } from "../ui/Button";
import { ConfirmSheet } from "../ui/ConfirmSheet";
import { Icon } from "../ui/Icon";
import { aboutPost } from "../ui/messages";
import { sentenceOf } from "../ui/Problem";
import { toast } from "../ui/Toasts";
import { cancellablePlatforms } from "./changes";
import { useUnscheduled } from "./useUnscheduled";

/** The step about a post that is or may be public in part, and whose other parts wait. They miss their time, so it asks. */
export function UnscheduleRest({ post }: { post: Post }) {
  const [isAsking, setAsking] = useState(false);
  const cancel = usePostAction(cancelPost);
  const sayUnscheduled = useUnscheduled();
  const run = async () => {
    setAsking(false);
    try {
      // A callback of `mutate` would be lost with the row of a list that no longer has the post.
      const { post: cancelled } = await cancel.mutateAsync(post.id);
      if (post.scheduledAt) sayUnscheduled(cancelled, post.scheduledAt);
    } catch (error) {
      toast({ face: "failed", text: sentenceOf(error), ...aboutPost(post.id) });
    }
  };
  return (
    <>
      <Button isPending={cancel.isPending} onPress={() => setAsking(true)}>
        <Icon name="x" />
        {POST.unscheduleRest}
      </Button>
      {isAsking && (
        <ConfirmSheet
          title={POST.unscheduleRestTitle}
          text={POST.unscheduleRestText(namesOf(cancellablePlatforms(post)))}
          action={POST.unscheduleRest}
          onConfirm={run}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
