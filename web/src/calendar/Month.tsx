import { type CalendarDate, isSameDay, isSameMonth, today } from "@internationalized/date";
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { Entry } from "../api/calendar";
import { headerBottom } from "../shell/header";
import { CALENDAR } from "../strings/calendar";
import { hoursOf } from "../time/range";
import { Button } from "../ui/Button";
import { classes } from "../ui/classes";
import { Dial } from "../ui/Dial";
import { useNarrow } from "../ui/useNarrow";
import { Chip } from "./Chip";
import { DayList } from "./DayList";
import styles from "./Month.module.css";
import { More } from "./More";
import { type Lifted, useLook, useMoving, useNotableState } from "./MoveContext";
import { countStates, splitByNeed } from "./priority";
import { revealWeek } from "./reveal";
import { nameOf, numberOf, weekdayOf } from "./title";
import { useDropZone } from "./useDropZone";

const MAX_CHIPS = 3;
const MAX_PAST_CHIPS = 2;
const MAX_MARKS = 6;
const ARROWS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export interface Days {
  days: readonly CalendarDate[];
  grouped: Map<string, Entry[]>;
  zone: string;
  /** The days whose posts are loaded. The others are not shown as empty. */
  loaded: ReadonlySet<string>;
  /** Whether the posts of the other days are being loaded. */
  isLoading: boolean;
  /** Opens the composer at a time; null for a person who may not write. */
  onCompose: Compose | null;
}

export type Compose = (day: CalendarDate, hour?: number) => void;

