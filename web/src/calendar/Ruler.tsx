import type { CSSProperties } from "react";
import type { Entry } from "../api/calendar";
import { CALENDAR } from "../strings/calendar";
import { timeOf } from "../time/format";
import { presentHour } from "../time/range";
import { classes } from "../ui/classes";
import { Dial } from "../ui/Dial";
import { useLook } from "./MoveContext";
import styles from "./Ruler.module.css";

const HOUR = 3_600_000;
/** The minutes at each end of the hour in which the time at the hand takes the room of the time at the end. */
const EDGE = 8;
const at = (minutes: number) => ({ "--at": minutes }) as CSSProperties;

/**
 * The current hour as 60 ticks, with the posts of this hour, or `null` if they are not loaded. The hand moves once a
 * minute.
 */
export function Ruler({ entries, now, zone }: { entries: readonly Entry[] | null; now: Date; zone: string }) {
  const lookOf = useLook();
  const begin = Date.parse(presentHour(now, zone).from);
  const minute = Math.floor((now.getTime() - begin) / 60_000);
  const isLate = minute >= 60 - EDGE;
  const marks = (entries ?? []).filter(({ scheduledAt }) => {
    const time = Date.parse(scheduledAt);
    return time >= begin && time < begin + HOUR;
  });
  return (
    <div className={styles.ruler} role="img" aria-label={CALENDAR.ruler(timeOf(now, zone), entries && marks.length)}>
      <i className={styles.ticks} />
      {minute >= EDGE && (
        <span className={styles.edge} style={at(0)}>
          {timeOf(new Date(begin), zone)}
        </span>
      )}
      {!isLate && (
        <span className={`${styles.edge} ${styles.end}`} style={at(60)}>
          {timeOf(new Date(begin + HOUR), zone)}
        </span>
      )}
      {marks.map((entry) => {
        const look = lookOf(entry);
        return (
          <span key={entry.id} className={styles.mark} style={at((Date.parse(entry.scheduledAt) - begin) / 60_000)}>
            <Dial face={look.face} />
          </span>
        );
      })}
      <span className={classes(styles.hand, isLate && styles.late)} style={at(minute)}>
        {timeOf(now, zone)}
      </span>
    </div>
  );
}
