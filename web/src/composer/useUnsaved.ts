import { useEffect, useState } from "react";
import { type Draft, emptyDraft } from "./draft";

interface Kept {
  draft: Draft;
  /** The version of the post that the person began to edit. */
  version: number | null;
  /** The query of the composer's address, with which the work began. */
  query: string;
  at: string;
}

/** Keep unsaved work on this device, so that it survives a reload and a crash. Return when it was last kept. */
export function useUnsaved(key: string, draft: Draft, version: number | null, isChanged: boolean): Date | null {
  const [keptAt, setKeptAt] = useState<Date | null>(null);
  useEffect(() => {
    if (!isChanged) return;
    const timer = setTimeout(() => {
      const at = new Date();
      const kept: Kept = { draft, version, query: window.location.search, at: at.toISOString() };
      localStorage.setItem(storageKey(key), JSON.stringify(kept));
      setKeptAt(at);
    }, 300);
    return () => clearTimeout(timer);
  }, [key, draft, version, isChanged]);
  return keptAt;
}

/** Return the unsaved work on this device, or `null`. A copy, or a post at a given time, only continues itself. */
export function unsavedWork(key: string): Kept | null {
  const stored = localStorage.getItem(storageKey(key));
  const kept: Kept | null = stored ? JSON.parse(stored) : null;
  const query = window.location.search;
  if (!kept || (query !== "" && kept.query !== query)) return null;
  // An earlier version of this page may have kept a draft with fewer fields.
  return { ...kept, draft: { ...emptyDraft(kept.draft.timezone), ...kept.draft } };
}

/** Forget the unsaved work, because it was saved or discarded. */
export function forgetUnsaved(key: string): void {
  localStorage.removeItem(storageKey(key));
}

function storageKey(key: string): string {
  return `minutehand.unsaved.${key}`;
}
