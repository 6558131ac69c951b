import styles from "./Dial.module.css";

/** The clock faces. Each state has its own face, so that nobody has to tell states apart by colour. */
const FACES = {
  draft: (
    <>
      <circle cx="8" cy="8" r="6.25" strokeDasharray="2.4 2.5" />
      <path d="M6 10l4-4" />
    </>
  ),
  scheduled: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M8 4.4V8l2.2 1.6" />
    </>
  ),
  unchecked: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M8 4.4V8l2.2 1.6" />
    </>
  ),
  rim: (
    <>
      <circle cx="8" cy="8" r="6.25" />
    </>
  ),
  queued: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M8 4.2V8h3.8A3.8 3.8 0 0 0 8 4.2z" fill="currentColor" />
    </>
  ),
  publishing: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M8 11V5.2M5.6 7.4L8 5l2.4 2.4" />
    </>
  ),
  processing: (
    <>
      <path d="M14.25 8A6.25 6.25 0 1 1 8 1.75" />
      <circle cx="8" cy="8" r="1" fill="currentColor" />
    </>
  ),
  held: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M6.4 5.8v4.4M9.6 5.8v4.4" />
    </>
  ),
  published: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M5.3 8.3l1.9 1.9 3.6-4" />
    </>
  ),
  failed: (
    <>
      <path d="M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4z" fill="currentColor" />
      <path d="M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2" className={styles.knock} />
    </>
  ),
  partial: (
    <>
      <path d="M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4z" />
      <path d="M8 1.75H5.4L1.75 5.4v5.2l3.65 3.65H8z" fill="currentColor" />
    </>
  ),
  unknown: (
    <>
      <circle cx="8" cy="8" r="6.25" strokeDasharray="3.2 1.71" />
      <path d="M6.3 6.4a1.75 1.75 0 1 1 2.5 1.6c-.5.25-.8.6-.8 1.1M8 11.3v.05" />
    </>
  ),
  lost: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M8 4.6v4.2M8 11.2v.05" />
    </>
  ),
  approval: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <circle cx="8" cy="6.3" r="1.5" />
      <path d="M5.2 11.2c.5-1.5 1.5-2.2 2.8-2.2s2.3.7 2.8 2.2" />
    </>
  ),
  rejected: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2" />
    </>
  ),
  caution: (
    <>
      <path d="M8 2.25L14.25 13.5H1.75z" />
      <path d="M8 6.4v3M8 11.4v.05" />
    </>
  ),
  waiting: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M5.2 8h.01M8 8h.01M10.8 8h.01" strokeWidth="1.9" />
    </>
  ),
  archived: (
    <>
      <path d="M2 3h12v3H2zM3 6v7h10V6M6.5 9h3" />
    </>
  ),
} as const;

export type Face = Exclude<keyof typeof FACES, "rim">;

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
      {isClock ? FACES.rim : FACES[face]}
      {isClock && (
        <>
          <path d="M8 8V3.9" transform={`rotate(${(minutes % 60) * 6} 8 8)`} />
          <path d="M8 8V5.6" transform={`rotate(${(minutes % 720) / 2} 8 8)`} />
        </>
      )}
    </svg>
  );
}
