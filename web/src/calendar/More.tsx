import type { CalendarDate } from "@internationalized/date";
import type { Entry } from "../api/calendar";
import { CALENDAR } from "../strings/calendar";
import { Button } from "../ui/Button";
import { classes } from "../ui/classes";
import { Dial } from "../ui/Dial";
import styles from "./More.module.css";
import { useNotableState } from "./MoveContext";
import { countStates } from "./priority";
import { nameOf } from "./title";

/** The number of posts that a day hides, with their states if they matter. It opens all posts of the day. */
export function More({
  entries,
  day,
  word,
  className,
  onOpen,
}: {
  entries: readonly Entry[];
  day: CalendarDate;
  /** Where the posts are, if none of their states matters. */
  word?: string;
  className?: string | undefined;
  onOpen: (day: CalendarDate) => void;
}) {
  const states = countStates(entries, useNotableState());
  const [face] = states[0] ?? [];
  return (
    <Button
      look="plain"
      isCompact
      className={classes(styles.more, face && `is-${face}`, className)}
      aria-label={CALENDAR.moreOn(entries.length, states, nameOf(day), word)}
      onPress={() => onOpen(day)}
    >
      {face && <Dial face={face} />}
      <span className={styles.text}>{CALENDAR.more(entries.length, states, word)}</span>
    </Button>
  );
}
