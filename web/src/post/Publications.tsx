import { useState } from "react";
import { confirmPublications, retryPost, usePostAction } from "../api/actions";
import { useConnections, useDestinations } from "../api/connections";
import { usePauses } from "../api/queue";
import type { Attempt, Connection, Post, Publication } from "../api/types";
import { useMe } from "../session/Session";
import { PLATFORMS } from "../strings/platforms";
import { POST } from "../strings/post";
import { PUBLICATION } from "../strings/states";
import { durationOf, momentOf, secondsOf, shortMomentOf } from "../time/format";
import { useNow } from "../time/now";
import { useZone } from "../time/zone";
import { Button, ButtonLink } from "../ui/Button";
import { Card } from "../ui/Card";
import { ConfirmSheet } from "../ui/ConfirmSheet";
import { classes } from "../ui/classes";
import { Icon } from "../ui/Icon";
import { connectAddress } from "../ui/LostAccess";
import { Problem } from "../ui/Problem";
import { State } from "../ui/State";
import { Tile } from "../ui/Tile";
import { byUrgency } from "./accounts";
import { failureReasonOf } from "./failureReason";
import { copyForFailed, onlyFailed, stepOf } from "./failureStep";
import { Held } from "./Held";
import { LateSoFar } from "./LateSoFar";
import { confirmedAt, hasSeconds, type Lateness, lastCallOf, latenessOf } from "./lateness";
import styles from "./Publications.module.css";
import { publishAgainWait, retryText, retryWait } from "./retry";
import { ThereSheet } from "./ThereSheet";
import { UnknownSteps } from "./UnknownSteps";
import { lateSoFar, nextAttemptOf } from "./waiting";
import { publishBy } from "./window";

const NONE: readonly never[] = [];

/** Each publication with its state, its lateness, a reason in plain words and the next step. */
export function Publications({
  post,
  attempts,
  connections,
}: {
  post: Post;
  attempts: readonly Attempt[];
  connections: readonly Connection[];
}) {
  const retry = usePostAction(retryPost);
  const confirm = usePostAction(confirmPublications);
  const [asked, setAsked] = useState<Publication | null>(null);
  const [resent, setResent] = useState<Publication | null>(null);
  const canWrite = useMe().scopes.includes("write");
  const isPending = retry.isPending || confirm.isPending;
  const accounts = useDestinations() ?? connections;
  const pauses = usePauses().pauses ?? NONE;
  const resendWait = resent && publishAgainWait(post, resent, pauses);

  /** Confirm that the publication is not on the platform, and send it again. */
  const sendAgain = ({ id }: Publication) =>
    confirm.mutate(
      { postId: post.id, publications: [{ id, published: false }] },
      { onSuccess: () => retry.mutate(post.id) },
    );

  return (
    <Card label={POST.publications}>
      <ul className={styles.publications}>
        {byUrgency(post.publications).map((publication) => (
          <li key={publication.id} className={publication.part > 1 ? styles.further : ""}>
            {publication.part === 1 ? <Tile platform={publication.platform} isBig /> : <span />}
            <div className={styles.what}>
              {publication.part === 1 ? (
                <div className="row">
                  <span className="strong">{PLATFORMS[publication.platform].name}</span>
                  <bdi className="soft">{accounts.find(({ id }) => id === publication.connectionId)?.handle}</bdi>
                </div>
              ) : (
                <p className="soft">{partName(post, publication)}</p>
              )}
              <Facts
                post={post}
                publication={publication}
                lateness={latenessOf(publication, attempts)}
                triedAt={publication.state === "unknown" ? lastCallOf(publication, attempts) : null}
                confirmedAt={confirmedAt(publication, attempts)}
              />
            </div>
            <div className={styles.do}>
              {publication.permalink && publication.state === "published" && (
                <ButtonLink
                  href={publication.permalink}
                  target="_blank"
                  rel="noreferrer"
                  look={publication.part > 1 ? "plain" : undefined}
                >
                  <Icon name="open" />
                  {publication.part > 1 ? POST.seePart(partName(post, publication)) : POST.see(publication.platform)}
                </ButtonLink>
              )}
            </div>
            {publication.state === "held" && <Held post={post} publication={publication} />}
            {publication.state === "queued" && <LateUntil post={post} publication={publication} />}
            {!publication.failureReason && publication.nextAttemptAt && (
              <p className={classes(styles.why, "soft")}>
                <NextAttempt publication={publication} />
              </p>
            )}
            {publication.failureReason && publication.state !== "published" && (
              <div className={styles.why}>
                <Reason publication={publication} />
                {publication.state === "unknown" && (
                  <UnknownSteps
                    publication={publication}
                    connection={connections.find(({ id }) => id === publication.connectionId)}
                    publications={post.publications}
                    isPending={isPending}
                    wait={publishAgainWait(post, publication, pauses)}
                    onThere={() => setAsked(publication)}
                    onNotThere={() => setResent(publication)}
                  />
                )}
                {canWrite && publication.state === "failed" && post.status === "failed" && (
                  <div className="row">
                    <FailureSteps
                      publication={publication}
                      post={post}
                      destinations={connections}
                      isPending={isPending}
                      wait={retryWait(post, pauses)}
                      onRetry={() => retry.mutate(post.id)}
                    />
                  </div>
                )}
              </div>
            )}
          </li>
        ))}
      </ul>
      {(retry.error || confirm.error) && <Problem error={retry.error ?? confirm.error} />}
      {resent && (
        <ConfirmSheet
          title={POST.notThereTitle(resent.platform)}
          text={POST.notThereText}
          action={POST.publishAgain}
          onConfirm={() => {
            setResent(null);
            sendAgain(resent);
          }}
          onClose={() => setResent(null)}
        >
          {resendWait && (
            <p>
              <State face="held">{resendWait}.</State>
            </p>
          )}
        </ConfirmSheet>
      )}
      {asked && (
        <ThereSheet
          post={post}
          publication={asked}
          connection={connections.find(({ id }) => id === asked.connectionId)}
          onClose={() => setAsked(null)}
        />
      )}
    </Card>
  );
}

