import { useEffect, useState } from "react";
import type { Entry } from "../api/calendar";
import { dayAt, placeOf } from "./reveal";

/** A moved post that gets the focus where it lands, and the day that it left. */
export interface Landing {
  id: string;
  scheduledAt: string;
  from: string;
}

/** The milliseconds in which the posts of another month are expected. */
const PATIENCE = 5000;

/**
 * Return a function that gives the focus to a moved post, so that a person who uses the keyboard does not lose the place.
 * If the view hides the post, its new day gets the focus, or the day that it left, or the page.
 */
export function useLanding(entries: readonly Entry[], zone: string): (landing: Landing) => void {
  const [landing, setLanding] = useState<Landing | null>(null);
  useEffect(() => {
    if (!landing) return undefined;
    const timer = setTimeout(() => setLanding(null), PATIENCE);
    return () => clearTimeout(timer);
  }, [landing]);
  useEffect(() => {
    if (!landing) return undefined;
    const entry = entries.find(({ id }) => id === landing.id);
    if (entry && Date.parse(entry.scheduledAt) !== Date.parse(landing.scheduledAt)) return undefined;
    // A dialog gives the focus back first.
    const timer = setTimeout(() => {
      if (!isFree(landing.id)) return setLanding(null);
      const day = (instant: string) => document.querySelector<HTMLElement>(dayAt(instant, zone));
      const post = placeOf(landing.id);
      const place = post ?? day(landing.scheduledAt) ?? day(landing.from) ?? document.getElementById("main");
      place?.focus();
      if (post) setLanding(null);
    }, 50);
    return () => clearTimeout(timer);
  }, [landing, entries, zone]);
  return setLanding;
}

/** Return whether the focus may be moved: it is nowhere, on a post or day of the calendar, or on the page. */
function isFree(id: string): boolean {
  const focused = document.activeElement;
  if (!focused || focused === document.body || focused.id === "main") return true;
  return focused.matches(`[data-day], [data-post="${id}"]`);
}