/** A month in whole weeks. Past weeks take half the height. On a phone, the posts of the chosen day are shown below. */
export function Month({
  days,
  grouped,
  zone,
  loaded,
  isLoading,
  day: shown,
  isFiltered,
  lifted,
  onOpen,
  onCompose,
}: Days & {
  day: CalendarDate;
  isFiltered: boolean;
  lifted: Lifted | null;
  onOpen: (day: CalendarDate) => void;
}) {
  const isNarrow = useNarrow();
  const now = today(zone);
  const weeks = Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7));
  const [current, setCurrent] = useState(shown);
  const [month, setMonth] = useState(shown);
  // Another month begins with its own day, not with a day of the month before.
  if (!isSameMonth(month, shown)) {
    setMonth(shown);
    setCurrent(shown);
  }
  const grid = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLHeadingElement>(null);
  const [announced, setAnnounced] = useState<CalendarDate | null>(null);
  const opened = useRef("");
  const isReady = loaded.has(now.toString());
  useEffect(() => {
    // Once for each month, so that the page stays where the person has scrolled it.
    const name = `${shown.year}-${shown.month}`;
    if (!isReady || opened.current === name) return;
    // On the way back to the calendar, the browser scrolls to where the person was.
    const isScrolled = opened.current === "" && window.scrollY > 0;
    opened.current = name;
    const cell = grid.current?.querySelector<HTMLElement>("[aria-current=date]");
    // A person who has no posts reads first how to begin, and needs the controls that a small window does not keep in view.
    if (cell && !isScrolled && grouped.size > 0 && headerBottom() > 0) revealWeek(cell);
  }, [isReady, shown.year, shown.month]);
  const entriesOf = (day: CalendarDate) => grouped.get(day.toString()) ?? NONE;

  // The arrows only look through the days, so that the day with the focus stays in view.
  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>("[role=gridcell]");
    const day = days.find((each) => each.toString() === cell?.dataset.day);
    if (!isNarrow || !day) return;
    // Not every browser gives the focus to a day that is tapped. The list has its new height before the page scrolls.
    flushSync(() => {
      setCurrent(day);
      setAnnounced(day);
    });
    list.current?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const target = event.target as HTMLElement;
    const cell = target.closest<HTMLElement>("[role=gridcell]");
    const day = days.find((each) => each.toString() === cell?.dataset.day);
    if (!cell || !day || lifted) return;
    const chips = [...cell.querySelectorAll<HTMLElement>("[data-post]")];
    const at = chips.indexOf(target);
    const steps = ARROWS[event.key];
    if (at >= 0 && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      // Within a day, the arrows go from post to post, and from the first post back to the day.
      event.preventDefault();
      (chips[at + (event.key === "ArrowDown" ? 1 : -1)] ?? cell).focus();
    } else if (steps !== undefined) {
      event.preventDefault();
      const next = day.add({ days: steps });
      const found = grid.current?.querySelector<HTMLElement>(`[data-day="${next}"]`);
      if (found) {
        setCurrent(next);
        found.focus();
      }
    } else if (event.key === "Escape" && at >= 0) cell.focus();
    else if (event.key === "Enter" && target === cell) {
      event.preventDefault();
      if (chips[0]) chips[0].focus();
      else onCompose?.(day);
    }
  };

  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: A table cannot be laid out as a grid of days. */}
      <div
        className={styles.month}
        data-loading={isLoading}
        role="grid"
        aria-label={CALENDAR.views.month}
        ref={grid}
        onClick={onClick}
        onKeyDown={onKeyDown}
        tabIndex={-1}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: See above. */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: The cells take the focus. */}
        <div className={styles.row} role="row">
          {weeks[0]?.map((day) => (
            // biome-ignore lint/a11y/useSemanticElements: See above.
            // biome-ignore lint/a11y/useFocusableInteractive: The cells take the focus.
            <div key={day.toString()} className={styles.weekday} role="columnheader">
              <span aria-hidden="true">
                {weekdayOf(day).slice(0, 3)}
                <span className={styles.wide}>{weekdayOf(day).slice(3)}</span>
              </span>
              <span className="hidden">{weekdayOf(day)}</span>
            </div>
          ))}
        </div>
        {weeks.map((week) => {
          const isPastWeek = (week[6] as CalendarDate).compare(now) < 0;
          return (
            // biome-ignore lint/a11y/useSemanticElements: See above.
            // biome-ignore lint/a11y/useFocusableInteractive: The cells take the focus.
            <div key={String(week[0])} className={styles.row} role="row">
              {week.map((day) => (
                <Cell
                  key={day.toString()}
                  day={day}
                  entries={entriesOf(day)}
                  zone={zone}
                  missing={loaded.has(day.toString()) ? null : CALENDAR.dayUnknown(isLoading)}
                  isPast={day.compare(now) < 0}
                  isPastWeek={isPastWeek}
                  isToday={isSameDay(day, now)}
                  isOther={day.month !== shown.month}
                  isNarrow={isNarrow}
                  liftedId={idIn(grouped.get(day.toString()), lifted)}
                  isTarget={lifted !== null && isSameDay(lifted.target, day)}
                  isFocusable={isSameDay(day, current)}
                  onChoose={setCurrent}
                  onOpen={onOpen}
                  onCompose={onCompose}
                />
              ))}
            </div>
          );
        })}
      </div>
      {isNarrow && (
        <section className={styles.dayBelow} aria-label={nameOf(current)}>
          <h2 ref={list}>{nameOf(current)}</h2>
          <p className="hidden" role="status">
            {announced &&
              `${nameOf(announced)}, ${loaded.has(announced.toString()) ? CALENDAR.posts(entriesOf(announced).length) : CALENDAR.dayUnknown(isLoading)}`}
          </p>
          {!loaded.has(current.toString()) ? (
            <p className={`soft ${styles.late}`}>{CALENDAR.dayNotLoaded(isLoading)}</p>
          ) : (
            isFiltered && entriesOf(current).length === 0 && <p className="soft">{CALENDAR.dayFiltered}</p>
          )}
          <DayList day={current} entries={entriesOf(current)} zone={zone} onCompose={onCompose} />
        </section>
      )}
    </>
  );
}

const NONE: Entry[] = [];

/** Return the id of the lifted post if it is one of these, so that the other days are not drawn again. */
export function idIn(entries: readonly Entry[] | undefined, lifted: Lifted | null): string | null {
  return lifted && entries?.some(({ id }) => id === lifted.entry.id) ? lifted.entry.id : null;
}