/** Return the publications by account, and those of an account by their parts. */
export function inOrder<Each extends Pick<Publication, "platform" | "connectionId" | "part">>(
  publications: readonly Each[],
): Each[] {
  const key = ({ platform, connectionId }: Each) => `${platform} ${connectionId}`;
  return publications.toSorted((one, other) => key(one).localeCompare(key(other)) || one.part - other.part);
}

/** Return the name of a further part: a part of a thread, or the first comment. */
export function partName(post: Post, { platform, part }: Pick<Publication, "platform" | "part">): string {
  return post.platformOptions[platform]?.firstComment ? POST.firstComment : POST.partOf(part);
}

/** The reason of a failure or a wait with the time of the next attempt, and a link to the other post that it names. */
function Reason({ publication }: { publication: Publication }) {
  const canWrite = useMe().scopes.includes("write");
  const { text, address } = failureReasonOf(publication, canWrite ? "retry" : "none", useDestinations() ?? []);
  return (
    <p className="soft">
      <span dir="auto">{text}</span> <NextAttempt publication={publication} />
      {address && (
        <a href={address} target="_blank" rel="noreferrer">
          {POST.seeOther(publication.platform)}
        </a>
      )}
    </p>
  );
}

/** When a publication that is not published yet is tried or checked again. */
function NextAttempt({ publication }: { publication: Publication }) {
  const { zone } = useZone();
  const next = nextAttemptOf(publication, useNow());
  if (next === null) return publication.state === "queued" ? POST.triesAgain : null;
  const isCheck = publication.state !== "queued";
  return next === "soon" ? POST.nextSoon(isCheck) : POST.nextAt(isCheck, shortMomentOf(next.at, zone));
}

/** The last moment at which a late publication can still be published. */
function LateUntil({ post, publication }: { post: Post; publication: Publication }) {
  const { zone } = useZone();
  const until = publishBy(publication.dueAt, post, useMe());
  if (lateSoFar(post, publication, useNow()) === null || until === null) return null;
  return <p className={classes(styles.why, "soft")}>{POST.lateUntil(momentOf(until, zone))}</p>;
}

