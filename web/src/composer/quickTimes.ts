import {
  type CalendarDateTime,
  fromDate,
  getDayOfWeek,
  toCalendarDate,
  toCalendarDateTime,
} from "@internationalized/date";
import { readWallClock } from "../time/wallClock";

export type QuickTime = "inOneHour" | "today" | "tomorrow" | "monday" | "nextMonday";

/** The hours of the choices, which also stand in their names. */
const MORNING = 9;
const EVENING = 18;
/** The minutes from now to a time that the page chooses, so that the time does not pass while the person writes. */
const MIN_AHEAD = 10;

/**
 * Return the time of a post on a day such as `2027-03-24`, until a person chooses another one: the morning, or the next
 * full hour that lies ahead if it is later on this day.
 */
export function firstTime(day: string, now: Date, zone: string): string {
  const local = fromDate(now, zone);
  const isToday = day === toCalendarDate(local).toString();
  const hour = isToday ? Math.max(MORNING, Math.ceil((local.hour * 60 + local.minute + MIN_AHEAD) / 60)) : MORNING;
  return hour < 24 ? `${String(hour).padStart(2, "0")}:00` : "23:59";
}

/**
 * Return the time of a new post for a place of the calendar such as `2027-03-24T09:00`: this time if it lies ahead, a
 * later one on the same day, or an empty text if the day has passed or the place is no time.
 */
export function presetTime(place: string, now: Date, zone: string): string {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(place)) return "";
  const local = fromDate(now, zone);
  const today = toCalendarDate(local).toString();
  const day = place.slice(0, today.length);
  if (day !== today) return day < today ? "" : place;
  const earliest = toCalendarDateTime(local.add({ minutes: MIN_AHEAD }))
    .toString()
    .slice(0, place.length);
  return place < earliest ? `${day}T${firstTime(day, now, zone)}` : place;
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
  // On a Monday, "Monday" could be this day.
  const monday = daysToMonday === 7 ? "nextMonday" : "monday";
  if (daysToMonday > 1) offer(monday, today.add({ days: daysToMonday }).set({ hour: MORNING }));
  return choices;
}
