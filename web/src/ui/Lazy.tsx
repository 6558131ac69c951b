import { type ReactNode, useEffect, useRef, useState } from "react";

const MARGIN = "800px";

/**
 * Draws its content only near the visible part of the page, so that a long list stays fast. Elsewhere, an empty
 * space of the same height, at first of the estimated height, replaces the content. Content with the focus stays.
 */
export function Lazy({ height, children }: { height: string; children: () => ReactNode }) {
  const [isNear, setNear] = useState(false);
  const [known, setKnown] = useState(height);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting && element.contains(document.activeElement)) return;
        if (!entry?.isIntersecting && element.childElementCount > 0) setKnown(`${element.offsetHeight}px`);
        setNear(entry?.isIntersecting ?? true);
      },
      { rootMargin: MARGIN },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={place} style={isNear ? {} : { minHeight: known }}>
      {isNear && children()}
    </div>
  );
}
