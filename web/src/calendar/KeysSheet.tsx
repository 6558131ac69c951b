import { CALENDAR } from "../strings/calendar";
import { Sheet } from "../ui/Sheet";
import styles from "./KeysSheet.module.css";

/** The keys of the calendar and what they do. */
export function KeysSheet({ onClose }: { onClose: () => void }) {
  return (
    <Sheet title={CALENDAR.keys} isOpen onClose={onClose} isWide>
      <dl className={styles.keys}>
        {CALENDAR.allKeys.map(([key, effect]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{effect}</dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}
