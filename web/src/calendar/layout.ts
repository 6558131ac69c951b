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
  /** The position of the chip in hours since the begin of the view. A chip that would touch another one is below it. */
  at: number;
  /** The number of the lane, counted from 0. Chips of different lanes stand side by side. */
  lane: number;
}

export interface Column {
  night: Entry[];
  placed: Placed[];
  /** The numbers of posts that do not fit. Each number is shown below the chips that it follows. */
  hidden: { at: number; count: number }[];
}

/** A single day. `starts` has the position at which each hour begins and, last, the end of the day, in hours. */
export interface Hours extends Column {
  starts: number[];
}

/** Return the hour with which a day begins: `MORNING`, or earlier if one of its posts, or `hour`, is earlier. */
export function morningOf(entries: readonly Entry[], zone: string, hour: number | null): number {
  const hours = entries.map(({ scheduledAt }) => Math.floor(minutesOf(scheduledAt, zone) / 60));
  return Math.min(MORNING, ...hours, ...(hour === null ? [] : [hour]));
}

/**
 * Place the posts of a day of a week, given in the order of their times. Chips that would touch move down, at most three.
 */
export function placeDay(entries: readonly Entry[], zone: string, morning = MORNING): Column {
  const column: Column = { night: [], placed: [], hidden: [] };
  const end = (24 - morning) * 60;
  const last = end - HEIGHT;
  let bottom = Number.NEGATIVE_INFINITY;
  let together = 0;
  for (const entry of entries) {
    const wanted = minutesOf(entry.scheduledAt, zone) - morning * 60;
    if (wanted < 0) {
      column.night.push(entry);
      continue;
    }
    const isFree = bottom <= wanted;
    together = isFree ? 1 : together + 1;
    if (together > MAX_TOGETHER) {
      const lower = column.hidden.at(-1);
      if (lower && lower.at * 60 + MORE_HEIGHT > wanted) lower.count += 1;
      else {
        const at = Math.min(bottom, end - MORE_HEIGHT);
        column.hidden.push({ at: at / 60, count: 1 });
        bottom = at + MORE_HEIGHT;
      }
      continue;
    }
    // A chip late in the evening ends with the day, if there is room.
    const at = wanted > last && bottom <= last ? last : Math.max(wanted, bottom);
    column.placed.push({ entry, at: at / 60, lane: 0 });
    bottom = at + HEIGHT;
  }
  return column;
}

/**
 * Place all posts of a single day, given in the order of their times, side by side in lanes. An hour with more posts than
 * lanes becomes as high as its posts need.
 */
export function placeHours(entries: readonly Entry[], zone: string, morning: number, lanes: number): Hours {
  const placed: Placed[] = [];
  const starts = [0];
  const bottoms = Array.from({ length: lanes }, () => 0);
  /** The end of the lowest chip that had to move down in the current hour. */
  let lowest = 0;
  let shift = 0;
  const endHour = () => {
    const end = starts.length * 60 + shift;
    shift += Math.max(0, lowest - end);
    starts.push((starts.length * 60 + shift) / 60);
  };
  for (const entry of entries) {
    const minutes = minutesOf(entry.scheduledAt, zone) - morning * 60;
    while (starts.length * 60 <= minutes) endHour();
    const wanted = minutes + shift;
    const free = bottoms.findIndex((bottom) => bottom <= wanted);
    const lane = free >= 0 ? free : bottoms.indexOf(Math.min(...bottoms));
    const at = Math.max(wanted, bottoms[lane] as number);
    placed.push({ entry, at: at / 60, lane });
    bottoms[lane] = at + HEIGHT;
    if (free < 0) lowest = at + HEIGHT;
  }
  while (starts.length < 24 - morning) endHour();
  // The last hour has room for its last chip.
  lowest = Math.max(...bottoms);
  endHour();
  return { night: [], placed, hidden: [], starts };
}

/** Return the position of an hour, such as 9.5 for 09:30, in a day whose hours begin at `starts`. */
export function positionOf(hour: number, starts: readonly number[]): number {
  const index = Math.floor(hour);
  const [start, end] = [starts[index] as number, starts[index + 1] as number];
  return start + (hour - index) * (end - start);
}

/** Return the hour at a position of a day whose hours begin at `starts`: the reverse of `positionOf`. */
export function hourAt(position: number, starts: readonly number[]): number {
  const index = Math.max(
    0,
    starts.findLastIndex((start) => start <= position),
  );
  const [start, end] = [starts[index] as number, starts[index + 1] ?? Number.POSITIVE_INFINITY];
  return index + (position - start) / (end - start);
}

/** Return the positions of `hours` hours of the same height, and the end of the last one. */
export function evenStarts(hours: number): number[] {
  return Array.from({ length: hours + 1 }, (_, hour) => hour);
}
