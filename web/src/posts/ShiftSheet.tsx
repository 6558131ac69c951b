import { useState } from "react";
import { Input, Label, NumberField } from "react-aria-components";
import { SHELL } from "../strings/shell";
import { SHIFT } from "../strings/shift";
import { Button } from "../ui/Button";
import { Sheet } from "../ui/Sheet";
import styles from "./Bulk.module.css";

/** The dialog that moves several posts by the same number of days and minutes. */
export function ShiftSheet({
  isOpen,
  onClose,
  onShift,
}: {
  isOpen: boolean;
  onClose: () => void;
  onShift: (amount: { days: number; minutes: number }) => void;
}) {
  const [days, setDays] = useState(1);
  const [minutes, setMinutes] = useState(0);
  return (
    <Sheet title={SHIFT.title} isOpen={isOpen} onClose={onClose}>
      <p className="soft">{SHIFT.explanation}</p>
      <div className="row">
        <NumberField value={days} onChange={setDays} minValue={-366} maxValue={366} className={styles.number ?? ""}>
          <Label>{SHIFT.days}</Label>
          <Input />
        </NumberField>
        <NumberField
          value={minutes}
          onChange={setMinutes}
          minValue={-1440}
          maxValue={1440}
          className={styles.number ?? ""}
        >
          <Label>{SHIFT.minutes}</Label>
          <Input />
        </NumberField>
      </div>
      <div className="row">
        <Button look="primary" isDisabled={!days && !minutes} onPress={() => onShift({ days, minutes })}>
          {SHIFT.move}
        </Button>
        <Button onPress={onClose}>{SHELL.cancel}</Button>
      </div>
    </Sheet>
  );
}
