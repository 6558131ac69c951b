import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { numberText } from "../strings/analytics";
import styles from "./Chart.module.css";
import { labelled } from "./labels";

const HEIGHT = 200;
/** The distances between the labels of the horizontal axis, in seconds: whole days. */
const DAYS = [1, 2, 7, 14, 28].map((days) => days * 86_400);

/** The widths of a digit of a label, and of the space around it, in CSS pixels. */
const DIGIT = 7;
const AROUND = 16;

/**
 * A line over time. `at`: the instants in seconds. `ticks`: the labels of the vertical axis, from its beginning to its end.
 * `text`: what the chart shows, in words. A table with the same values must stand next to it. A missing value is a gap.
 */
export default function Chart({
  text,
  zone,
  at,
  ticks,
  values,
}: {
  text: string;
  zone: string;
  at: readonly number[];
  ticks: readonly number[];
  values: readonly (number | null)[];
}) {
  const place = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const token = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
    const axis = { stroke: token("--ink-faint"), grid: { stroke: token("--line"), width: 1 }, ticks: { show: false } };
    const days = new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "numeric", month: "short" });
    const [first = 0, last = 1] = [ticks[0], ticks.at(-1)];
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: () => [first, last] } },
        axes: [
          {
            ...axis,
            space: 64,
            incrs: DAYS,
            splits: (_, __, ___, ____, distance) => labelled(at, Math.round(distance / 86_400)),
            values: (_, splits) => splits.map((each) => days.format(each * 1000)),
          },
          {
            ...axis,
            size: AROUND + DIGIT * numberText(last).length,
            splits: [...ticks],
            values: (_, splits) => splits.map((each) => numberText(each)),
          },
        ],
        series: [{}, { stroke: token("--link"), width: 2, points: { show: true, size: 6, fill: token("--link") } }],
      },
      [[...at], [...values]],
      element,
    );
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [at, ticks, values, zone, theme]);
  return (
    <div role="img" aria-label={text} className={styles.chart}>
      <div ref={place} aria-hidden="true" />
    </div>
  );
}

/** Return a text that changes with the theme. */
function useTheme(): string {
  const read = () => `${document.documentElement.dataset.theme} ${matchMedia("(prefers-color-scheme: dark)").matches}`;
  const [theme, setTheme] = useState(read);
  useEffect(() => {
    const media = matchMedia("(prefers-color-scheme: dark)");
    const change = () => setTheme(read());
    media.addEventListener("change", change);
    return () => media.removeEventListener("change", change);
  });
  return theme;
}
