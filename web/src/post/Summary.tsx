import { lostFor, platformsLeft } from "../api/access";
import { useConnections } from "../api/connections";
import type { Post, PublicationState } from "../api/types";
import { useMe } from "../session/Session";
import { POST } from "../strings/post";
import { lookOfPost, PUBLICATION } from "../strings/states";
import { useZone } from "../time/zone";
import { Card } from "../ui/Card";
import { lostSentence, ReconnectLink } from "../ui/LostAccess";
import { State } from "../ui/State";
import styles from "./Summary.module.css";

/** The states of parts by urgency. An account is published when all its parts are. */
const URGENCY: readonly PublicationState[] = [
  "unknown",
  "failed",
  "held",
  "publishing",
  "processing",
  "queued",
  "waiting",
  "published",
  "cancelled",
];

/** Return what will become of a post without publications. */
function planOf({ status, approvalStatus }: Post): "draft" | "scheduled" | "pending" {
  if (approvalStatus === "pending") return approvalStatus;
  return status === "draft" ? "draft" : "scheduled";
}

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

/** Return the state of the post on each account: the first state of its parts in the order of what needs a person. */
function statesOfAccounts({ publications }: Post): PublicationState[] {
  const accounts = new Map<string, PublicationState>();
  for (const { platform, connectionId, state } of publications) {
    const key = `${platform} ${connectionId}`;
    const other = accounts.get(key);
    if (other === undefined || URGENCY.indexOf(state) < URGENCY.indexOf(other)) accounts.set(key, state);
  }
  return [...accounts.values()];
}

/** One sentence about the whole post, and how many accounts are in each state. */
export function Summary({ post }: { post: Post }) {
  const { zone } = useZone();
  const canWrite = useMe().scopes.includes("write");
  const connections = useConnections().data?.connections ?? [];
  const lost = lostFor(post, connections);
  const look = lookOfPost(post, lost);
  const left = platformsLeft(post, connections, lost);
  if (post.publications.length === 0) {
    return (
      <Card isPadded label={POST.inShort}>
        <div className="row">
          <State face={look.face}>{look.label}</State>
          {(left.length > 0 || lost.length === 0) && (
            <span className="soft">{left.length > 0 ? POST.plan(planOf(post), left) : POST.noPlatforms}</span>
          )}
        </div>
        {lost.map((connection) => (
          <div key={connection.id} className="row">
            <span dir="auto">{lostSentence(connection, post.scheduledAt, zone)}</span>
            {canWrite && <ReconnectLink connection={connection} />}
          </div>
        ))}
      </Card>
    );
  }
  const accounts = statesOfAccounts(post);
  const counts = ORDER.map((state) => ({ state, count: accounts.filter((each) => each === state).length })).filter(
    ({ count }) => count > 0,
  );
  const needed = accounts.filter((state) => state === "failed" || state === "unknown").length;
  const published = accounts.filter((state) => state === "published").length;
  return (
    <Card isPadded label={POST.inShort}>
      <h2>{POST.summary(published, accounts.length, needed)}</h2>
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
