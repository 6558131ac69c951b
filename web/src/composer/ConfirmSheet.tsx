import { SHELL } from "../strings/shell";
import { Button } from "../ui/Button";
import { Sheet } from "../ui/Sheet";

/** The dialog that confirms an action by which the post loses its time. `action`: the name of the button. */
export function ConfirmSheet({
  title,
  text,
  action,
  onConfirm,
  onClose,
}: {
  title: string;
  text: string;
  action: string;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Sheet title={title} isOpen onClose={onClose}>
      <p>{text}</p>
      <div className="row">
        <Button look="primary" onPress={onConfirm}>
          {action}
        </Button>
        <Button onPress={onClose}>{SHELL.cancel}</Button>
      </div>
    </Sheet>
  );
}
