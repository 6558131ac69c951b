import type { Post, PublicationState } from "../api/types";
import { POST } from "../strings/post";
import { lookOfPost, PUBLICATION } from "../strings/states";
import { Card } from "../ui/Card";
import { State } from "../ui/State";
import styles from "./Summary.module.css";

const ORDER: readonly PublicationState[] = [
  "published",
  "unknown",
  "failed",
  "held",
  "publishing",
  "processing",
  "queued",
  "waiting",
  "cancelled",
];

/** One sentence about the whole post, and how many publications are in each state. */
export function Summary({ post }: { post: Post }) {
  const look = lookOfPost(post);
  if (post.publications.length === 0) {
    return (
      <Card isPadded label={POST.inShort}>
        <div className="row">
          <State face={look.face}>{look.label}</State>
          <span className="soft">{post.platforms.length ? POST.willPublish(post.platforms) : POST.noPlatforms}</span>
        </div>
      </Card>
    );
  }
  const counts = ORDER.map((state) => ({
    state,
    count: post.publications.filter((publication) => publication.state === state).length,
  })).filter(({ count }) => count > 0);
  const needed = post.publications.filter(({ state }) => state === "failed" || state === "unknown").length;
  const published = post.publications.filter(({ state }) => state === "published").length;
  return (
    <Card isPadded label={POST.inShort}>
      <h2>{POST.summary(published, post.publications.length, needed)}</h2>
      <div className={styles.tally} aria-hidden="true">
        {counts.map(({ state, count }) => (
          <span key={state} className={`is-${PUBLICATION[state].face}`} style={{ flexGrow: count }} />
        ))}
      </div>
      <div className="row small">
        {counts.map(({ state, count }) => (
          <State key={state} face={PUBLICATION[state].face}>
            {count} {PUBLICATION[state].label.toLowerCase()}
          </State>
        ))}
      </div>
    </Card>
  );
}
