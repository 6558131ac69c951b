/** The maximum number of steps on the vertical axis. */
const MAX_STEPS = 5;

/**
 * Return round numbers at equal distances that enclose all values: the labels of the vertical axis, which begins with the
 * first and ends with the last. `isFromZero`: the axis begins at 0, so that heights can be compared.
 */
export function ticksOf(values: readonly (number | null)[], isFromZero: boolean): number[] {
  const known = values.filter((value) => value !== null);
  const least = isFromZero || known.length === 0 ? 0 : Math.min(...known);
  const most = Math.max(least, ...known);
  const step = stepFor(least, most);
  let [first, last] = [Math.floor(least / step), Math.ceil(most / step)];
  if (first === last) {
    // Equal values are a line in the middle.
    first = Math.max(0, first - 1);
    last += 1;
  }
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** Return the smallest of the steps 1, 2, 5, 10, 20, ... with which few steps enclose the values. */
function stepFor(least: number, most: number): number {
  for (let power = 1; ; power *= 10) {
    for (const step of [power, 2 * power, 5 * power]) {
      if (Math.ceil(most / step) - Math.floor(least / step) <= MAX_STEPS) return step;
    }
  }
}
