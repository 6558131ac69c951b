import { memo, useContext } from "react";
import { Link } from "wouter";
import type { Entry } from "../api/calendar";
import { useMe } from "../session/Session";
import { CALENDAR } from "../strings/calendar";
import { accountsText } from "../strings/platforms";
import { minutesOf, timeOf, zoneName } from "../time/format";
import { useNow } from "../time/now";
import { classes } from "../ui/classes";
import { Dial } from "../ui/Dial";
import { Thumbnail } from "../ui/Thumbnail";
import { Tiles } from "../ui/Tile";
import styles from "./Chip.module.css";
import { canBeLate, chipNote } from "./chipNote";
import { excerptOf } from "./excerpt";
import {
  AccountsContext,
  DRAGGED,
  ObstaclesContext,
  ThumbnailContext,
  useLook,
  useMoving,
  usePostOf,
} from "./MoveContext";

/** A post in the calendar, emphasised if it needs a person. It can be dragged, lifted with Space, or moved with ".". */
export const Chip = memo(function Chip({
  entry,
  zone,
  isShort,
  isLifted,
  maxTiles = 2,
}: {
  entry: Entry;
  zone: string;
  isShort?: boolean;
  isLifted?: boolean;
  maxTiles?: number;
}) {
  const { canMove, lift, ask, drag } = useMoving();
  const thumbnail = useContext(ThumbnailContext).get(entry.thumbnailId ?? "");
  const look = useLook()(entry);
  const post = usePostOf()(entry);
  const { pauses } = useContext(ObstaclesContext);
  const me = useMe();
  const now = useNow(canBeLate(entry));
  const { note, isLate } = chipNote(entry, post, look.face === "held", { pauses, me, now, zone });
  const isMovable = canMove(entry);
  const accounts = useContext(AccountsContext)(entry);
  const places = accountsText(entry.platforms, accounts);
  // The name of the link has these words, so its parts have them as a hint, which a screen reader does not repeat.
  const hint =
    [...(note ? [`${look.label}. ${note}`] : []), ...(accounts.size > 0 ? [places] : [])].join("\n") || undefined;
  const words = (
    <>
      <Dial face={look.face} minutes={minutesOf(entry.scheduledAt, zone)} />
      <time dateTime={entry.scheduledAt}>{timeOf(entry.scheduledAt, zone)}</time>
      {isLate && (
        <span className={styles.late} aria-hidden="true">
          {CALENDAR.late}
        </span>
      )}
      {!isShort && <span className={styles.zone}>{zoneName(entry.scheduledAt, zone)}</span>}
      <span className="hidden">
        {look.label}, {look.warning && `${look.warning}, `}
        {look.pause && `${look.pause}, `}
        {places}.{" "}
      </span>
      {note && <span className={isShort ? "hidden" : styles.note}>{note} </span>}
    </>
  );
  const text = (
    <span className={styles.text} dir="auto" title={hint}>
      {excerptOf(entry.text)}
    </span>
  );
  return (
    <Link
      href={`/posts/${entry.id}`}
      data-post={entry.id}
      className={classes(
        styles.chip,
        `is-${look.face}`,
        styles[look.face],
        isShort && styles.short,
        isLate && styles.isLate,
        isLifted && styles.left,
      )}
      draggable={isMovable}
      onDragStart={(event: React.DragEvent) => {
        event.dataTransfer.setData(DRAGGED, entry.id);
        drag(entry);
      }}
      onKeyDown={(event: React.KeyboardEvent) => {
        if (!isMovable) return;
        if (event.key === " ") {
          event.preventDefault();
          lift(entry);
        } else if (event.key === ".") ask(entry);
      }}
    >
      {isShort ? (
        <>
          {words}
          {text}
          <Tiles platforms={entry.platforms} max={2} marks={look.marks} className={styles.tiles} />
        </>
      ) : (
        <>
          <span className={styles.line} title={hint}>
            {words}
            {accounts.size > 0 && (
              <span className={styles.accounts} aria-hidden="true">
                {[...accounts.values()].flat().join(", ")}
              </span>
            )}
            <Tiles platforms={entry.platforms} max={maxTiles} marks={look.marks} className={styles.tiles} />
          </span>
          {thumbnail ? (
            <span className={styles.line} title={hint}>
              {text}
              <Thumbnail source={thumbnail} className={styles.thumbnail} />
            </span>
          ) : (
            text
          )}
        </>
      )}
    </Link>
  );
});
