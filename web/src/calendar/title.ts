import { type CalendarDate, DateFormatter } from "@internationalized/date";
import type { View } from "../time/range";

/** Return the title of a view, such as `March 2027`, `22 – 28 Mar 2027`, `29 Mar – 4 Apr 2027` or `Wed, 24 Mar 2027`. */
export function titleOf(view: View, days: readonly CalendarDate[], day: CalendarDate): string {
  const first = (days[0] as CalendarDate).toDate("UTC");
  const last = (days[days.length - 1] as CalendarDate).toDate("UTC");
  const options = { timeZone: "UTC", year: "numeric", month: "long" } as const;
  if (view === "month") return new DateFormatter("en-GB", options).format(day.toDate("UTC"));
  // With a day, a long month would push the controls of a phone onto a second line.
  const short = { ...options, month: "short", day: "numeric" } as const;
  if (view === "day") return new DateFormatter("en-GB", { ...short, weekday: "short" }).format(day.toDate("UTC"));
  return new DateFormatter("en-GB", short).formatRange(first, last);
}

const LONG = new DateFormatter("en-GB", { timeZone: "UTC", weekday: "long", day: "numeric", month: "long" });

/** Return the full name of a day, such as `Wednesday 24 March`. */
export function nameOf(day: CalendarDate): string {
  return LONG.format(day.toDate("UTC")).replace(",", "");
}

const WEEKDAY = new DateFormatter("en-GB", { timeZone: "UTC", weekday: "long" });

/** Return the name of the weekday, such as `Wednesday`. */
export function weekdayOf(day: CalendarDate): string {
  return WEEKDAY.format(day.toDate("UTC"));
}

const MONTH = new DateFormatter("en-GB", { timeZone: "UTC", month: "short" });

/** Return the number of a day, and the month on its first day, such as `24` or `1 Apr`. */
export function numberOf(day: CalendarDate): string {
  return day.day === 1 ? `1 ${MONTH.format(day.toDate("UTC"))}` : String(day.day);
}
