import { type CalendarDate, isSameDay, today, type ZonedDateTime } from "@internationalized/date";
import { type CSSProperties, type MouseEvent, memo, useEffect, useMemo, useRef } from "react";
import { Link } from "react-aria-components";
import type { Entry } from "../api/calendar";
import { CALENDAR } from "../strings/calendar";
import { inZone, timeOf } from "../time/format";
import { hoursOf } from "../time/range";
import { classes } from "../ui/classes";
import { Dial } from "../ui/Dial";
import { useNarrow } from "../ui/useNarrow";
import { Chip } from "./Chip";
import { type Column, hourAt, labelAt, MAX_AN_HOUR, MORNING, morningOf, placeHours, positionOf } from "./layout";
import { type Compose, type Days, idIn } from "./Month";
import { More } from "./More";
import { type Lifted, type TimeOfDay, useLook, useMoving, useNotableState } from "./MoveContext";
import { countStates, splitByNeed } from "./priority";
import { nameOf, weekdayOf } from "./title";
import { useDropZone } from "./useDropZone";
import styles from "./Week.module.css";

/** The numbers of chips that may stand side by side in the view of one day. */
const MAX_LANES = 4;
const MAX_NARROW_LANES = 2;
/** The number of clock faces under a day of the strip. */
const MAX_MARKS = 3;
const QUARTER = 15;
const NONE: Entry[] = [];

const at = (hours: number) => ({ "--at": hours }) as CSSProperties;

/**
 * A week, or a day, in hours. Crowded hours are higher. In a week, the hours before 07:00 are collapsed, and each hour of
 * a day shows a few posts and counts the others. A single day begins with its first post and shows all posts, side by
 * side. On a phone, the week is one day, with a strip of seven days.
 */
