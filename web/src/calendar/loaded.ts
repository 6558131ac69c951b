import { type CalendarDate, parseAbsolute, toCalendarDate, toZoned } from "@internationalized/date";
import type { CalendarAnswer, CalendarFilter } from "../api/calendar";

/**
 * Return the days of which the API has returned all posts that match a filter. Each day has the form `2027-03-24`. The
 * answers can be those of another period or another filter, which the calendar shows while it loads the posts.
 */
export function loadedDays(
  days: readonly CalendarDate[],
  answers: readonly CalendarAnswer[],
  filter: CalendarFilter,
  zone: string,
): ReadonlySet<string> {
  const first = answers[0];
  if (!first || JSON.stringify(first.filter) !== JSON.stringify(filter)) return NONE;
  const from = Date.parse(first.range.from);
  const until = endOf(answers, zone);
  const isLoaded = (day: CalendarDate) =>
    instantOf(day, zone) >= from && instantOf(day.add({ days: 1 }), zone) <= until;
  return new Set(days.filter(isLoaded).map(String));
}

/**
 * Return what the calendar says about the days whose posts it does not show: that their posts are being loaded, that they
 * are missing, because nothing loads them now, or nothing.
 *
 * @param loaded the days whose posts are loaded
 * @param drawn the days whose posts are shown, which are those of a moment before while many posts are drawn
 * @param isLoading whether posts, or the accounts that decide which posts are shown, are still being loaded
 * @param isStopped whether the browser is offline, or a request has failed
 */
export function progressOf(
  days: readonly CalendarDate[],
  loaded: ReadonlySet<string>,
  drawn: ReadonlySet<string>,
  isLoading: boolean,
  isStopped: boolean,
): "loading" | "missing" | null {
  if (isStopped && loaded.size < days.length) return "missing";
  const areDrawn = [...loaded].every((day) => drawn.has(day));
  return (isLoading && !isStopped) || !areDrawn ? "loading" : null;
}

const NONE: ReadonlySet<string> = new Set();

/** Return the instant up to which all posts are loaded: before the last page, the day of its last post is not complete. */
function endOf(answers: readonly CalendarAnswer[], zone: string): number {
  const last = answers[answers.length - 1] as CalendarAnswer;
  if (!last.pagination.nextCursor) return Date.parse(last.range.to);
  const entry = last.entries[last.entries.length - 1];
  return entry ? instantOf(toCalendarDate(parseAbsolute(entry.scheduledAt, zone)), zone) : Date.parse(last.range.from);
}

function instantOf(day: CalendarDate, zone: string): number {
  return toZoned(day, zone).toDate().getTime();
}
