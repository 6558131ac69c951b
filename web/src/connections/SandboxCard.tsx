import { Link } from "react-aria-components";
import { useDestinations } from "../api/connections";
import { usePosts } from "../api/posts";
import { CONNECTIONS } from "../strings/connections";
import { PLATFORMS } from "../strings/platforms";
import { dateOf } from "../time/format";
import { useZone } from "../time/zone";

import { Card } from "../ui/Card";
import { Tile } from "../ui/Tile";
import styles from "./Connections.module.css";
import { numberOf } from "./leaving";
import { sandboxPostsOf } from "./sandboxPosts";

/** The scheduled posts that nobody will see, because they go to the sandbox of a platform without an account. */
export function SandboxCard() {
  const { zone } = useZone();
  const destinations = useDestinations();
  const { data, hasNextPage } = usePosts({ status: "scheduled", orderBy: "scheduled" });
  const posts = data?.pages[0]?.posts;
  const found = posts && destinations ? sandboxPostsOf(posts, destinations) : [];
  if (found.length === 0) return null;
  return (
    <Card isPadded label={CONNECTIONS.sandbox} className={styles.missing}>
      <p className="soft">{CONNECTIONS.sandboxText}</p>
      <ul className={styles.sandbox}>
        {found.map(({ platform, count, first }) => (
          <li key={platform} className="row">
            <Tile platform={platform} />
            <span>
              {CONNECTIONS.inSandbox(
                PLATFORMS[platform].name,
                numberOf(count, hasNextPage),
                count === 1 && !hasNextPage,
              )}
            </span>
            {first.scheduledAt && (
              <Link
                className="small"
                href={`/?${new URLSearchParams({ view: "agenda", platform, day: dateOf(first.scheduledAt, zone) })}`}
              >
                {CONNECTIONS.showPlanned(PLATFORMS[platform].name)}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