export function Week({
  days,
  grouped,
  zone,
  loaded,
  isLoading,
  now,
  day,
  lifted,
  onDay,
  onOpen,
  onCompose,
}: Days & {
  now: Date;
  day: CalendarDate;
  lifted: Lifted | null;
  onDay: (day: CalendarDate) => void;
  onOpen: (day: CalendarDate) => void;
}) {
  const stateOf = useNotableState();
  const present = today(zone);
  const clock = inZone(now.toISOString(), zone);
  const isSingle = days.length === 1;
  const isNarrow = useNarrow();
  const maxLanes = isNarrow ? MAX_NARROW_LANES : MAX_LANES;
  const lanes = isSingle ? maxLanes : 1;
  const isNow = days.some((each) => isSameDay(each, present));
  const morning = isSingle ? morningOf(grouped.get(day.toString()) ?? NONE, zone, isNow ? clock.hour : null) : MORNING;
  // The title already names a single day, except that its clocks change.
  const heads = isSingle ? days.filter((each) => hoursOf(each, zone) !== 24) : days;
  const chosen = day.toString();
  const { columns, starts } = useMemo(() => {
    // A phone shows the chosen day only.
    const isShown = (each: CalendarDate) => !isNarrow || days.length === 1 || each.toString() === chosen;
    const shown = days.map((each) => (isShown(each) ? (grouped.get(each.toString()) ?? NONE) : NONE));
    const most = isNarrow || days.length === 1 ? Number.POSITIVE_INFINITY : MAX_AN_HOUR;
    return placeHours(shown, zone, morning, lanes, most, stateOf);
  }, [days, grouped, chosen, zone, morning, lanes, isNarrow, stateOf]);
  const nowHour = clock.hour - morning + clock.minute / 60;
  const nowAt = nowHour < 0 ? -1 : positionOf(nowHour, starts);
  const grid = useRef<HTMLDivElement>(null);
  const opened = useRef("");
  const isReady = loaded.has(chosen);
  useEffect(() => {
    // Once for each day, so that the page stays where the person has scrolled it.
    const view = `${isSingle} ${chosen}`;
    if (!isNarrow || !isReady || !grid.current || opened.current === view) return;
    opened.current = view;
    // As in the month, a person who has no posts reads first how to begin.
    if (grouped.size > 0) beginOf(grid.current)?.scrollIntoView({ block: "nearest" });
  }, [isNarrow, isReady, isSingle, chosen]);
  return (
    <>
      {isSingle && isNarrow && <h2 className={styles.dayName}>{nameOf(day)}</h2>}
      {days.length > 1 && (
        <nav className={styles.strip} aria-label={CALENDAR.views.week}>
          {days.map((each) => {
            const entries = grouped.get(each.toString()) ?? NONE;
            const text = loaded.has(each.toString())
              ? CALENDAR.posts(entries.length, countStates(entries, stateOf))
              : CALENDAR.dayUnknown(isLoading);
            return (
              <Link
                key={each.toString()}
                className={classes(styles.stripDay, isSameDay(each, present) && styles.stripToday)}
                onPress={() => onDay(each)}
                {...(isSameDay(each, day) ? { "aria-current": "date" as const } : {})}
              >
                <span className="hidden">
                  {nameOf(each)}, {text}
                </span>
                <span aria-hidden="true">{weekdayOf(each).slice(0, 3)}</span>
                <b aria-hidden="true">{each.day}</b>
                <Marks entries={entries} />
              </Link>
            );
          })}
        </nav>
      )}
      <div
        ref={grid}
        className={classes(styles.week, isSingle && styles.single)}
        data-loading={isLoading}
        style={{ "--hours": starts.at(-1) } as CSSProperties}
      >
        {heads.length > 0 && <div className={styles.corner} />}
        {heads.map((each) => (
          <h2
            key={each.toString()}
            className={classes(
              styles.head,
              isSameDay(each, present) && styles.headToday,
              !isSameDay(each, day) && styles.notChosen,
            )}
          >
            <span aria-hidden="true">
              {weekdayOf(each).slice(0, 3)} <b>{each.day}</b>
            </span>
            <span className="hidden">{nameOf(each)}</span>
            {hoursOf(each, zone) !== 24 && (
              <span className="small faint"> {CALENDAR.shortDay(hoursOf(each, zone))}</span>
            )}
          </h2>
        ))}
        <div className={styles.axis} aria-hidden="true">
          {morning > 0 && <span className={styles.nightTag}>{CALENDAR.before(morning)}</span>}
          {starts.slice(1, -1).map((start, index) => {
            const position = isNow ? labelAt(start, nowAt) : start;
            return (
              position !== null && (
                <span key={start} style={at(position)}>
                  {String(morning + index + 1).padStart(2, "0")}:00
                </span>
              )
            );
          })}
          {nowAt >= 0 && isNow && (
            <span className={styles.nowTag} style={at(nowAt)}>
              {timeOf(now, zone)}
            </span>
          )}
        </div>
        {days.map((each, index) => (
          <DayColumn
            key={each.toString()}
            day={each}
            column={columns[index] as Column}
            zone={zone}
            nowAt={isSameDay(each, present) ? nowAt : null}
            morning={morning}
            starts={starts}
            lanes={lanes}
            missing={loaded.has(each.toString()) ? null : CALENDAR.dayUnknown(isLoading)}
            isPast={each.compare(present) < 0}
            isChosen={isSameDay(each, day)}
            liftedId={idIn(grouped.get(each.toString()), lifted)}
            lifted={lifted && isSameDay(lifted.target, each) ? lifted.target : null}
            onOpen={onOpen}
            onCompose={onCompose}
          />
        ))}
      </div>
    </>
  );
}

/** Return the line of the present time, or the first post of another day. A phone shows one day only. */
function beginOf(week: HTMLElement): HTMLElement | null {
  return (
    week.querySelector<HTMLElement>(`section:not(.${styles.notChosen}) .${styles.now}`) ??
    week.querySelector<HTMLElement>(`section:not(.${styles.notChosen}) [data-post]`)
  );
}

/** The clock faces of a few posts of a day, and the number of the others. */
function Marks({ entries }: { entries: readonly Entry[] }) {
  const lookOf = useLook();
  const stateOf = useNotableState();
  const { shown, hidden } = splitByNeed(entries, entries.length > MAX_MARKS ? MAX_MARKS - 1 : MAX_MARKS, stateOf);
  return (
    <span className={styles.marks} aria-hidden="true">
      {shown.map((entry) => (
        <Dial key={entry.id} face={lookOf(entry).face} />
      ))}
      {hidden.length > 0 && `+${hidden.length}`}
    </span>
  );
}

