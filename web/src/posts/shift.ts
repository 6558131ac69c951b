import { parseDateTime } from "@internationalized/date";
import type { Post } from "../api/types";
import { readWallClock } from "../time/wallClock";

/** By how much posts move, in days and minutes of their local time. Negative numbers are earlier. */
export interface Shift {
  days: number;
  minutes: number;
}

/** Where several posts would move: the times of the first post, and how many posts would move into the past. */
export interface Shifted {
  from: string;
  /** The new time, or `null` if the clocks skip it. */
  to: string | null;
  count: number;
  past: number;
}

/** Return where posts with a time would move, or `null` if no post has a time. */
export function shiftedOf(posts: readonly Post[], { days, minutes }: Shift, now: Date): Shifted | null {
  const timed = posts
    .flatMap(({ scheduledAt, scheduledAtLocal, timezone }) =>
      scheduledAt && scheduledAtLocal ? [{ from: scheduledAt, local: scheduledAtLocal.slice(0, 16), timezone }] : [],
    )
    .toSorted((one, other) => one.from.localeCompare(other.from));
  const targets = timed.map(({ local, timezone }) => {
    const moved = readWallClock(parseDateTime(local).add({ days, minutes }).toString().slice(0, 16), timezone);
    return "instant" in moved ? moved.instant : null;
  });
  const [first] = timed;
  if (!first) return null;
  const past = targets.filter((target) => target !== null && Date.parse(target) < now.getTime()).length;
  return { from: first.from, to: targets[0] ?? null, count: timed.length, past };
}
