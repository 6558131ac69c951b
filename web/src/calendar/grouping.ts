import type { Entry } from "../api/calendar";
import { inZone } from "../time/format";

/** Return the posts of each day in a zone, in the order of their times. Each key is a day such as `2027-03-24`. */
export function byDay(entries: readonly Entry[], zone: string): Map<string, Entry[]> {
  const days = new Map<string, Entry[]>();
  for (const entry of [...entries].sort((one, other) => one.scheduledAt.localeCompare(other.scheduledAt))) {
    const at = inZone(entry.scheduledAt, zone);
    const day = `${at.year}-${String(at.month).padStart(2, "0")}-${String(at.day).padStart(2, "0")}`;
    const posts = days.get(day);
    if (posts) posts.push(entry);
    else days.set(day, [entry]);
  }
  return days;
}
