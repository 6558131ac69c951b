import styles from "./Dial.module.css";

const RIM = "M14.25 8A6.25 6.25 0 1 1 1.75 8A6.25 6.25 0 1 1 14.25 8z";
const SIGN = "M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4z";
const CROSS = "M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2";
const CLOCK = `${RIM}M8 4.4V8l2.2 1.6`;

/**
 * The clock faces. Each state has its own face, so that nobody has to tell states apart by colour. A face has as few
 * elements as possible, because a month shows about a hundred faces.
 */
const FACES = {
  draft: (
    <>
      <path d={RIM} strokeDasharray="2.4 2.5" />
      <path d="M6 10l4-4" />
    </>
  ),
  scheduled: <path d={CLOCK} />,
  unchecked: <path d={CLOCK} />,
  queued: (
    <>
      <path d={RIM} />
      <path d="M8 4.2V8h3.8A3.8 3.8 0 0 0 8 4.2z" fill="currentColor" />
    </>
  ),
  publishing: <path d={`${RIM}M8 11V5.2M5.6 7.4L8 5l2.4 2.4`} />,
  processing: (
    <>
      <path d="M14.25 8A6.25 6.25 0 1 1 8 1.75" />
      <circle cx="8" cy="8" r="1" fill="currentColor" />
    </>
  ),
  held: <path d={`${RIM}M6.4 5.8v4.4M9.6 5.8v4.4`} />,
  published: <path d={`${RIM}M5.3 8.3l1.9 1.9 3.6-4`} />,
  inPart: <path d="M14.25 8A6.25 6.25 0 1 1 8 1.75M5.3 8.3l1.9 1.9 3.6-4" />,
  failed: (
    <>
      <path d={SIGN} fill="currentColor" />
      <path d={CROSS} className={styles.knock} />
    </>
  ),
  partial: (
    <>
      <path d={SIGN} />
      <path d="M8 1.75H5.4L1.75 5.4v5.2l3.65 3.65H8z" fill="currentColor" />
    </>
  ),
  unknown: (
    <>
      <path d={RIM} strokeDasharray="3.2 1.71" />
      <path d="M6.3 6.4a1.75 1.75 0 1 1 2.5 1.6c-.5.25-.8.6-.8 1.1M8 11.3v.05" />
    </>
  ),
  lost: <path d={`${RIM}M8 4.6v4.2M8 11.2v.05`} />,
  approval: (
    <path
      d={`${RIM}M9.5 6.3A1.5 1.5 0 1 1 6.5 6.3A1.5 1.5 0 1 1 9.5 6.3zM5.2 11.2c.5-1.5 1.5-2.2 2.8-2.2s2.3.7 2.8 2.2`}
    />
  ),
  rejected: <path d={RIM + CROSS} />,
  caution: <path d="M8 2.25L14.25 13.5H1.75zM8 6.4v3M8 11.4v.05" />,
  waiting: (
    <>
      <path d={RIM} />
      <path d="M5.2 8h.01M8 8h.01M10.8 8h.01" strokeWidth="1.9" />
    </>
  ),
  archived: <path d="M2 3h12v3H2zM3 6v7h10V6M6.5 9h3" />,
} as const;

export type Face = keyof typeof FACES;

/**
 * Draws the clock face of a state. The face of a scheduled post shows the post's real time, if `minutes` has the minutes
 * since midnight, and so does the face of a post that is not checked. The face is hidden from screen readers: the name of
 * the state must follow it.
 */
export function Dial({ face, minutes }: { face: Face; minutes?: number | undefined }) {
  const isClock = (face === "scheduled" || face === "unchecked") && minutes !== undefined;
  return (
    <svg
      className={`${styles.dial} is-${face} ${face === "processing" ? styles.moving : ""}`}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      {isClock ? <path d={RIM + hand((minutes % 60) / 60, 4.1) + hand((minutes % 720) / 720, 2.4)} /> : FACES[face]}
    </svg>
  );
}

/** Return the path of a clock hand that has made this fraction of a turn. */
function hand(fraction: number, length: number): string {
  const angle = fraction * 2 * Math.PI;
  return `M8 8l${(Math.sin(angle) * length).toFixed(2)} ${(-Math.cos(angle) * length).toFixed(2)}`;
}
