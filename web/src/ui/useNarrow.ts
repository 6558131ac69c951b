import { useSyncExternalStore } from "react";

/** The width below which the style sheets lay pages out for a phone. */
const NARROW = window.matchMedia("(max-width: 43.75em)");

/** Return whether the page is as narrow as on a phone, for parts that only one of the two layouts has. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => NARROW.matches);
}

function subscribe(onChange: () => void): () => void {
  NARROW.addEventListener("change", onChange);
  return () => NARROW.removeEventListener("change", onChange);
}
