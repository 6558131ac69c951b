import { useLocation } from "wouter";
import { cancelPost, usePostAction } from "../api/actions";
import type { Post } from "../api/types";

/** Return the action that unschedules a queued post, and opens the draft that it becomes in the composer. */
export function useUnscheduleAndEdit({ id }: Pick<Post, "id">, onError?: (error: unknown) => void) {
  const [, navigate] = useLocation();
  const cancel = usePostAction(cancelPost);
  const run = async () => {
    try {
      // A callback of `mutate` would be lost with the row of a list that no longer has the post.
      const { post } = await cancel.mutateAsync(id);
      // Meanwhile, a part of the post may have become public. It is then no draft.
      if (post.status === "draft") navigate(`/posts/${id}/edit`);
    } catch (error) {
      onError?.(error);
    }
  };
  return { run, isPending: cancel.isPending, error: cancel.error };
}
