import { type CalendarDate, toCalendarDate, type ZonedDateTime } from "@internationalized/date";
import { useEffect } from "react";
import type { Entry } from "../api/calendar";
import { CALENDAR } from "../strings/calendar";
import { momentOf } from "../time/format";
import { Button } from "../ui/Button";
import { aboveBottomBar } from "../ui/bottomBar";
import styles from "./MoveBar.module.css";

const words = CALENDAR.move;

/**
 * Move mode: keys choose the time, Enter moves the post there, and Escape ends the mode. The bar and the screen reader
 * name the chosen time.
 */
export function MoveBar({
  entry,
  target,
  zone,
  onAim,
  onDrop,
  onCancel,
  onShow,
}: {
  entry: Entry;
  target: ZonedDateTime;
  zone: string;
  onAim: (target: ZonedDateTime) => void;
  onDrop: () => void;
  onCancel: () => void;
  onShow: (day: CalendarDate) => void;
}) {
  useEffect(() => {
    const aim = (next: ZonedDateTime) => {
      onAim(next);
      onShow(toCalendarDate(next));
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const act: Record<string, () => void> = {
        ArrowLeft: () => aim(target.subtract({ days: 1 })),
        ArrowRight: () => aim(target.add({ days: 1 })),
        ArrowUp: () => aim(target.subtract({ weeks: 1 })),
        ArrowDown: () => aim(target.add({ weeks: 1 })),
        "[": () => aim(target.subtract({ minutes: 15 })),
        "]": () => aim(target.add({ minutes: 15 })),
        Enter: onDrop,
        Escape: onCancel,
      };
      const found = act[event.key];
      if (!found) return;
      event.preventDefault();
      event.stopPropagation();
      found();
    };
    document.addEventListener("keydown", onKeyDown, { capture: true });
    return () => document.removeEventListener("keydown", onKeyDown, { capture: true });
  }, [target, onAim, onDrop, onCancel, onShow]);

  const at = target.toAbsoluteString();
  return (
    <div className={styles.bar} ref={aboveBottomBar}>
      <div role="status" aria-live="polite">
        <p className={styles.where}>{momentOf(at, zone)}</p>
        <p className="small">{words.was(momentOf(entry.scheduledAt, zone))}</p>
      </div>
      <div className={styles.keys}>
        <span>
          <kbd>←</kbd>
          <kbd>→</kbd>
          {words.keys.day}
        </span>
        <span>
          <kbd>↑</kbd>
          <kbd>↓</kbd>
          {words.keys.week}
        </span>
        <span>
          <kbd>[</kbd>
          <kbd>]</kbd>
          {words.keys.minutes}
        </span>
        <Button isCompact look="plain" className={styles.key} onPress={onDrop}>
          <kbd>Enter</kbd>
          {words.keys.drop}
        </Button>
        <Button isCompact look="plain" className={styles.key} onPress={onCancel}>
          <kbd>Esc</kbd>
          {words.keys.back}
        </Button>
      </div>
    </div>
  );
}
