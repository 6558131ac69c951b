import { type CalendarDate, today } from "@internationalized/date";
import { memo, useContext } from "react";
import { Link } from "wouter";
import type { Entry } from "../api/calendar";
import { HeldReason } from "../post/HeldReason";
import { heldPlatforms } from "../post/held";
import { LateApproval } from "../post/LateApproval";
import { LateSoFar } from "../post/LateSoFar";
import { LostReason } from "../post/LostReason";
import { NextAttemptAt } from "../post/NextAttemptAt";
import { WaitReason } from "../post/WaitReason";
import { entryLateSoFar, postLateSoFar } from "../post/waiting";
import { Places } from "../posts/Places";
import { CALENDAR } from "../strings/calendar";
import { POSTS } from "../strings/posts";
import { SHELL } from "../strings/shell";
import { isRejected } from "../strings/states";
import { minutesOf, timeOf, zoneName } from "../time/format";
import { Button } from "../ui/Button";
import { classes } from "../ui/classes";
import { Icon } from "../ui/Icon";
import { Lazy } from "../ui/Lazy";
import { State } from "../ui/State";
import { Thumbnail } from "../ui/Thumbnail";
import styles from "./DayList.module.css";
import { excerptOf } from "./excerpt";
import type { Compose } from "./Month";
import { AccountsContext, ObstaclesContext, ThumbnailContext, useLook, useMoving, usePostOf } from "./MoveContext";

const NONE: readonly never[] = [];
const CHUNK = 12;
/** The usual height of a post in this list. */
const ROW_REM = 4.5;

/** The posts of a day as a list, with the buttons that move a post on a touch screen and write a new one. */
export const DayList = memo(function DayList({
  day,
  entries,
  zone,
  onCompose,
}: {
  day: CalendarDate;
  entries: readonly Entry[];
  zone: string;
  /** Opens the composer; null for no button. */
  onCompose: Compose | null;
}) {
  const chunks = Array.from({ length: Math.ceil(entries.length / CHUNK) }, (_, chunk) =>
    entries.slice(chunk * CHUNK, chunk * CHUNK + CHUNK),
  );
  return (
    <>
      <div className={styles.lists}>
        {chunks.map((chunk, number) =>
          chunks.length === 1 ? (
            <Rows key={number} entries={chunk} zone={zone} />
          ) : (
            <Lazy key={number} height={`${chunk.length * ROW_REM}rem`}>
              {() => <Rows entries={chunk} zone={zone} />}
            </Lazy>
          ),
        )}
      </div>
      {onCompose && day.compare(today(zone)) >= 0 && (
        <div>
          <Button onPress={() => onCompose(day)}>
            <Icon name="plus" />
            {SHELL.newPost}
          </Button>
        </div>
      )}
    </>
  );
});

function Rows({ entries, zone }: { entries: readonly Entry[]; zone: string }) {
  const { canMove, ask } = useMoving();
  const thumbnails = useContext(ThumbnailContext);
  const { lostFor } = useContext(ObstaclesContext);
  const lookOf = useLook();
  const postOf = usePostOf();
  const accountsOf = useContext(AccountsContext);
  return (
    <ol className={styles.list}>
      {entries.map((entry) => {
        const look = lookOf(entry);
        const post = postOf(entry);
        const accounts = accountsOf(entry);
        return (
          <li key={entry.id}>
            <div className={styles.when}>
              <time dateTime={entry.scheduledAt}>{timeOf(entry.scheduledAt, zone)}</time>
              <span className="small faint">{zoneName(entry.scheduledAt, zone)}</span>
            </div>
            <div className={styles.what}>
              <div className={classes(styles.head, accounts.size > 0 && canMove(entry) && styles.named)}>
                <div className={classes("row", styles.facts)}>
                  <div className="row">
                    <State face={look.face} minutes={minutesOf(entry.scheduledAt, zone)}>
                      {look.label}
                    </State>
                    {entry.status === "scheduled" && isRejected(entry) && (
                      <span className="soft">{POSTS.notPublished}</span>
                    )}
                    {entry.status === "queued" && (
                      <LateSoFar latenessAt={(now) => (post ? postLateSoFar(post, now) : entryLateSoFar(entry, now))} />
                    )}
                    {post?.status === "queued" && <NextAttemptAt post={post} />}
                    {look.warning && <State face="lost">{look.warning}</State>}
                    {look.pause && <State face="held">{look.pause}</State>}
                  </div>
                  <div className="row">
                    <Places platforms={entry.platforms} marks={look.marks} accounts={accounts} />
                  </div>
                </div>
                {canMove(entry) && (
                  <Button isCompact look="plain" className={styles.move} onPress={() => ask(entry)}>
                    {CALENDAR.move.to}
                  </Button>
                )}
              </div>
              {post && <LateApproval post={post} />}
              {post?.status === "queued" && <WaitReason post={post} />}
              {look.face === "held" && (
                <HeldReason
                  campaign={entry.campaign}
                  platforms={post ? heldPlatforms(post) : entry.platforms}
                  post={post}
                />
              )}
              <LostReason lost={lostFor(entry) ?? NONE} />
              <div className={styles.line}>
                <Link href={`/posts/${entry.id}`} className={styles.text ?? ""} dir="auto" data-post={entry.id}>
                  {excerptOf(entry.text)}
                </Link>
                <Thumbnail source={thumbnails.get(entry.thumbnailId ?? "")} className={styles.picture} />
              </div>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
