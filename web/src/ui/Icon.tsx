import styles from "./Icon.module.css";

/** The drawings of the icons on a grid of 16 px, with strokes of 1.5 px. */
const DRAWINGS = {
  calendar: (
    <>
      <path d="M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3" />
    </>
  ),
  posts: (
    <>
      <path d="M2.5 4h11M2.5 8h11M2.5 12h7" />
    </>
  ),
  media: (
    <>
      <path d="M2.5 3h11v10h-11zM2.5 11l3.2-3.4 2.6 2.7 1.9-1.8 3.3 3.2" />
      <circle cx="10.6" cy="5.9" r=".9" />
    </>
  ),
  link: (
    <>
      <path d="M6.6 9.4l2.8-2.8M7.2 4.9l1.4-1.4a2.8 2.8 0 0 1 4 4l-1.4 1.4M8.8 11.1l-1.4 1.4a2.8 2.8 0 0 1-4-4l1.4-1.4" />
    </>
  ),
  approve: (
    <>
      <path d="M2.5 13.5h11M4 11h8l-.6-2H4.6zM6.7 9l-.5-3.2a1.85 1.85 0 1 1 3.6 0L9.3 9" />
    </>
  ),
  queue: (
    <>
      <path d="M2.5 13V9M6.2 13V5M9.8 13V7.5M13.5 13V3" />
    </>
  ),
  chart: (
    <>
      <path d="M2.5 13.5h11M3 10.5l3-4 2.6 2.2 4.4-5.7" />
    </>
  ),
  gear: (
    <>
      <path d="M2.5 5h6M12 5h1.5M2.5 11H4M7.5 11h6" />
      <circle cx="10.2" cy="5" r="1.7" />
      <circle cx="5.8" cy="11" r="1.7" />
    </>
  ),
  plus: (
    <>
      <path d="M8 3v10M3 8h10" />
    </>
  ),
  check: (
    <>
      <path d="M3 8.5l3.2 3.2L13 4.8" />
    </>
  ),
  x: (
    <>
      <path d="M4 4l8 8M12 4l-8 8" />
    </>
  ),
  dash: (
    <>
      <path d="M4 8h8" />
    </>
  ),
  prev: (
    <>
      <path d="M10 3.5L5.5 8l4.5 4.5" />
    </>
  ),
  next: (
    <>
      <path d="M6 3.5L10.5 8 6 12.5" />
    </>
  ),
  down: (
    <>
      <path d="M4 6.5L8 10.5l4-4" />
    </>
  ),
  globe: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M1.75 8h12.5M8 1.75c2 1.8 2.8 3.9 2.8 6.25S10 12.5 8 14.25C6 12.5 5.2 10.4 5.2 8S6 3.5 8 1.75" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="M10.4 10.4L14 14" />
    </>
  ),
  filter: (
    <>
      <path d="M2.5 4h11M4.5 8h7M6.5 12h3" />
    </>
  ),
  repeat: (
    <>
      <path d="M3 8V7a3 3 0 0 1 3-3h7M11 2l2 2-2 2M13 8v1a3 3 0 0 1-3 3H3M5 14l-2-2 2-2" />
    </>
  ),
  grab: (
    <>
      <path d="M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01" strokeWidth="1.9" />
    </>
  ),
  more: (
    <>
      <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2.2" />
    </>
  ),
  open: (
    <>
      <path d="M6.5 3H3v10h10V9.5M9.5 2.5h4v4M13.5 2.5L7.5 8.5" />
    </>
  ),
  copy: (
    <>
      <path d="M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3" />
    </>
  ),
  pen: (
    <>
      <path d="M3 13l.6-2.9L10.8 3l2.2 2.2-7.1 7.2zM9.4 4.4l2.2 2.2" />
    </>
  ),
  retry: (
    <>
      <path d="M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3" />
    </>
  ),
  play: (
    <>
      <path d="M5 3.2v9.6L12.5 8z" />
    </>
  ),
  pause: (
    <>
      <path d="M5.5 3.5v9M10.5 3.5v9" />
    </>
  ),
  star: (
    <>
      <path d="M8 2.2l1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4L2.2 6.5l4-.6z" />
    </>
  ),
  moon: (
    <>
      <path d="M13.2 9.7A5.6 5.6 0 0 1 6.3 2.8a5.6 5.6 0 1 0 6.9 6.9z" />
    </>
  ),
  emoji: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M5.4 9.4c.6 1 1.5 1.5 2.6 1.5s2-.5 2.6-1.5M6 6.2h.01M10 6.2h.01" />
    </>
  ),
  "clock-skip": (
    <>
      <path d="M13.6 5.3A6.25 6.25 0 1 1 8 1.75" />
      <path d="M8 4.6V8l2.2 1.4M10.2 1.2l1.8 1.6-1.8 1.6" />
    </>
  ),
  archive: (
    <>
      <path d="M2 3h12v3H2zM3 6v7h10V6M6.5 9h3" />
    </>
  ),
  bin: (
    <>
      <path d="M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9M6.7 7.2v3.6M9.3 7.2v3.6" />
    </>
  ),
  exit: (
    <>
      <path d="M9 3H3v10h6M6.5 8H14M11.5 5.5L14 8l-2.5 2.5" />
    </>
  ),
  off: (
    <>
      <path d="M2 2l12 12M3.2 6.4A7.5 7.5 0 0 1 6 4.9M8.8 4.6a7.6 7.6 0 0 1 4 1.8M5.5 9a4 4 0 0 1 2-1M8 12h.01" />
    </>
  ),
  image: (
    <>
      <path d="M2.5 3.5h11v9h-11zM2.5 10.5l3-3 2.5 2.5 1.7-1.6 3.8 3.4" />
    </>
  ),
  move: (
    <>
      <path d="M8 2v12M2 8h12M6.4 3.6L8 2l1.6 1.6M6.4 12.4L8 14l1.6-1.6M3.6 6.4L2 8l1.6 1.6M12.4 6.4L14 8l-1.6 1.6" />
    </>
  ),
} as const;

export type IconName = keyof typeof DRAWINGS;

/** Draws an icon that goes with a word. It is hidden from screen readers, because the word has the same meaning. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className={styles.icon} viewBox="0 0 16 16" aria-hidden="true">
      {DRAWINGS[name]}
    </svg>
  );
}
