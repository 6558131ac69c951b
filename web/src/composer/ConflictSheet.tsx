import { useId, useState } from "react";
import type { PostDetails } from "../api/posts";
import type { HistoryEvent, Post } from "../api/types";
import { useMe } from "../session/Session";
import { VERSIONS } from "../strings/versions";
import { momentOf } from "../time/format";
import { useZone } from "../time/zone";
import { Button } from "../ui/Button";
import { ChangeList } from "../ui/ChangeList";
import { Media } from "../ui/Media";
import { Sheet } from "../ui/Sheet";
import styles from "./ConflictSheet.module.css";
import { Decision } from "./Decision";
import type { Draft } from "./draft";
import {
  type Choices,
  type Difference,
  isNewlyDecided,
  lastChangeOf,
  lostNames,
  mergeDrafts,
  type Side,
  sideOf,
} from "./merge";

/**
 * The dialog that appears if somebody else has changed or decided the post in the meantime. It shows every field that
 * differs. What only one side changed is kept; for what both changed, the person chooses.
 */
export function ConflictSheet({
  base,
  mine,
  theirs,
  newest,
  differences,
  actionFor,
  onTakeTheirs,
  onSave,
  onClose,
}: {
  /** The version with which the person began: `null` if it is not known. */
  base: Post | null;
  mine: Draft;
  theirs: Draft;
  newest: PostDetails;
  /** The differences between the two versions, as `compareVersions` returns them. */
  differences: readonly Difference[];
  /** Returns the name of the button that saves a draft. */
  actionFor: (merged: Draft) => string;
  onTakeTheirs: () => void;
  onSave: (merged: Draft) => void;
  onClose: () => void;
}) {
  const [choices, setChoices] = useState<Choices>({});
  const { post, history } = newest;
  const isOpen = ["draft", "scheduled", "queued"].includes(post.status);
  const of = (side: Difference["changedBy"]) => differences.filter(({ changedBy }) => changedBy === side);
  const [ours, kept, both] = [of("mine"), of("theirs"), of("both")];
  const nameOf = useNames();
  const since = base?.updatedAt ?? null;
  const changeOf = ({ field, dependents }: Difference) =>
    lastChangeOf(
      [field, ...dependents].flatMap(({ stored }) => stored),
      history,
      since,
    );
  const isDecided = isNewlyDecided(base, post);
  const isOnlyDecided = isDecided && kept.length + both.length === 0;
  const isRejected = post.approvalStatus === "rejected";
  const who = [...new Set([...kept, ...both].flatMap((each) => changeOf(each) ?? []).map(nameOf))];
  const decided = isRejected ? VERSIONS.rejectedTitle : VERSIONS.approvedTitle;
  const merged = mergeDrafts(mine, theirs, differences, choices);
  const lostTheirs = lostNames("theirs", theirs, differences, choices);
  const lostMine = lostNames("mine", mine, differences, choices);
  const all = (side: Side): Choices => Object.fromEntries(both.map(({ field }) => [field.key, side]));
  return (
    <Sheet
      title={isOnlyDecided ? decided : VERSIONS.title(who.length > 0 ? who : [VERSIONS.somebody])}
      isOpen
      onClose={onClose}
      isWide
      foot={
        <>
          {isOpen && (
            <Button look="primary" onPress={() => onSave(merged)}>
              {actionFor(merged)}
            </Button>
          )}
          <Button onPress={onClose}>{VERSIONS.keepEditing}</Button>
          {!isOnlyDecided && (
            <Button look="plain" onPress={onTakeTheirs}>
              {VERSIONS.takeTheirs}
            </Button>
          )}
        </>
      }
    >
      <p>{isOpen ? VERSIONS.notSaved : VERSIONS.tooLate}</p>
      {isDecided && <Decision post={post} advice={isRejected ? VERSIONS.askAgainKept : VERSIONS.approvalEndsKept} />}
      {both.length > 0 && isOpen && (
        <div className={styles.conflicts}>
          <p className="strong">{VERSIONS.both}</p>
          {both.map((each) => (
            <Conflict
              key={each.field.key}
              difference={each}
              mine={mine}
              theirs={theirs}
              change={changeOf(each)}
              hasBase={base !== null}
              side={sideOf(each, choices)}
              onChoose={(side) => setChoices({ ...choices, [each.field.key]: side })}
            />
          ))}
          {both.length > 1 && (
            <div className="row">
              <Button isCompact onPress={() => setChoices(all("mine"))}>
                {VERSIONS.allMine}
              </Button>
              <Button isCompact onPress={() => setChoices(all("theirs"))}>
                {VERSIONS.allTheirs}
              </Button>
            </div>
          )}
        </div>
      )}
      {kept.length > 0 && (
        <section className="stack" aria-label={VERSIONS.keptTheirs}>
          <h3>{VERSIONS.keptTheirs}</h3>
          {kept.map((each) => (
            <div key={each.field.key} className="stack">
              <ChangeList changes={[changeFor(each, each.theirs)]} />
              <ChangedBy event={changeOf(each)} />
            </div>
          ))}
        </section>
      )}
      {ours.length + (isOpen ? 0 : both.length) > 0 && !isOnlyDecided && (
        <section className="stack" aria-label={isOpen ? VERSIONS.keptMine : VERSIONS.mine}>
          <h3>{isOpen ? VERSIONS.keptMine : VERSIONS.mine}</h3>
          <ChangeList changes={[...(isOpen ? [] : both), ...ours].map((each) => changeFor(each, each.mine))} />
        </section>
      )}
      {isOpen && (
        <div role="status" className="strong">
          {lostTheirs.length > 0 && <p>{VERSIONS.losesTheirs(lostTheirs)}</p>}
          {lostMine.length > 0 && <p>{VERSIONS.losesMine(lostMine)}</p>}
          {both.length === 0 && <p>{VERSIONS.nothingLost}</p>}
        </div>
      )}
      {!isOnlyDecided && ours.length + both.length > 0 && (
        <p className="small soft">
          {VERSIONS.takeLoses([
            ...lostNames("mine", mine, both, all("theirs")),
            ...ours.map(({ field }) => field.name),
          ])}
        </p>
      )}
    </Sheet>
  );
}

