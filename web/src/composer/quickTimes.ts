import {
  type CalendarDateTime,
  fromDate,
  getDayOfWeek,
  toCalendarDate,
  toCalendarDateTime,
} from "@internationalized/date";
import { readWallClock } from "../time/wallClock";

export type QuickTime = "inOneHour" | "today" | "tomorrow" | "monday";

/** The hours of the choices, which also stand in their names. */
const MORNING = 9;
const EVENING = 18;

/**
 * Return the time of a post on a day such as `2027-03-24`, until a person chooses another one: the morning, or the next
 * full hour if it is later on this day.
 */
export function firstTime(day: string, now: Date, zone: string): string {
  const local = fromDate(now, zone);
  if (day !== toCalendarDate(local).toString() || local.hour < MORNING) return `0${MORNING}:00`;
  return local.hour < 23 ? `${local.hour + 1}:00` : "23:59";
}

/** Return the times that the page offers at `now`, as local times in a zone such as `2027-03-24T09:00`. */
export function quickTimes(now: Date, zone: string): { name: QuickTime; at: string }[] {
  const local = fromDate(now, zone);
  const inOneHour = local.add({ hours: 1 }).set({ second: 0, millisecond: 0 });
  const today = toCalendarDateTime(local).set({ minute: 0, second: 0, millisecond: 0 });
  const daysToMonday = 7 - getDayOfWeek(local, "en-GB");
  const choices: { name: QuickTime; at: string }[] = [];
  const offer = (name: QuickTime, at: CalendarDateTime) => choices.push({ name, at: at.toString().slice(0, 16) });

  // While a time occurs twice, the time in one hour can be one that the post would not have.
  const hourAt = toCalendarDateTime(inOneHour);
  const read = readWallClock(hourAt.toString().slice(0, 16), zone);
  if ("instant" in read && Date.parse(read.instant) === inOneHour.toDate().getTime()) offer("inOneHour", hourAt);
  if (local.hour < EVENING - 1) offer("today", today.set({ hour: EVENING }));
  offer("tomorrow", today.add({ days: 1 }).set({ hour: MORNING }));
  if (daysToMonday > 1) offer("monday", today.add({ days: daysToMonday }).set({ hour: MORNING }));
  return choices;
}
