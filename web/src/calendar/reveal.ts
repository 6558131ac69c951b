import type { Entry } from "../api/calendar";
import { dateOf } from "../time/format";

/** The room between a week and the edge of the window, in CSS pixels. */
const MARGIN = 12;

/**
 * Scroll the month as far as needed to show the week of a day and the week after it. If both do not fit, the week of the day
 * is at the top, below the header that stays in view.
 */
export function revealWeek(cell: HTMLElement): void {
  const { top, bottom } = cell.getBoundingClientRect();
  const after = cell.parentElement?.nextElementSibling?.firstElementChild?.getBoundingClientRect();
  const covered = heightOfHeader();
  const weeks = { top: top - covered, bottom: (after?.bottom ?? bottom) - covered };
  const by = distanceTo(weeks, window.innerHeight - covered);
  if (by !== 0) window.scrollBy(0, by);
}

/** Return the height of what stays in view above the month, in CSS pixels. */
function heightOfHeader(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
}

/** Return by how much to scroll until a part of the page is in a window of a height, or at least its top. */
export function distanceTo({ top, bottom }: { top: number; bottom: number }, height: number): number {
  if (top < 0) return top - MARGIN;
  return Math.max(0, Math.min(top - MARGIN, bottom + MARGIN - height));
}

/** Scroll a post into view and give it the focus, or its day if the view hides the post. */
export function revealPost({ id, scheduledAt }: Entry, zone: string): void {
  const post = placeOf(id);
  const place = post ?? document.querySelector<HTMLElement>(dayAt(scheduledAt, zone));
  place?.scrollIntoView({ block: post ? "center" : "nearest" });
  place?.focus({ preventScroll: true });
}

/** Return the link of a post if the view shows it. */
export function placeOf(postId: string): HTMLElement | null {
  const found = document.querySelector<HTMLElement>(`[data-post="${postId}"]`);
  return found && found.getClientRects().length > 0 ? found : null;
}

/** Return the selector of the day of an instant. */
export function dayAt(instant: string, zone: string): string {
  return `[data-day="${dateOf(instant, zone)}"]`;
}
