import { useDestinations } from "../api/connections";
import type { Platform, Post } from "../api/types";
import { namesOf } from "../strings/platforms";
import { classes } from "../ui/classes";
import { type Mark, Tiles } from "../ui/Tile";
import { accountNames } from "./accountNames";
import styles from "./Places.module.css";

const NONE: ReadonlyMap<Platform, string[]> = new Map();

/** The platforms of a post in a row, with the accounts on those on which the owner has several, if the post is known. */
export function Places({
  platforms,
  marks,
  post,
}: {
  platforms: readonly Platform[];
  marks: Partial<Record<Platform, Mark>> | undefined;
  post: Post | undefined;
}) {
  const destinations = useDestinations();
  const names = post && destinations ? accountNames(post, destinations) : NONE;
  const plain = platforms.filter((platform) => !names.has(platform));
  return (
    <>
      {plain.length > 0 && <Tiles platforms={plain} marks={marks} />}
      <span className="hidden">{namesOf(plain)}</span>
      {[...names].map(([platform, handles]) => (
        <span key={platform} className={styles.place}>
          <Tiles platforms={[platform]} marks={marks} />
          <span className="hidden">{namesOf([platform])}</span>
          {handles.map((handle) => (
            <bdi key={handle} className={classes(styles.handle, "faint")} title={handle}>
              {handle}
            </bdi>
          ))}
        </span>
      ))}
    </>
  );
}
