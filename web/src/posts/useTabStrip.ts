import { type RefObject, useLayoutEffect, useRef } from "react";

/**
 * Return the `ref` of a row of tabs that may be wider than the page. The chosen tab is scrolled into view again when the
 * `content` of the tabs changes, and the attributes `data-before` and `data-after` say where more tabs follow.
 */
export function useTabStrip(content: string): RefObject<HTMLElement | null> {
  const strip = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const element = strip.current;
    if (!element) return undefined;
    const mark = () => {
      element.toggleAttribute("data-before", element.scrollLeft > 1);
      element.toggleAttribute("data-after", element.scrollLeft + element.clientWidth < element.scrollWidth - 1);
    };
    center(element);
    mark();
    const observer = new ResizeObserver(mark);
    observer.observe(element);
    element.addEventListener("scroll", mark);
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", mark);
    };
  }, [content]);
  return strip;
}

/** Scroll the row sideways to its chosen tab. The page itself stays where the person has scrolled it. */
function center(strip: HTMLElement): void {
  const tab = strip.querySelector<HTMLElement>("[aria-current]");
  if (tab) strip.scrollLeft = tab.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
}
