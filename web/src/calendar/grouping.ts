import type { Entry } from "../api/calendar";
import { dateOf } from "../time/format";

/** Return the posts of each day in a zone, in the order of their times. Each key is a day such as `2027-03-24`. */
export function byDay(entries: readonly Entry[], zone: string): Map<string, Entry[]> {
  const days = new Map<string, Entry[]>();
  for (const entry of [...entries].sort((one, other) => (one.scheduledAt < other.scheduledAt ? -1 : 1))) {
    const day = dateOf(entry.scheduledAt, zone);
    const posts = days.get(day);
    if (posts) posts.push(entry);
    else days.set(day, [entry]);
  }
  return days;
}

/** Return `days` with the lists of `old` for the days that have the same posts, so that these days are not drawn again. */
export function keepEqualDays(old: Map<string, Entry[]>, days: Map<string, Entry[]>): Map<string, Entry[]> {
  for (const [day, posts] of days) {
    const before = old.get(day);
    if (before && before.length === posts.length && before.every((post, index) => post === posts[index])) {
      days.set(day, before);
    }
  }
  return days;
}
