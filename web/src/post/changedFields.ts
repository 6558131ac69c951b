import type { HistoryEvent } from "../api/types";

/** Return the names of the fields that an update changed. */
export function changedFields(event: HistoryEvent): string[] {
  const { changed } = event.data;
  if (Array.isArray(changed)) return changed.map(String);
  return changed && typeof changed === "object" ? Object.keys(changed) : [];
}

/** Return the values of a field before and after an update. A long value is shortened to a text. */
export function valuesOf({ data: { old, new: now } }: HistoryEvent, field: string): { before: unknown; now: unknown } {
  const of = (values: unknown) => (values && typeof values === "object" ? Reflect.get(values, field) : undefined);
  return { before: of(old), now: of(now) };
}
