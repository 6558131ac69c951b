import type { Entry } from "../api/calendar";
import { minutesOf } from "../time/format";

/** The hour with which the week begins. Earlier posts are in a separate line. */
export const MORNING = 7;
const MAX_TOGETHER = 3;
/** The minimum distance between two chips, in hours. */
const HEIGHT = 0.95;

export interface Placed {
  entry: Entry;
  /** The position of the chip in hours since `MORNING`. A chip that would touch another chip is placed below it. */
  at: number;
}

export interface Column {
  night: Entry[];
  placed: Placed[];
  /** The number of posts that do not fit, keyed by the position of the chip below which the number is shown. */
  hidden: { at: number; count: number }[];
}

/** Place the posts of a day, given in the order of their times: chips that would touch move down, at most three. */
export function placeDay(entries: readonly Entry[], zone: string): Column {
  const column: Column = { night: [], placed: [], hidden: [] };
  let bottom = Number.NEGATIVE_INFINITY;
  let together = 0;
  for (const entry of entries) {
    const wanted = minutesOf(entry.scheduledAt, zone) / 60 - MORNING;
    if (wanted < 0) {
      column.night.push(entry);
      continue;
    }
    together = wanted >= bottom ? 1 : together + 1;
    if (together > MAX_TOGETHER) {
      const last = column.hidden.at(-1);
      if (last && last.at === bottom) last.count += 1;
      else column.hidden.push({ at: bottom, count: 1 });
      continue;
    }
    const at = Math.max(wanted, bottom);
    column.placed.push({ entry, at });
    bottom = at + HEIGHT;
  }
  return column;
}
