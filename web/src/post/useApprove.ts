import { decide, usePostAction } from "../api/actions";
import type { Post } from "../api/types";
import { useMe } from "../session/Session";
import { POST } from "../strings/post";
import { aboutPost } from "../ui/messages";
import { sentenceOf } from "../ui/Problem";
import { toast } from "../ui/Toasts";

/** Return the function that approves a version of a post and says so in a message, or `null` if the person may not. */
export function useApprove(): ((post: Post) => void) | null {
  const { mutateAsync } = usePostAction(decide);
  if (!useMe().scopes.includes("approve")) return null;
  return ({ id, version }) => {
    mutateAsync({ postId: id, approved: true, comment: null, version }).then(
      () => toast({ face: "published", text: POST.approved, about: id }),
      (error) => toast({ face: "failed", text: sentenceOf(error), ...aboutPost(id) }),
    );
  };
}
