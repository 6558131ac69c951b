import { useSyncExternalStore } from "react";

let place: HTMLElement | null = null;
const listeners = new Set<() => void>();

/** Keep the element of the banner, as its `ref`. */
export function setBanner(element: HTMLElement | null): void {
  place = element;
  for (const listener of listeners) listener();
}

/** Return the element of the banner, or `null` if the view has none. */
export function useBanner(): HTMLElement | null {
  return useSyncExternalStore(subscribe, () => place);
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange);
  return () => listeners.delete(onChange);
}
