import { useMe } from "../session/Session";
import { CALENDAR } from "../strings/calendar";
import { Sheet } from "../ui/Sheet";
import styles from "./KeysSheet.module.css";

/** The keys of the calendar and what they do. */
export function KeysSheet({ onClose }: { onClose: () => void }) {
  const canWrite = useMe().scopes.includes("write");
  return (
    <Sheet title={CALENDAR.keys} isOpen onClose={onClose} isWide>
      <dl className={styles.keys}>
        {CALENDAR.keysOf(canWrite).map(([key, effect]) => (
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
