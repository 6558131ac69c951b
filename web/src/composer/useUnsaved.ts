import { useCallback, useEffect, useRef, useState } from "react";
import type { Post } from "../api/types";
import type { Draft } from "./draft";
import { forgetUnsaved, isWorthKeeping, keepUnsaved, unsavedWork } from "./unsaved";

const TYPING_PAUSE = 300;

/**
 * Keep unsaved work on this device, so that it survives a reload, a crash and the closing of the page. A new post without
 * any text or media is not kept. `keptAt`: when it was last kept. `keepNow`: keep the newest changes now, and return whether
 * unsaved work is kept. `forget`: forget it, because it was saved or discarded.
 */
export function useUnsaved(
  key: string,
  draft: Draft,
  { version, base }: { version: number | null; base: Post | null },
  isChanged: boolean,
  isNew: boolean,
) {
  const [keptAt, setKeptAt] = useState<Date | null>(null);
  /** Keeps the newest changes, until they are kept or forgotten. */
  const pending = useRef<(() => void) | null>(null);
  useEffect(() => {
    pending.current = null;
    if (!isChanged) return;
    const keep = () => {
      pending.current = null;
      const at = new Date();
      if (isNew && !isWorthKeeping(draft)) {
        forgetUnsaved(key);
        setKeptAt(null);
      } else {
        setKeptAt(keepUnsaved(key, { draft, version, base, at: at.toISOString() }) ? at : null);
      }
    };
    pending.current = keep;
    const timer = setTimeout(() => pending.current?.(), TYPING_PAUSE);
    return () => clearTimeout(timer);
  }, [key, draft, version, base, isChanged, isNew]);
  useEffect(() => {
    const keepPending = () => pending.current?.();
    window.addEventListener("pagehide", keepPending);
    return () => {
      window.removeEventListener("pagehide", keepPending);
      keepPending();
    };
  }, []);
  const keepNow = useCallback(() => {
    pending.current?.();
    return unsavedWork(key) !== null;
  }, [key]);
  const forget = useCallback(() => {
    pending.current = null;
    forgetUnsaved(key);
    setKeptAt(null);
  }, [key]);
  return { keptAt, keepNow, forget };
}
