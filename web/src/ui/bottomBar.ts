/**
 * Keep the messages above a bar at the bottom of the window, whatever its height. For the `ref` of the bar. A bar that
 * does not stay at the bottom has no effect.
 */
export function aboveBottomBar(bar: HTMLElement | null): (() => void) | undefined {
  if (!bar) return undefined;
  const { style } = document.documentElement;
  const measure = () => {
    if (getComputedStyle(bar).position === "fixed")
      style.setProperty("--bottom-bar", `${window.innerHeight - bar.getBoundingClientRect().top}px`);
    else style.removeProperty("--bottom-bar");
  };
  const observer = new ResizeObserver(measure);
  observer.observe(bar);
  return () => {
    observer.disconnect();
    style.removeProperty("--bottom-bar");
  };
}
