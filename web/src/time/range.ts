import {
  type CalendarDate,
  endOfMonth,
  endOfWeek,
  parseAbsolute,
  parseDate,
  startOfMonth,
  startOfWeek,
  today,
  toZoned,
} from "@internationalized/date";

export type View = "month" | "week" | "day" | "agenda";

/** Weeks begin on Monday (ISO 8601). */
const WEEKS = "en-GB";
const AGENDA_DAYS = 30;

/** Return the days that a view shows around a day, from the first to the last. */
export function daysOf(view: View, day: CalendarDate): CalendarDate[] {
  switch (view) {
    case "day":
      return [day];
    case "week":
      return between(startOfWeek(day, WEEKS), endOfWeek(day, WEEKS));
    case "month":
      return between(startOfWeek(startOfMonth(day), WEEKS), endOfWeek(endOfMonth(day), WEEKS));
    case "agenda":
      return between(day, day.add({ days: AGENDA_DAYS - 1 }));
  }
}

/** Return the day that a view shows after one step forward (1) or back (-1). */
export function step(view: View, day: CalendarDate, direction: 1 | -1): CalendarDate {
  switch (view) {
    case "day":
      return day.add({ days: direction });
    case "week":
      return day.add({ weeks: direction });
    case "month":
      return startOfMonth(day).add({ months: direction });
    case "agenda":
      return day.add({ days: direction * AGENDA_DAYS });
  }
}

/** Return the instants at which the days begin and end in a zone, as a half-open range. */
export function instantsOf(days: readonly CalendarDate[], zone: string): { from: string; to: string } {
  const first = days[0] as CalendarDate;
  const last = days[days.length - 1] as CalendarDate;
  return { from: toZoned(first, zone).toAbsoluteString(), to: toZoned(last.add({ days: 1 }), zone).toAbsoluteString() };
}

/** Return the instants at which the present hour begins and ends in a zone, as a half-open range. */
export function presentHour(now: Date, zone: string): { from: string; to: string } {
  const { minute, second, millisecond } = parseAbsolute(now.toISOString(), zone);
  const from = new Date(now.getTime() - minute * 60_000 - second * 1_000 - millisecond);
  return { from: from.toISOString(), to: new Date(from.getTime() + 3_600_000).toISOString() };
}

/** Return the number of hours of a day in a zone: 24, or 23 or 25 if the clocks change. */
export function hoursOf(day: CalendarDate, zone: string): number {
  return (
    (toZoned(day.add({ days: 1 }), zone)
      .toDate()
      .getTime() -
      toZoned(day, zone).toDate().getTime()) /
    3_600_000
  );
}

/** Read a day such as `2027-03-24`, or return today in the zone. */
export function dayFrom(text: string | null, zone: string): CalendarDate {
  try {
    if (text) return parseDate(text);
  } catch {
    // An address with a broken day shows today.
  }
  return today(zone);
}

function between(first: CalendarDate, last: CalendarDate): CalendarDate[] {
  const days = [first];
  for (let day = first; day.compare(last) < 0; ) {
    day = day.add({ days: 1 });
    days.push(day);
  }
  return days;
}