/** A field that both changed, with the choice of a version. */
function Conflict({
  difference: { field, before, dependents, ...values },
  mine,
  theirs,
  change,
  hasBase,
  side,
  onChoose,
}: {
  difference: Difference;
  mine: Draft;
  theirs: Draft;
  change: HistoryEvent | undefined;
  hasBase: boolean;
  side: Side;
  onChoose: (side: Side) => void;
}) {
  const id = useId();
  return (
    <fieldset className={styles.conflict}>
      <legend>{field.name}</legend>
      <ChangedBy event={change} />
      {hasBase && !field.isMedia && field.show(before) && (
        <p className="small soft" dir="auto">
          {VERSIONS.began(field.show(before))}
        </p>
      )}
      <div className={styles.two}>
        {[["mine", mine] as const, ["theirs", theirs] as const].map(([each, draft]) => (
          <div key={each} className={styles.version}>
            <label>
              <input
                type="radio"
                name={id}
                checked={side === each}
                aria-describedby={`${id}${each}`}
                onChange={() => onChoose(each)}
              />
              {VERSIONS[each]}
            </label>
            <div id={`${id}${each}`} className="stack">
              {field.isMedia ? (
                <div className={styles.gallery}>
                  {draft.media.map(({ url, alt }) => (
                    <Media key={url} url={url} alt={alt} />
                  ))}
                </div>
              ) : (
                <p className={styles.words} dir="auto">
                  {field.show(values[each]) || VERSIONS.nothing}
                </p>
              )}
              {dependents
                .filter((dependent) => dependent.exists(draft))
                .map((dependent) => (
                  <div key={dependent.key}>
                    <p className="small faint">{dependent.name}</p>
                    <p className={styles.words} dir="auto">
                      {dependent.show(dependent.read(draft)) || VERSIONS.nothing}
                    </p>
                  </div>
                ))}
            </div>
          </div>
        ))}
      </div>
    </fieldset>
  );
}

/** Who changed a field, and when. */
function ChangedBy({ event }: { event: HistoryEvent | undefined }) {
  const { zone } = useZone();
  const nameOf = useNames();
  return event && <p className="small faint">{VERSIONS.changedBy(nameOf(event), momentOf(event.at, zone))}</p>;
}

/** Return the function that names the person of an event. */
function useNames(): (event: HistoryEvent) => string {
  const { user } = useMe();
  return ({ actor, actorName }) => (actor === user ? VERSIONS.you : (actorName ?? actor));
}

function changeFor({ field, before }: Difference, now: unknown) {
  return { name: field.name, before: field.show(before), now: field.show(now) };
}
