import type { Followers, Group, Grouping, Sums } from "../api/analytics";
import { dateOf } from "../time/format";

/** The order of the columns. */
const NAMES = [
  "impressions",
  "reach",
  "views",
  "reactions",
  "comments",
  "shares",
  "reposts",
  "saves",
  "clicks",
  "follows",
];

/** Return the key of a group: the name of the platform, the campaign, the day or the id of the connection. */
export function keyOf(group: Group): string {
  if ("connectionId" in group) return group.connectionId;
  if ("platform" in group) return group.platform;
  if ("day" in group) return group.day;
  return group.campaign ?? "";
}

/** Return the metrics that any publication has, in the order of the columns. */
export function columnsOf(total: Sums): string[] {
  return NAMES.filter((name) => total.metrics.some((metric) => metric.name === name));
}

/** Return the metric that most publications have, or null if no publication has one. */
export function mostMeasured(total: Sums): string | null {
  const counts = new Map(total.metrics.map(({ name, publications }) => [name, publications]));
  const [first = null] = columnsOf(total).toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  return first;
}

/**
 * Return whether the metrics of publications are read, for some of them or all: `waiting` if none is read yet, `never` if
 * no reading is left. `next`: the time of the next reading, or null.
 */
export function readingOf(
  { publications, measured, deleted }: Sums,
  next: string | null,
): "read" | "waiting" | "never" {
  if (measured > 0) return "read";
  return next !== null && deleted < publications ? "waiting" : "never";
}

/** Return the sum of a metric, or null if no publication that was read has it. */
export function sumOf(sums: Sums, name: string): number | null {
  return sums.metrics.find((metric) => metric.name === name)?.value ?? null;
}

/** Return the values of a metric on every day of a period. A day without this metric has none. */
export function course(groups: readonly Group[], days: readonly string[], name: string): (number | null)[] {
  const byDay = new Map(groups.map((group) => [keyOf(group), group]));
  return days.map((day) => {
    const group = byDay.get(day);
    return group ? sumOf(group, name) : null;
  });
}

/** Return the last count of each day in a zone: two counts of one day would be a vertical line. */
export function lastOfEachDay(counts: Followers["counts"], zone: string): Followers["counts"] {
  return [...new Map(counts.map((count) => [dateOf(count.at, zone), count])).values()];
}

/** Return the followers to show first, which are the same in every grouping: those of the account that has the most. */
export function followersFirst(followers: readonly Followers[]): Followers | undefined {
  const newest = ({ counts }: Followers) => counts.at(-1)?.followers ?? 0;
  return followers.toSorted((one, other) => newest(other) - newest(one))[0];
}

/** Return the grouping that an address names, or the first one. */
export function groupingOf(text: string | null): Grouping {
  return text === "campaign" || text === "day" || text === "connection" ? text : "platform";
}
