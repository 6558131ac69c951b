/** Return the instants that have a label: one of `every` so many, counted from the last one, which always has its label. */
export function labelled(at: readonly number[], every: number): number[] {
  return at.filter((_, index) => (at.length - 1 - index) % every === 0);
}
