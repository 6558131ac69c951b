import { useState } from "react";
import { lostFor } from "../api/access";
import { useDestinations } from "../api/connections";
import type { Destination } from "../api/destinations";
import type { Post } from "../api/types";
import { useMe } from "../session/Session";
import { accountsText } from "../strings/platforms";
import { SHELL } from "../strings/shell";
import { SHIFT } from "../strings/shift";
import { durationOf, momentOf } from "../time/format";
import { useNow } from "../time/now";
import { useZone } from "../time/zone";
import { Button } from "../ui/Button";
import { willFailSentence } from "../ui/LostAccess";
import { Sheet } from "../ui/Sheet";
import { State } from "../ui/State";
import styles from "./Bulk.module.css";
import type { Staying } from "./bulkPlan";
import type { MoveNeighbour } from "./moveNeighbours";
import { MAX_NAMED, PostNames } from "./PostNames";
import { StayingList } from "./StayingList";
import { type Move, type Shift, type Shifted, shiftedOf } from "./shift";
import { useMoveNeighbours } from "./useMoveNeighbours";

/** The dialog that moves several posts by the same number of days, hours and minutes, and shows the result. */
export function ShiftSheet({
  posts,
  staying,
  onClose,
  onShift,
}: {
  /** The posts that can move. */
  posts: readonly Post[];
  /** The chosen posts that cannot move. */
  staying: readonly Staying[];
  onClose: () => void;
  onShift: (amount: Shift) => void;
}) {
  const now = useNow();
  const [direction, setDirection] = useState<1 | -1>(1);
  const [days, setDays] = useState(1);
  const [hours, setHours] = useState(0);
  const [minutes, setMinutes] = useState(0);
  const amount = { days: direction * (days || 0), minutes: direction * ((hours || 0) * 60 + (minutes || 0)) };
  const shifted = shiftedOf(posts, amount, now);
  const isNothing = !amount.days && !amount.minutes;
  const isInPast =
    shifted.moves.length === 0 &&
    shifted.staying.length > 0 &&
    shifted.staying.every(({ reason }) => reason === SHIFT.past);
  // Without an amount, nothing is said about the times. If all times are past, one sentence says so.
  const all = isNothing || isInPast ? staying : [...staying, ...shifted.staying];
  const total = posts.length + staying.length;
  const count = shifted.moves.length || posts.length;
  return (
    <Sheet title={SHIFT.title(count, total)} isOpen onClose={onClose}>
      <p className="soft">{SHIFT.explanation}</p>
      <fieldset className={styles.direction}>
        <legend>{SHIFT.direction}</legend>
        {([1, -1] as const).map((each) => (
          <label key={each}>
            <input type="radio" name="direction" checked={direction === each} onChange={() => setDirection(each)} />
            {each === 1 ? SHIFT.later : SHIFT.earlier}
          </label>
        ))}
      </fieldset>
      <div className="row">
        <Amount label={SHIFT.days} value={days} max={366} onChange={setDays} />
        <Amount label={SHIFT.hours} value={hours} max={23} onChange={setHours} />
        <Amount label={SHIFT.minutes} value={minutes} max={59} onChange={setMinutes} />
      </div>
      <div className="stack" role="status">
        {!isNothing && <Result shifted={shifted} total={total} isInPast={isInPast} />}
        <StayingList action="shift" staying={all} total={total} />
      </div>
      <div className="row">
        <Button look="primary" isDisabled={isNothing || shifted.moves.length === 0} onPress={() => onShift(amount)}>
          {SHIFT.move(count, total)}
        </Button>
        <Button onPress={onClose}>{SHELL.cancel}</Button>
      </div>
    </Sheet>
  );
}

/**
 * The new times of the posts, with the accounts to which the access ends before, and with their neighbours; and how many of
 * them lose their approval, or the advice if none can move. If not all posts are named, those with a warning come first.
 */
function Result({
  shifted: { moves, approved },
  total,
  isInPast,
}: {
  shifted: Shifted;
  total: number;
  isInPast: boolean;
}) {
  const { zone } = useZone();
  const canApprove = useMe().scopes.includes("approve");
  const neighbours = useMoveNeighbours(moves);
  const destinations = useDestinations() ?? [];
  if (isInPast) return <p>{SHIFT.allPast}</p>;
  const [first, second] = moves;
  if (!first) return null;
  // A queued post is scheduled again when it moves.
  const moved = ({ post, to }: Move) => ({ ...post, status: "scheduled" as const, scheduledAt: to });
  const lost = new Map(moves.map((move) => [move.post.id, lostFor(moved(move), destinations)]));
  const failing = moves.filter(({ post }) => lost.get(post.id)?.length).length;
  const urgency = ({ post }: Move) => (lost.get(post.id)?.length ? 2 : Number(neighbours.has(post.id)));
  const named = moves.length > MAX_NAMED ? moves.toSorted((one, other) => urgency(other) - urgency(one)) : moves;
  const warningsOf = ({ post }: Move) => (
    <>
      <Failure lost={lost.get(post.id) ?? []} />
      <Caution neighbour={neighbours.get(post.id)} />
    </>
  );
  const timesOf = ({ from, to }: Move) => SHIFT.times(momentOf(from, zone), momentOf(to, zone));
  return (
    <>
      {second ? (
        <div>
          <p>{SHIFT.results}</p>
          <PostNames posts={named}>
            {(move) => (
              <>
                {timesOf(move)}
                {warningsOf(move)}
              </>
            )}
          </PostNames>
        </div>
      ) : (
        <div>
          <p>{SHIFT.result(timesOf(first), total)}</p>
          {warningsOf(first)}
        </div>
      )}
      {failing > MAX_NAMED && <State face="lost">{SHIFT.failing(failing, moves.length)}</State>}
      {neighbours.size > MAX_NAMED && <State face="caution">{SHIFT.neighbours(neighbours.size, moves.length)}</State>}
      {approved > 0 && <State face="approval">{SHIFT.approved(approved, moves.length, canApprove)}</State>}
    </>
  );
}

/** The line about the accounts on which a post will fail at its new time. */
function Failure({ lost }: { lost: readonly Destination[] }) {
  const { zone } = useZone();
  return lost.length > 0 && <p className={`small is-lost ${styles.caution}`}>{willFailSentence(lost, zone)}</p>;
}

/** The line about another post on the same accounts. */
function Caution({ neighbour }: { neighbour: MoveNeighbour | undefined }) {
  if (!neighbour) return null;
  const { minutes, platforms, accounts } = neighbour;
  const distance = minutes === 0 ? null : durationOf(Math.abs(minutes) * 60_000);
  return (
    <p className={`small is-caution ${styles.caution}`}>
      {SHIFT.neighbour(accountsText(platforms, accounts), distance, minutes > 0)}
    </p>
  );
}

/** A number from 0 to `max`, or `NaN` while the field is empty. */
function Amount({
  label,
  value,
  max,
  onChange,
}: {
  label: string;
  value: number;
  max: number;
  onChange: (value: number) => void;
}) {
  return (
    <label className={styles.number}>
      {label}
      <input
        type="number"
        inputMode="numeric"
        min={0}
        max={max}
        value={Number.isNaN(value) ? "" : value}
        onChange={({ target }) => onChange(Math.min(Math.abs(target.valueAsNumber), max))}
      />
    </label>
  );
}
