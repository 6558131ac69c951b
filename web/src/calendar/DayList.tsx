import { Link } from "react-aria-components";
import type { Entry } from "../api/calendar";
import { CALENDAR } from "../strings/calendar";
import { namesOf } from "../strings/platforms";
import { SHELL } from "../strings/shell";
import { lookOf } from "../strings/states";
import { minutesOf, timeOf, zoneName } from "../time/format";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { State } from "../ui/State";
import { Tiles } from "../ui/Tile";
import styles from "./DayList.module.css";
import { useMoving } from "./MoveContext";

/** The posts of a day as a list, with the button that moves a post on a touch screen. */
export function DayList({
  entries,
  zone,
  onCompose,
}: {
  entries: readonly Entry[];
  zone: string;
  onCompose: () => void;
}) {
  const { canMove, ask } = useMoving();
  return (
    <>
      <ol className={styles.list}>
        {entries.map((entry) => {
          const look = lookOf(entry, entry.publicationStates);
          return (
            <li key={entry.id}>
              <div className={styles.when}>
                <time dateTime={entry.scheduledAt}>{timeOf(entry.scheduledAt, zone)}</time>
                <span className="small faint">{zoneName(entry.scheduledAt, zone)}</span>
              </div>
              <div className={styles.what}>
                <div className="row">
                  <State face={look.face} minutes={minutesOf(entry.scheduledAt, zone)}>
                    {look.label}
                  </State>
                  <Tiles platforms={entry.platforms} />
                  <span className="hidden">{namesOf(entry.platforms)}</span>
                  {canMove(entry) && (
                    <Button isCompact look="plain" className="push" onPress={() => ask(entry)}>
                      {CALENDAR.move.to}
                    </Button>
                  )}
                </div>
                <Link href={`/posts/${entry.id}`} className={styles.text ?? ""}>
                  <span dir="auto">{entry.text}</span>
                </Link>
              </div>
            </li>
          );
        })}
      </ol>
      <div>
        <Button onPress={onCompose}>
          <Icon name="plus" />
          {SHELL.newPost}
        </Button>
      </div>
    </>
  );
}