interface ColumnProps {
  day: CalendarDate;
  column: Column;
  zone: string;
  nowAt: number | null;
  morning: number;
  /** The position at which each hour begins and, last, the end of the day. */
  starts: readonly number[];
  lanes: number;
  /** What is said about posts that are not loaded. */
  missing: string | null;
  isPast: boolean;
  isChosen: boolean;
  liftedId: string | null;
  /** Where a lifted post would land on this day. */
  lifted: ZonedDateTime | null;
  onOpen: (day: CalendarDate) => void;
  onCompose: Compose | null;
}

const DayColumn = memo(function DayColumn({
  day,
  column: { night, placed, hidden },
  zone,
  nowAt,
  morning,
  starts,
  lanes,
  missing,
  isPast,
  isChosen,
  liftedId,
  lifted,
  onOpen,
  onCompose,
}: ColumnProps) {
  const { aim, drop } = useMoving();
  const { landing, zone: place } = useDropZone(
    (event) => aim(day, timeAt(event, morning, starts)),
    (id, event) => drop(id, day, timeAt(event, morning, starts)),
  );
  const target = landing ?? lifted;
  const [early] = splitByNeed(night, 1, useNotableState()).shown;
  return (
    <section
      className={classes(
        styles.column,
        missing && styles.missing,
        isPast && styles.past,
        nowAt !== null && styles.today,
        target && styles.target,
        !isChosen && styles.notChosen,
      )}
      aria-label={missing ? `${nameOf(day)}, ${missing}` : nameOf(day)}
      data-day={day.toString()}
      tabIndex={-1}
      {...place}
      onDoubleClick={(event) =>
        event.target === event.currentTarget && !isPast && onCompose?.(day, timeAt(event, morning, starts)?.hour)
      }
    >
      <div className={styles.night}>
        {early && <Chip entry={early} zone={zone} isShort isLifted={early.id === liftedId} />}
        {night.length > 1 && (
          <More
            entries={night.filter((entry) => entry !== early)}
            day={day}
            word={CALENDAR.beforeMorning(MORNING)}
            onOpen={onOpen}
          />
        )}
      </div>
      {starts.slice(0, -1).map((start) => (
        <i key={start} className={styles.line} style={at(start)} />
      ))}
      {nowAt !== null && nowAt >= 0 && <span className={styles.now} style={at(nowAt)} aria-hidden="true" />}
      {placed.map((each) => (
        <span
          key={each.entry.id}
          className={classes(styles.place, lanes > 1 && styles.lane)}
          style={{ "--at": each.at, "--lane": each.lane, "--lanes": each.lanes } as CSSProperties}
        >
          <Chip
            entry={each.entry}
            zone={zone}
            maxTiles={lanes === MAX_LANES ? 3 : 2}
            isLifted={each.entry.id === liftedId}
          />
        </span>
      ))}
      {target && <Aim target={target} morning={morning} starts={starts} />}
      {hidden.map((each) => (
        <span key={each.at} className={styles.place} style={at(each.at)}>
          <More entries={each.entries} day={day} className={styles.more} onOpen={onOpen} />
        </span>
      ))}
    </section>
  );
});

/** The line at which a moved post would land, with its time, which stands over the posts and does not take the drop. */
function Aim({ target, morning, starts }: { target: ZonedDateTime; morning: number; starts: readonly number[] }) {
  const hour = target.hour + target.minute / 60 - morning;
  const time = timeOf(target.toAbsoluteString(), target.timeZone);
  return (
    <span
      className={classes(styles.aim, hour < 0 && styles.aimNight)}
      style={hour < 0 ? {} : at(positionOf(hour, starts))}
      aria-hidden="true"
    >
      <b>{target.toDate().getTime() < Date.now() ? CALENDAR.move.passed(time) : time}</b>
    </span>
  );
}

/** Return the quarter of an hour at the pointer, or nothing in the collapsed hours. */
function timeAt(event: MouseEvent<HTMLElement>, morning: number, starts: readonly number[]): TimeOfDay | undefined {
  const column = event.currentTarget;
  const night = column.firstElementChild?.getBoundingClientRect().height ?? 0;
  const box = column.getBoundingClientRect();
  const end = starts.at(-1) as number;
  const position = ((event.clientY - box.top - night) / (box.height - night)) * end;
  if (position < 0) return undefined;
  const minutes = hourAt(position, starts) * 60;
  const rounded = Math.min(Math.floor(minutes / QUARTER) * QUARTER, (24 - morning) * 60 - QUARTER);
  return { hour: morning + Math.floor(rounded / 60), minute: rounded % 60 };
}
