/** The logo of Minutehand: a clock with a coloured minute hand. */
export function Mark() {
  return (
    <svg viewBox="0 0 26 26" fill="none" stroke="currentColor" strokeLinecap="round" aria-hidden="true">
      <circle cx="13" cy="13" r="11.5" strokeWidth="2" />
      <path d="M13 13V4.8" strokeWidth="2.6" stroke="var(--hand)" />
      <path d="M13 13l5 3" strokeWidth="2.6" />
    </svg>
  );
}
