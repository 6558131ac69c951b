import type { HistoryEvent } from "../api/types";

/** Return the names of the fields that an update changed. */
export function changedFields(event: HistoryEvent): string[] {
  const { changed } = event.data;
  if (Array.isArray(changed)) return changed.map(String);
  return changed && typeof changed === "object" ? Object.keys(changed) : [];
}
