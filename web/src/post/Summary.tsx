import { lostFor, lostForDraft, platformsLeft, sandboxedPlatforms } from "../api/access";
import { useDestinations } from "../api/connections";
import { type Destination, isMissing } from "../api/destinations";
import type { Connection, HistoryEvent, Post, PublicationState } from "../api/types";
import { useMe } from "../session/Session";
import { POST } from "../strings/post";
import { lookOfPost, PUBLICATION } from "../strings/states";
import { useNow } from "../time/now";
import { useZone } from "../time/zone";
import { Button, ButtonLink } from "../ui/Button";
import { Card } from "../ui/Card";
import { classes } from "../ui/classes";
import { Icon } from "../ui/Icon";
import { lostSentence, ReconnectLink } from "../ui/LostAccess";
import { State } from "../ui/State";
import { type Account, accountsOf, countPublished, isCancelledInPart, platformsWith } from "./accounts";
import { CancelledInPart } from "./CancelledInPart";
import { canChangePost } from "./changes";
import { deadlineOf } from "./deadline";
import { showDecision } from "./decision";
import { LateApproval } from "./LateApproval";
import { Paused } from "./Paused";
import { comingPlatforms } from "./pauses";
import { canRetry } from "./retry";
import { Started } from "./Started";
import styles from "./Summary.module.css";

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

/** The states of publications that have not ended. Their part of the bar is empty. */
const OPEN: readonly PublicationState[] = ["held", "publishing", "processing", "queued", "waiting"];

/** Return the main sentence about a post with publications. What is in the sandbox, nobody else sees. */
function sentenceOf({ publications }: Pick<Post, "publications">): string {
  const accounts = accountsOf(publications);
  const published = countPublished(accounts);
  const inSandbox = publications.filter(({ state, sandbox }) => sandbox && state === "published");
  const isOnly = publications.every(({ sandbox }) => sandbox);
  const failed = platformsWith(accounts, "failed");
  const unknown = platformsWith(accounts, "unknown");
  const cancelled = platformsWith(accounts, "cancelled");
  const held = platformsWith(accounts, "held");
  if (published + failed.length + unknown.length > 0) {
    return [
      ...(published ? [POST.publishedOn(published, accounts.length)] : []),
      ...(inSandbox.length ? [POST.inSandbox(isOnly ? [] : inSandbox.map(({ platform }) => platform))] : []),
      ...(failed.length ? [POST.failedOn(failed)] : []),
      ...(unknown.length ? [POST.unknownOn(unknown)] : []),
      ...(held.length ? [POST.heldOn(held)] : []),
      ...(cancelled.length ? [POST.cancelledOn(cancelled)] : []),
    ].join(" ");
  }
  const states = accounts.map(({ state }) => state);
  if (states.includes("publishing") || states.includes("processing")) return POST.busy;
  if (states.includes("held")) return POST.held;
  return states.includes("queued") || states.includes("waiting") ? POST.waiting : POST.cancelled;
}

/** Return what the next step about a partly published post publishes, so that nobody fears a second post. */
function reachOf(post: Post, accounts: readonly Account[]): string | null {
  const missing = accounts.filter(({ state }) => state === "failed" || state === "cancelled");
  if (!canRetry(post) || missing.length === 0) return null;
  const begun = missing.filter(({ hasPublishedPart }) => hasPublishedPart);
  if (begun.length > 0) return POST.someParts([...new Set(begun.map(({ platform }) => platform))]);
  if (accounts.some(({ state }) => state === "unknown") || countPublished(accounts) === 0) return null;
  return POST.notTwice([...new Set(missing.map(({ platform }) => platform))]);
}

/**
 * One sentence about the whole post, and how many accounts are in each state.
 *
 * @param destinations the connections of the post, which are known before all connections of the owner are loaded
 */
