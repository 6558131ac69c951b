import { COMPOSER } from "../strings/composer";
import { SHELL } from "../strings/shell";
import { Button } from "../ui/Button";
import { Sheet } from "../ui/Sheet";

/** The dialog that confirms that a scheduled post becomes a draft again. `time`: the time that the post loses. */
export function DraftSheet({ time, onConfirm, onClose }: { time: string; onConfirm: () => void; onClose: () => void }) {
  return (
    <Sheet title={COMPOSER.unscheduleTitle} isOpen onClose={onClose}>
      <p>{COMPOSER.unscheduleText(time)}</p>
      <div className="row">
        <Button look="primary" onPress={onConfirm}>
          {COMPOSER.unschedule}
        </Button>
        <Button onPress={onClose}>{SHELL.cancel}</Button>
      </div>
    </Sheet>
  );
}