interface CellProps {
  day: CalendarDate;
  entries: readonly Entry[];
  zone: string;
  /** What is said instead of the number of posts, if they are not loaded. */
  missing: string | null;
  isPast: boolean;
  isPastWeek: boolean;
  isToday: boolean;
  isOther: boolean;
  isNarrow: boolean;
  liftedId: string | null;
  isTarget: boolean;
  isFocusable: boolean;
  onChoose: (day: CalendarDate) => void;
  onOpen: (day: CalendarDate) => void;
  onCompose: Compose | null;
}

const Cell = memo(function Cell({ day, entries, zone, liftedId, onChoose, onOpen, onCompose, ...is }: CellProps) {
  const { aim, drop } = useMoving();
  const stateOf = useNotableState();
  const { landing, zone: place } = useDropZone(
    () => aim(day),
    (id) => drop(id, day),
  );
  const { shown, hidden } = splitByNeed(entries, maxOf(is, entries.length), stateOf, isPublished);
  // The faces of a phone are hidden from screen readers, so the name of the day has the states.
  const states = is.isNarrow ? countStates(entries, stateOf) : [];
  const hours = hoursOf(day, zone);
  return (
    // biome-ignore lint/a11y/useSemanticElements: A table cannot be laid out as a grid of days.
    <div
      role="gridcell"
      tabIndex={is.isFocusable ? 0 : -1}
      data-day={day.toString()}
      aria-current={is.isToday ? "date" : undefined}
      className={classes(
        styles.cell,
        is.missing && styles.missing,
        is.isPastWeek && styles.pastWeek,
        is.isPast && styles.past,
        is.isOther && styles.other,
        is.isToday && styles.today,
        (is.isTarget || landing) && styles.target,
        is.isFocusable && styles.chosen,
      )}
      onFocus={() => onChoose(day)}
      onDoubleClick={(event) => event.target === event.currentTarget && !is.isPast && onCompose?.(day)}
      {...place}
    >
      <div className={styles.day}>
        <span className={styles.number} aria-hidden="true">
          {numberOf(day)}
        </span>
        <span className="hidden">
          {nameOf(day)}, {is.missing ?? CALENDAR.posts(entries.length, states)}
        </span>
        {hours !== 24 && <span className={styles.note}>{CALENDAR.shortDay(hours)}</span>}
        {!is.isPast && onCompose && (
          <Button
            isIcon
            look="plain"
            className={styles.add}
            aria-label={CALENDAR.newOn(nameOf(day))}
            excludeFromTabOrder
            onPress={() => onCompose(day)}
          >
            +
          </Button>
        )}
      </div>
      {is.isNarrow ? (
        <Marks shown={shown} hidden={hidden} />
      ) : (
        <div className={styles.chips}>
          {shown.map((entry) => (
            <Chip key={entry.id} entry={entry} zone={zone} isShort={is.isPastWeek} isLifted={entry.id === liftedId} />
          ))}
          {hidden.length > 0 && <More entries={hidden} day={day} className={styles.more} onOpen={onOpen} />}
        </div>
      )}
    </div>
  );
});

const isPublished = ({ status }: Entry) => status === "published";

/** Return how many of `count` posts a day shows. In a past week, one more post needs no more room than the words "+1 more". */
function maxOf({ isNarrow, isPastWeek }: Pick<CellProps, "isNarrow" | "isPastWeek">, count: number): number {
  if (isNarrow) return MAX_MARKS;
  if (!isPastWeek) return MAX_CHIPS;
  return count === MAX_PAST_CHIPS + 1 ? count : MAX_PAST_CHIPS;
}

/** The clock faces of a day on a phone, with the number of the hidden posts and with how many of these matter. */
function Marks({ shown, hidden }: { shown: readonly Entry[]; hidden: readonly Entry[] }) {
  const lookOf = useLook();
  const stateOf = useNotableState();
  return (
    <span className={styles.marks} aria-hidden="true">
      {shown.map((entry) => (
        <Dial key={entry.id} face={lookOf(entry).face} />
      ))}
      {hidden.length > 0 && <span className={styles.hidden}>+{hidden.length}</span>}
      {countStates(hidden, stateOf).map(([state, count]) => (
        <span key={state} className={`${styles.hidden} is-${state}`}>
          <Dial face={state} />
          {count}
        </span>
      ))}
    </span>
  );
}
