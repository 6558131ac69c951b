import { LATE } from "../strings/late";
import { asDefault } from "../strings/options";
import type { Choice } from "../ui/Field";

const SECONDS = [900, 3_600, 6 * 3_600, 86_400, 7 * 86_400];
/** The choice of the deployment's window. */
export const USUAL = "";

/** Return the windows that a post may have: the usual one, some others, and the present one of the post. */
export function lateChoices(own: number | null, usual: number | null): Choice<string>[] {
  const others = new Set(SECONDS.filter((seconds) => seconds !== usual));
  if (own !== null) others.add(own);
  return [
    { value: USUAL, label: asDefault(LATE.until(usual)) },
    ...[...others]
      .toSorted((one, other) => one - other)
      .map((value) => ({ value: String(value), label: LATE.until(value) })),
  ];
}
