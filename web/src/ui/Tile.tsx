import type { Platform } from "../api/types";
import { PLATFORMS } from "../strings/platforms";
import { classes } from "./classes";
import styles from "./Tile.module.css";

/** The outcome on a platform that needs a person, a pause that holds the post or may hold it, or a cancellation. */
export type Mark = "failed" | "unknown" | "lost" | "held" | "paused" | "cancelled";

/** The marks that do not ask for a person. */
const CALM: readonly (Mark | undefined)[] = ["paused", "cancelled"];

/**
 * The monogram of a platform, outlined if the outcome there needs a person or is held, dashed if it is paused, or
 * struck through if it is cancelled. It is hidden from screen readers: the name of the platform must follow it.
 */
export function Tile({ platform, isBig, mark }: { platform: Platform; isBig?: boolean; mark?: Mark | undefined }) {
  const { monogram, color } = PLATFORMS[platform];
  return (
    <span
      className={classes(
        styles.tile,
        isBig && styles.big,
        mark && (CALM.includes(mark) ? styles[mark] : styles.marked),
        mark && `is-${mark}`,
      )}
      style={{ "--p": color } as React.CSSProperties}
      aria-hidden="true"
    >
      {monogram}
    </span>
  );
}

/**
 * The monograms of several platforms, at most `max` tiles. The last one shows the number of the others. Those with a mark
 * come first, and of these the paused and the cancelled ones last.
 */
export function Tiles({
  platforms,
  max = platforms.length,
  marks = {},
  className,
}: {
  platforms: readonly Platform[];
  max?: number;
  marks?: Partial<Record<Platform, Mark>> | undefined;
  className?: string | undefined;
}) {
  const rank = (platform: Platform) => (marks[platform] ? (CALM.includes(marks[platform]) ? 1 : 0) : 2);
  const ordered = platforms.toSorted((one, other) => rank(one) - rank(other));
  const shown = ordered.length > max ? ordered.slice(0, max - 1) : ordered;
  return (
    <span className={classes(styles.tiles, className)} aria-hidden="true">
      {shown.map((platform) => (
        <Tile key={platform} platform={platform} mark={marks[platform]} />
      ))}
      {shown.length < platforms.length && (
        <span className={classes(styles.tile, styles.more)}>+{platforms.length - shown.length}</span>
      )}
    </span>
  );
}
