const UNITS = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"],
] as const;

/** Return a number of seconds in the largest unit of which it is a multiple, such as `90 minutes` or `1 day`. */
function lengthOf(seconds: number): string {
  const [size, unit] = UNITS.find(([each]) => seconds % each === 0) ?? [1, "second"];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** The texts about how late a post may be published. */
export const LATE = {
  label: "If it is late",
  /** What happens to a late post. `seconds`: its window, or `null` if it has none. */
  until: (seconds: number | null) =>
    seconds === null ? "Publish it however late it is" : `Publish it up to ${lengthOf(seconds)} after its time`,
} as const;
