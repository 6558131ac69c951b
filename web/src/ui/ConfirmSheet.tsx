import type { ReactNode } from "react";
import { SHELL } from "../strings/shell";
import { Button } from "./Button";
import { Sheet } from "./Sheet";

/** The dialog that confirms an action which cannot be undone in one step. `action`: the name of the button. */
export function ConfirmSheet({
  title,
  text,
  action,
  look = "primary",
  onConfirm,
  onClose,
  children,
}: {
  title: string;
  text: string;
  action: string;
  look?: "primary" | "danger";
  onConfirm: () => void;
  onClose: () => void;
  /** Further details, between the text and the buttons. */
  children?: ReactNode;
}) {
  return (
    <Sheet title={title} isOpen onClose={onClose}>
      <p>{text}</p>
      {children}
      <div className="row">
        <Button look={look} onPress={onConfirm}>
          {action}
        </Button>
        <Button onPress={onClose}>{SHELL.cancel}</Button>
      </div>
    </Sheet>
  );
}
