import type { Entry } from "../api/calendar";
import { minutesOf } from "../time/format";
import { type Notable, splitByNeed } from "./priority";

/** The hour with which the days of a week begin. Earlier posts are in a separate line. */
export const MORNING = 7;
/** The maximum number of posts that a day of a week shows in one hour. */
export const MAX_AN_HOUR = 3;
/** The minimum distance between two chips, in minutes. */
const HEIGHT = 57;
/** The height of the number of hidden posts, in minutes. */
const MORE_HEIGHT = 30;
const LAST_HOUR = 23;
/** The minimum distance in hours between the tag of the present time and the name of an hour. */
const TAG = 0.36;

export interface Placed {
  entry: Entry;
  /** The position of the chip in hours since the begin of the view. A chip that would touch another one is below it. */
  at: number;
  /** The number of the lane, counted from 0. Chips of different lanes stand side by side. */
  lane: number;
  /** The number of lanes that share the width here: one for a chip with no other next to it. */
  lanes: number;
}

/** The posts of one day. */
export interface Column {
  night: Entry[];
  placed: Placed[];
  /** The posts that are not shown, each group below the chips of its hour. */
  hidden: { at: number; entries: readonly Entry[] }[];
}

/** The posts of the days of a view. */
export interface Hours {
  columns: Column[];
  /** The position at which each hour begins and, last, the end of the day, in hours of the usual height. */
  starts: number[];
}

/** Return the hour with which a day begins: `MORNING`, or earlier if one of its posts, or `hour`, is earlier. */
export function morningOf(entries: readonly Entry[], zone: string, hour: number | null): number {
  const hours = entries.map(({ scheduledAt }) => Math.floor(minutesOf(scheduledAt, zone) / 60));
  return Math.min(MORNING, ...hours, ...(hour === null ? [] : [hour]));
}

/**
 * Place the posts of days, given in the order of their times. Each chip stands in its hour: an hour becomes as high as
 * its chips need on the day that has most of them.
 *
 * @param lanes the number of chips that may stand side by side on a day
 * @param most the maximum number of posts that a day shows in one hour; the others are counted
 * @param stateOf the notable state of a post, which decides which posts are shown
 */
export function placeHours(
  days: readonly (readonly Entry[])[],
  zone: string,
  morning: number,
  lanes: number,
  most: number,
  stateOf: (entry: Entry) => Notable | null = () => null,
): Hours {
  const columns = days.map((): Column => ({ night: [], placed: [], hidden: [] }));
  const timed = days.map((entries) => entries.map((entry) => ({ entry, minutes: minutesOf(entry.scheduledAt, zone) })));
  const bottoms = days.map(() => Array.from({ length: lanes }, () => 0));
  const starts = [0];
  let shift = 0;
  for (let hour = 0; hour <= LAST_HOUR; hour += 1) {
    /** The end of the lowest chip that had to move down in this hour. */
    let lowest = 0;
    for (const [day, column] of columns.entries()) {
      const entries = timed[day]?.filter(({ minutes }) => Math.floor(minutes / 60) === hour) ?? [];
      if (hour < morning) {
        column.night.push(...entries.map(({ entry }) => entry));
        continue;
      }
      const ends = bottoms[day] as number[];
      const { shown, hidden } = splitByNeed(entries, most, ({ entry }) => stateOf(entry));
      for (const { entry, minutes } of shown) {
        const wanted = minutes - morning * 60 + shift;
        const free = ends.findIndex((end) => end <= wanted);
        const lane = free >= 0 ? free : ends.indexOf(Math.min(...ends));
        const at = Math.max(wanted, ends[lane] as number);
        column.placed.push({ entry, at: at / 60, lane, lanes: 1 });
        ends[lane] = at + HEIGHT;
        if (free < 0) lowest = Math.max(lowest, at + HEIGHT);
      }
      if (hidden.length > 0) {
        const at = Math.max(...ends);
        column.hidden.push({ at: at / 60, entries: hidden.map(({ entry }) => entry) });
        ends.fill(at + MORE_HEIGHT);
        lowest = Math.max(lowest, at + MORE_HEIGHT);
      }
    }
    if (hour < morning) continue;
    // The last hour has room for its last chips.
    if (hour === LAST_HOUR) lowest = Math.max(...bottoms.flat());
    shift += Math.max(0, lowest - (starts.length * 60 + shift));
    starts.push((starts.length * 60 + shift) / 60);
  }
  return { columns: columns.map((column) => ({ ...column, placed: shareWidth(column.placed) })), starts };
}

/** Count the lanes of each group of chips that stand next to each other, so that the other chips keep the whole width. */
function shareWidth(placed: readonly Placed[]): Placed[] {
  const groups: Placed[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const each of placed) {
    const at = Math.round(each.at * 60);
    if (at < end) groups.at(-1)?.push(each);
    else groups.push([each]);
    end = Math.max(end, at + HEIGHT);
  }
  return groups.flatMap((group) => {
    const lanes = 1 + Math.max(...group.map(({ lane }) => lane));
    return group.map((each) => ({ ...each, lanes }));
  });
}

/**
 * Return the position of the name of an hour that begins at `start`, or `null` if the tag of the present time at `nowAt` has
 * the same words. A name that the tag would cover stands next to it.
 */
export function labelAt(start: number, nowAt: number): number | null {
  const distance = start - nowAt;
  if (distance === 0) return null;
  if (Math.abs(distance) >= TAG) return start;
  return nowAt + TAG * Math.sign(distance);
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
