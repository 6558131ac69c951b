import type { CSSProperties } from "react";
import type { Entry } from "../api/calendar";
import { CALENDAR } from "../strings/calendar";
import { timeOf } from "../time/format";
import { presentHour } from "../time/range";
import { classes } from "../ui/classes";
import { Dial } from "../ui/Dial";
import { useNarrow } from "../ui/useNarrow";
import { useLook, useNotableState } from "./MoveContext";
import { marksOf } from "./marks";
import { splitByNeed } from "./priority";
import styles from "./Ruler.module.css";

const HOUR = 3_600_000;
/** The minutes at each end of the hour in which the time at the hand takes the room of the time at the end. */
const EDGE = 8;
/** The same on a phone, whose minutes are narrow. */
const NARROW_EDGE = 14;
/** The minutes that the face of a post needs, with the number of the others next to it. */
const GAP = 2;
const NARROW_GAP = 5;
const at = (minutes: number) => ({ "--at": minutes }) as CSSProperties;

/**
 * The current hour as 60 ticks, with the posts of this hour. Without them, it has the ground of a day without
 * its posts, because an empty hour would say that nothing is published. The hand moves once a minute.
 */
export function Ruler({
  entries,
  isLoading,
  now,
  zone,
}: {
  /** The posts of the hour or more, or `null` if they are not loaded. */
  entries: readonly Entry[] | null;
  isLoading: boolean;
  now: Date;
  zone: string;
}) {
  const lookOf = useLook();
  const stateOf = useNotableState();
  const isNarrow = useNarrow();
  const edge = isNarrow ? NARROW_EDGE : EDGE;
  const begin = Date.parse(presentHour(now, zone).from);
  const minute = Math.floor((now.getTime() - begin) / 60_000);
  const isLate = minute >= 60 - edge;
  const minuteOf = ({ scheduledAt }: Entry) => (Date.parse(scheduledAt) - begin) / 60_000;
  const posts = (entries ?? [])
    .filter((entry) => minuteOf(entry) >= 0 && minuteOf(entry) < 60)
    .toSorted((one, other) => minuteOf(one) - minuteOf(other));
  return (
    <div
      className={classes(styles.ruler, entries === null && styles.missing)}
      data-loading={isLoading}
      role="img"
      aria-label={CALENDAR.ruler(timeOf(now, zone), entries && posts.length, isLoading)}
    >
      <i className={styles.ticks} />
      {minute >= edge && (
        <span className={styles.edge} style={at(0)}>
          {timeOf(new Date(begin), zone)}
        </span>
      )}
      {!isLate && (
        <span className={`${styles.edge} ${styles.end}`} style={at(60)}>
          {timeOf(new Date(begin + HOUR), zone)}
        </span>
      )}
      {marksOf(posts, minuteOf, isNarrow ? NARROW_GAP : GAP).map((mark) => (
        <span key={mark.minute} className={styles.mark} style={at(mark.minute)}>
          {splitByNeed(mark.posts, 1, stateOf).shown.map((entry) => (
            <Dial key={entry.id} face={lookOf(entry).face} />
          ))}
          {mark.posts.length > 1 && `+${mark.posts.length - 1}`}
        </span>
      ))}
      <span className={classes(styles.hand, isLate && styles.late)} style={at(minute)}>
        {timeOf(now, zone)}
      </span>
    </div>
  );
}
