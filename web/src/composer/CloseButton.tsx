import { useLocation } from "wouter";
import { COMPOSER } from "../strings/composer";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";

/** Leads back to the page before, or to the calendar in a tab that began with the composer. Unsaved work is kept. */
export function CloseButton() {
  const [, navigate] = useLocation();
  return (
    <Button
      isIcon
      look="plain"
      aria-label={COMPOSER.close}
      onPress={() => (history.length > 1 ? history.back() : navigate("/"))}
    >
      <Icon name="x" />
    </Button>
  );
}