function Facts({
  post,
  publication,
  lateness,
  triedAt,
  confirmedAt: confirmed,
}: {
  post: Post;
  publication: Publication;
  lateness: Lateness | null;
  /** The time of the publish call whose result is not known. */
  triedAt: string | null;
  /**
   * When a person confirmed that the publication is on its platform. Without a publish call, this is the only time of the
   * publication that is known.
   */
  confirmedAt: string | null;
}) {
  const { zone } = useZone();
  const look = PUBLICATION[publication.state];
  return (
    <div className={styles.facts}>
      <State face={look.face}>{look.label}</State>
      <LateSoFar latenessAt={(now) => lateSoFar(post, publication, now)} />
      {confirmed && <span className="faint">{POST.confirmedAt(momentOf(confirmed, zone))}</span>}
      {publication.publishedAt && publication.publishedAt !== confirmed && (
        <span className="faint">{POST.publishedAt(secondsOf(publication.publishedAt, zone))}</span>
      )}
      {triedAt && <span className="faint">{POST.triedAt(momentOf(triedAt, zone))}</span>}
      {lateness && hasSeconds(lateness.due) && (
        <span className="faint">{POST.plannedFor(secondsOf(lateness.due, zone))}</span>
      )}
      {lateness && (
        <span className="faint">
          {lateness.isOnTime
            ? POST.onTime
            : POST.late(durationOf(lateness.milliseconds), PLATFORMS[publication.platform].name, lateness.delay)}
        </span>
      )}
      {publication.attempts > 1 && <span className="faint">{POST.attemptCount(publication.attempts)}</span>}
      {publication.sandbox && <span className="faint">{POST.sandbox}</span>}
    </div>
  );
}

/** The steps about a failed publication, with the main step first. */
function FailureSteps({
  publication,
  post,
  destinations,
  isPending,
  wait,
  onRetry,
}: {
  publication: Publication;
  post: Post;
  /** The connections of the post, which are known before all connections of the owner are loaded. */
  destinations: readonly Connection[];
  isPending: boolean;
  /** The pauses that would hold the post after a retry, in words, or `null`. */
  wait: string | null;
  onRetry: () => void;
}) {
  const connections = useConnections().data?.connections ?? destinations;
  const isNamed = publication.connectionId !== null && post.connectionIds.includes(publication.connectionId);
  const gone = useDestinations()?.find(
    ({ id, health }) => isNamed && health === "gone" && id === publication.connectionId,
  );
  const step = stepOf(publication, post, connections);
  if (step.action === "replace") {
    return (
      <>
        <ButtonLink href={copyForFailed(post.id)}>
          <Icon name="copy" />
          {POST.editCopy(onlyFailed(post))}
        </ButtonLink>
        <ButtonLink look="plain" href={connectAddress(step.platform, publication.connectionId)}>
          <Icon name="link" />
          {POST.connect(step.platform)}
        </ButtonLink>
        <span className="soft">{POST.retryAfterSame(gone?.handle)}</span>
      </>
    );
  }
  if (step.action === "connect" || step.action === "reconnect") {
    return (
      <>
        <ButtonLink href={connectAddress(step.platform, publication.connectionId)}>
          <Icon name="link" />
          {POST[step.action](step.platform)}
        </ButtonLink>
        <span className="soft">{gone ? POST.retryAfterSame(gone.handle) : POST.retryAfter}</span>
      </>
    );
  }
  return (
    <>
      {step.action === "edit" && (
        <ButtonLink href={copyForFailed(post.id)}>
          <Icon name="copy" />
          {POST.editCopy(onlyFailed(post))}
        </ButtonLink>
      )}
      {publication.failureCode !== "invalid_content" && (
        <Button isDisabled={isPending} look={step.action === "edit" ? "plain" : undefined} onPress={onRetry}>
          <Icon name="retry" />
          {retryText(post)}
        </Button>
      )}
      {wait && publication.failureCode !== "invalid_content" && <State face="held">{wait}</State>}
    </>
  );
}
