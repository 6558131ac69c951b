import type { Platform } from "../api/types";
import { namesOf } from "../strings/platforms";
import { Handle } from "../ui/Handle";
import { type Mark, Tiles } from "../ui/Tile";
import type { AccountNames } from "./accountNames";
import styles from "./Places.module.css";

/** The platforms of a post in a row, with the accounts on those on which the owner has several. */
export function Places({
  platforms,
  marks,
  accounts,
}: {
  platforms: readonly Platform[];
  marks: Partial<Record<Platform, Mark>> | undefined;
  accounts: AccountNames;
}) {
  const plain = platforms.filter((platform) => !accounts.has(platform));
  return (
    <>
      {plain.length > 0 && <Tiles platforms={plain} marks={marks} />}
      <span className="hidden">{namesOf(plain)}</span>
      {[...accounts].map(([platform, handles]) => (
        <span key={platform} className={styles.place}>
          <Tiles platforms={[platform]} marks={marks} />
          <span className="hidden">{namesOf([platform])}</span>
          <span className={styles.handles}>
            {handles.map((handle) => (
              <Handle key={handle} className="faint">
                {handle}
              </Handle>
            ))}
          </span>
        </span>
      ))}
    </>
  );
}
