/**
 * Return where the header of the view ends if it stays in view, in CSS pixels from the top of the window: 0 in a window that
 * is too small for that.
 */
export function headerBottom(): number {
  const header = document.querySelector("#main > header");
  if (!header || getComputedStyle(header).position !== "sticky") return 0;
  return header.getBoundingClientRect().bottom;
}
