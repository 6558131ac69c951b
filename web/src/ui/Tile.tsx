import type { Platform } from "../api/types";
import { PLATFORMS } from "../strings/platforms";
import { classes } from "./classes";
import styles from "./Tile.module.css";

/** The monogram of a platform. It is hidden from screen readers: the name of the platform must follow it. */
export function Tile({ platform, isBig }: { platform: Platform; isBig?: boolean }) {
  return (
    <span className={classes(styles.tile, styles[platform], isBig && styles.big)} aria-hidden="true">
      {PLATFORMS[platform].monogram}
    </span>
  );
}

/** The monograms of several platforms, at most `max` of them, followed by the number of the others. */
export function Tiles({ platforms, max = 10 }: { platforms: readonly Platform[]; max?: number }) {
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
