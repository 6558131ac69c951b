import { parseAbsolute, type ZonedDateTime } from "@internationalized/date";

const formats = new Map<string, Intl.DateTimeFormat>();

/** Creating a format is far slower than using it, and a month of posts needs only a few formats. */
function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
    formats.set(key, found);
  }
  return found;
}

/** Return an instant of the API, such as `2027-03-24T08:30:00.000Z`, as a date and time in a zone. */
export function inZone(instant: string, zone: string): ZonedDateTime {
  return parseAbsolute(instant, zone);
}

/** Return the time of an instant in a zone, such as `09:30`. */
export function timeOf(instant: string | Date, zone: string): string {
  return format(zone, { hour: "2-digit", minute: "2-digit" }).format(new Date(instant));
}

/** Return the time of an instant in a zone with seconds and the short name of the zone, such as `09:30:02 CET`. */
export function secondsOf(instant: string | Date, zone: string): string {
  const time = format(zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(instant));
  return `${time} ${zoneName(instant, zone)}`;
}

/** Return the day of an instant in a zone, such as `Wed 24 March`, with the year if it is not this year. */
export function dayOf(instant: string | Date, zone: string, now: Date = new Date()): string {
  const at = new Date(instant);
  const year = format(zone, { year: "numeric" });
  const isThisYear = year.format(at) === year.format(now);
  return format(zone, {
    weekday: "short",
    day: "numeric",
    month: "long",
    ...(isThisYear ? {} : { year: "numeric" }),
  })
    .format(at)
    .replace(",", "");
}

/** Return the day of an instant in a zone without its weekday, such as `24 Mar`. */
export function shortDayOf(instant: string | Date, zone: string): string {
  return format(zone, { day: "numeric", month: "short" }).format(new Date(instant));
}

/** Return the short name of a zone at an instant, such as `CET` or `GMT+9`. */
export function zoneName(instant: string | Date, zone: string): string {
  const parts = format(zone, { hour: "numeric", timeZoneName: "short" }).formatToParts(new Date(instant));
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? zone;
}

/** Return an instant in a zone with the short name of the zone, such as `Wed 24 March, 09:30 CET`. */
export function momentOf(instant: string, zone: string, now: Date = new Date()): string {
  return `${dayOf(instant, zone, now)}, ${timeOf(instant, zone)} ${zoneName(instant, zone)}`;
}

/** Return an instant like `momentOf`, but without the day if it is today, such as `09:30 CET`. */
export function shortMomentOf(instant: string, zone: string, now: Date = new Date()): string {
  if (dateOf(instant, zone) !== dateOf(now.toISOString(), zone)) return momentOf(instant, zone);
  return `${timeOf(instant, zone)} ${zoneName(instant, zone)}`;
}

/** Return the distance of a zone from UTC at an instant, such as `UTC+1` or `UTC+5:30`. */
export function offsetName(instant: string, zone: string): string {
  const minutes = inZone(instant, zone).offset / 60_000;
  if (minutes === 0) return "UTC";
  const rest = Math.abs(minutes) % 60;
  const hours = Math.floor(Math.abs(minutes) / 60);
  return `UTC${minutes < 0 ? "−" : "+"}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
}

/**
 * Return the short name and the distance of a zone from UTC, such as `CET, UTC+1`, without a name that repeats the zone. A
 * zone without a short name has only its distance: `GMT-5` would say the same.
 */
export function zoneNames(instant: string, zone: string): string {
  const name = zoneName(instant, zone);
  const names = new Set([...(/^GMT[+-]/.test(name) ? [] : [name]), offsetName(instant, zone)]);
  return [...names].filter((name) => name !== zone).join(", ");
}

/** Return the minutes since midnight of an instant in a zone, for the clock face of its post. */
export function minutesOf(instant: string, zone: string): number {
  const local = localOf(instant, zone);
  return local.getUTCHours() * 60 + local.getUTCMinutes();
}

/** Return the day of an instant in a zone, such as `2027-03-24`. */
export function dateOf(instant: string, zone: string): string {
  return localOf(instant, zone).toISOString().slice(0, 10);
}

/** Return the date and time of an instant in a zone, in the UTC fields of a `Date`. */
function localOf(instant: string, zone: string): Date {
  const time = Date.parse(instant);
  return new Date(time + offsetAt(time, zone));
}

const DAY = 86_400_000;
const offsets = new Map<string, number | null>();

/** Return the distance from UTC in milliseconds. It is calculated once for each day on which the clocks do not change. */
function offsetAt(time: number, zone: string): number {
  const begin = Math.floor(time / DAY) * DAY;
  const key = `${zone} ${begin}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    const first = exactOffset(begin, zone);
    offset = first === exactOffset(begin + DAY, zone) ? first : null;
    offsets.set(key, offset);
  }
  return offset ?? exactOffset(time, zone);
}

function exactOffset(time: number, zone: string): number {
  return inZone(new Date(time).toISOString(), zone).offset;
}

/** Return a lateness in words, such as `0.0 s`, `14 s` or `1 h 37 min`. It is cut, not rounded up. */
export function durationOf(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(Math.floor(milliseconds / 100) / 10).toFixed(1)} s`;
  if (milliseconds < 60_000) return `${Math.floor(milliseconds / 1000)} s`;
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest ? `${Math.floor(minutes / 60)} h ${rest} min` : `${minutes / 60} h`;
}
