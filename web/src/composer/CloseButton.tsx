import { useLocation } from "wouter";
import { SHELL } from "../strings/shell";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";

/**
 * Leads back to the view before or, if the tab has none at the planner's origin, to the post `postId` or to the calendar.
 * Unsaved work is kept.
 */
export function CloseButton({
  postId,
  onClose,
}: {
  postId: string | undefined;
  /** Called before the composer is left. */
  onClose?: () => void;
}) {
  const [, navigate] = useLocation();
  return (
    <Button
      isIcon
      look="plain"
      aria-label={SHELL.close}
      onPress={() => {
        onClose?.();
        if (canGoBack()) history.back();
        else navigate(postId ? `/posts/${postId}` : "/", { replace: true });
      }}
    >
      <Icon name="x" />
    </Button>
  );
}

/**
 * Return whether the way back stays at the planner's origin. Only the Navigation API says so: the length of the history
 * also counts the pages of other sites. TypeScript does not know the API, and older browsers do not have it.
 */
function canGoBack(): boolean {
  const { navigation } = window as { navigation?: { canGoBack: boolean } };
  return navigation?.canGoBack ?? history.length > 1;
}
