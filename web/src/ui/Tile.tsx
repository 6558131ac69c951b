import type { Platform } from "../api/types";
import { PLATFORMS } from "../strings/platforms";
import { classes } from "./classes";
import styles from "./Tile.module.css";

/** The monogram of a platform. It is hidden from screen readers: the name of the platform must follow it. */
export function Tile({ platform, isBig }: { platform: Platform; isBig?: boolean }) {
  const { monogram, color } = PLATFORMS[platform];
  return (
    <span
      className={classes(styles.tile, isBig && styles.big)}
      style={{ "--p": color } as React.CSSProperties}
      aria-hidden="true"
    >
      {monogram}
    </span>
  );
}

/** The monograms of several platforms, at most `max` tiles. The last one shows the number of the others. */
export function Tiles({ platforms, max = platforms.length }: { platforms: readonly Platform[]; max?: number }) {
  const shown = platforms.length > max ? platforms.slice(0, max - 1) : platforms;
  return (
    <span className={styles.tiles} aria-hidden="true">
      {shown.map((platform) => (
        <Tile key={platform} platform={platform} />
      ))}
      {shown.length < platforms.length && (
        <span className={classes(styles.tile, styles.more)}>+{platforms.length - shown.length}</span>
      )}
    </span>
  );
}
