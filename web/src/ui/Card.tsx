import { SHELL } from "../strings/shell";
import styles from "./Card.module.css";
import { classes } from "./classes";
import { Icon } from "./Icon";
import { useOnline } from "./useOnline";

/** A panel on the background of the page. Never put a card inside a card. */
export function Card({
  children,
  className,
  isPadded,
  label,
  labelledBy,
}: {
  children: React.ReactNode;
  className?: string | undefined;
  isPadded?: boolean;
  label?: string;
  labelledBy?: string;
}) {
  return (
    <section
      className={classes(styles.card, isPadded && styles.padded, className)}
      aria-label={label}
      aria-labelledby={labelledBy}
    >
      {children}
    </section>
  );
}

/** An empty state: a thin clock face, a text, and at most one button. */
export function Empty({ title, children }: { title: string; children?: React.ReactNode }) {
  return (
    <div className={styles.empty}>
      <svg viewBox="0 0 88 88" aria-hidden="true" className={styles.art}>
        <circle cx="44" cy="44" r="34" />
        <path d="M44 14v5M44 69v5M14 44h5M69 44h5" />
        <path d="M44 44V24M44 44l14 8" strokeWidth="2.5" />
      </svg>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/**
 * A placeholder for text that is being loaded: motionless bars, which appear after 300 ms. Offline, nothing is being
 * loaded, and the placeholder says so.
 */
export function Skeleton({ lines, label }: { lines: number; label: string }) {
  if (!useOnline())
    return (
      <p className={classes(styles.skeleton, styles.offline)} role="status">
        <Icon name="off" />
        {SHELL.notLoaded}
      </p>
    );
  return (
    <div className={styles.skeleton} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </div>
  );
}