export function Summary({
  post,
  destinations,
  history,
}: {
  post: Post;
  destinations: readonly Connection[];
  history: readonly HistoryEvent[];
}) {
  const me = useMe();
  const now = useNow();
  const { scopes } = me;
  const canWrite = scopes.includes("write");
  const all = useDestinations();
  const connections = all ?? destinations;
  // Only the list of all accounts says what became of a connection that is not among those of the post.
  const isKnown = all !== null || post.connectionIds.every((id) => destinations.some((each) => each.id === id));
  const lost = isKnown ? lostFor(post, connections) : [];
  const look = lookOfPost(post, isKnown ? lost : null);
  const left = platformsLeft(post, connections, lost);
  const sandboxed = all ? sandboxedPlatforms(post, all) : [];
  const access = [...lost, ...(isKnown ? lostForDraft(post, connections) : [])].map((connection) => (
    <LostRow key={connection.id} connection={connection} post={post} all={connections} />
  ));
  const paused = (
    <Paused
      campaign={post.campaign}
      platforms={comingPlatforms(post).filter((each) => !lost.some(({ platform }) => platform === each))}
    />
  );
  if (post.publications.length === 0) {
    const connected = left.filter((platform) => !sandboxed.includes(platform));
    const plan = planOf(post);
    const isClosed = plan === "pending" && deadlineOf(post, me, now.getTime()).kind === "closed";
    return (
      <Card isPadded label={POST.inShort}>
        <div className="row">
          <State face={look.face}>{look.label}</State>
          {(left.length > 0 || lost.length === 0) && !isClosed && (
            <span className="soft">{left.length > 0 ? POST.plan(plan, connected, sandboxed) : POST.noPlatforms}</span>
          )}
          {post.approvalStatus === "pending" && scopes.includes("approve") && (
            <Button isCompact onPress={showDecision}>
              <Icon name="down" />
              {POST.toDecision}
            </Button>
          )}
        </div>
        <LateApproval post={post} isBig />
        {access}
        {paused}
      </Card>
    );
  }
  const accounts = accountsOf(post.publications);
  const counts = ORDER.map((state) => ({
    state,
    count: accounts.filter((each) => each.state === state).length,
  })).filter(({ count }) => count > 0);
  const reach = canWrite ? reachOf(post, accounts) : null;
  const isCancelled = isCancelledInPart(
    post.status,
    post.publications.map(({ state }) => state),
  );
  const isFixed = canWrite && post.status === "queued" && !canChangePost(post);
  return (
    <Card isPadded label={POST.inShort}>
      <h2>{sentenceOf(post)}</h2>
      <div className={styles.tally} aria-hidden="true">
        {counts.map(({ state, count }) => (
          <span
            key={state}
            className={classes(`is-${PUBLICATION[state].face}`, OPEN.includes(state) && styles.open)}
            style={{ flexGrow: count }}
          />
        ))}
      </div>
      <div className="row small">
        {counts.map(({ state, count }) => (
          <State key={state} face={PUBLICATION[state].face}>
            {count} {PUBLICATION[state].label.toLowerCase()}
          </State>
        ))}
        {post.status === "archived" && <State face={look.face}>{look.label}</State>}
      </div>
      {access}
      {paused}
      {reach && <p className="soft">{reach}</p>}
      {isFixed && <Started post={post} />}
      {isCancelled && <CancelledInPart post={post} history={history} />}
      {!canWrite && post.status === "failed" && (
        <p className="soft">{POST.askEditor(accounts.some(({ state }) => state === "unknown"))}</p>
      )}
    </Card>
  );
}

/** Why a post will fail on an account, and the steps that prevent it. */
function LostRow({
  connection,
  post,
  all,
}: {
  connection: Destination;
  post: Post;
  /** All places to which the post may go. */
  all: readonly Destination[];
}) {
  const { zone } = useZone();
  const canWrite = useMe().scopes.includes("write");
  const { id, platform, health } = connection;
  const hasOther = all.some((each) => each.id !== id && each.platform === platform && !isMissing(each));
  return (
    <div className="row">
      <span dir="auto">{lostSentence(connection, post.scheduledAt, zone, canWrite)}</span>
      {canWrite && <ReconnectLink connection={connection} />}
      {canWrite && health === "gone" && hasOther && canChangePost(post) && (
        <ButtonLink href={`/posts/${post.id}/edit`}>
          <Icon name="pen" />
          {POST.chooseOther}
        </ButtonLink>
      )}
    </div>
  );
}
