import type { Entry } from "../api/calendar";
import { minutesOf } from "../time/format";

/** The hour with which the days of a week begin. Earlier posts are in a separate line. */
export const MORNING = 7;
const MAX_TOGETHER = 3;
/** The minimum distance between two chips, in minutes. */
const HEIGHT = 57;
/** The height of the number of hidden posts, in minutes. */
const MORE_HEIGHT = 30;

export interface Placed {
  entry: Entry;
  /** The position of the chip in hours since `morning`. A chip that would touch another chip is placed below it. */
  at: number;
  /** The number of the lane, counted from 0. Chips of different lanes stand side by side. */
  lane: number;
}

export interface Column {
  night: Entry[];
  placed: Placed[];
  /** The numbers of posts that do not fit. Each number is shown below the chips of its lane. */
  hidden: { at: number; lane: number; count: number }[];
}

/** Return the hour with which a day begins: `MORNING`, or earlier if one of its posts, or `hour`, is earlier. */
export function morningOf(entries: readonly Entry[], zone: string, hour: number | null): number {
  const hours = entries.map(({ scheduledAt }) => Math.floor(minutesOf(scheduledAt, zone) / 60));
  return Math.min(MORNING, ...hours, ...(hour === null ? [] : [hour]));
}

/**
 * Place the posts of a day, given in the order of their times. In one lane, chips that would touch move down, at most
 * three. In several lanes, such chips stand side by side, and move down only within the hour of their posts.
 */
export function placeDay(entries: readonly Entry[], zone: string, morning = MORNING, lanes = 1): Column {
  const column: Column = { night: [], placed: [], hidden: [] };
  const bottoms = Array.from({ length: lanes }, () => Number.NEGATIVE_INFINITY);
  const end = (24 - morning) * 60;
  const last = end - HEIGHT;
  let together = 0;
  for (const entry of entries) {
    const wanted = minutesOf(entry.scheduledAt, zone) - morning * 60;
    if (wanted < 0) {
      column.night.push(entry);
      continue;
    }
    const free = bottoms.findIndex((bottom) => bottom <= wanted);
    const lane = free >= 0 ? free : bottoms.indexOf(Math.min(...bottoms));
    const bottom = bottoms[lane] as number;
    together = free >= 0 ? 1 : together + 1;
    const isLower = bottom >= wanted - (wanted % 60) + 60 || bottom > last;
    if (free < 0 && (lanes === 1 ? together > MAX_TOGETHER : isLower)) {
      const lower = column.hidden.at(-1);
      if (lower && lower.at * 60 + MORE_HEIGHT > wanted) lower.count += 1;
      else {
        const at = Math.min(bottom, end - MORE_HEIGHT);
        column.hidden.push({ at: at / 60, lane, count: 1 });
        bottoms[lane] = at + MORE_HEIGHT;
      }
      continue;
    }
    // A chip late in the evening ends with the day, if there is room.
    const at = wanted > last && bottom <= last ? last : Math.max(wanted, bottom);
    column.placed.push({ entry, at: at / 60, lane });
    bottoms[lane] = at + HEIGHT;
  }
  return column;
}
