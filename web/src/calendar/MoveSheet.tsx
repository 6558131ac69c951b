import {
  parseAbsolute,
  parseDate,
  parseTime,
  toCalendarDate,
  toCalendarDateTime,
  toTime,
  toZoned,
  type ZonedDateTime,
} from "@internationalized/date";
import { useState } from "react";
import { Form } from "react-aria-components";
import { type Destined, lostFor } from "../api/access";
import { useDestinations } from "../api/connections";
import { useMe } from "../session/Session";
import { CALENDAR } from "../strings/calendar";
import { SHELL } from "../strings/shell";
import { inZone, momentOf } from "../time/format";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { willFailSentence } from "../ui/LostAccess";
import { Sheet } from "../ui/Sheet";
import { State } from "../ui/State";

const words = CALENDAR.move;

/** The dialog that moves a post. It does the same as dragging, for touch screens and for people who type. */
export function MoveSheet({
  post,
  scheduledAt,
  text,
  zone,
  onMove,
  onClose,
}: {
  post: Destined;
  scheduledAt: string;
  text: string;
  zone: string;
  onMove: (target: ZonedDateTime) => void;
  onClose: () => void;
}) {
  const canApprove = useMe().scopes.includes("approve");
  const at = proposal(scheduledAt, zone);
  const [day, setDay] = useState(toCalendarDate(at).toString());
  const [time, setTime] = useState(toTime(at).toString().slice(0, 5));
  const target = zoned(day, time, zone);
  const isPast = target !== null && target.toDate().getTime() < Date.now();
  const destinations = useDestinations() ?? [];
  // A queued post is scheduled again when it moves.
  const moved = target && { ...post, status: "scheduled" as const, scheduledAt: target.toAbsoluteString() };
  const lost = moved ? lostFor(moved, destinations) : [];
  return (
    <Sheet title={words.title} isOpen onClose={onClose}>
      <p className="soft" dir="auto">
        {text}
      </p>
      <p>{words.present(momentOf(scheduledAt, zone))}</p>
      {post.approvalStatus === "approved" && (
        <State face="approval">{canApprove ? words.approveAgain : words.losesApproval}</State>
      )}
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (target && !isPast) onMove(target);
        }}
      >
        <TextField label={words.day} type="date" value={day} onChange={setDay} autoFocus />
        <TextField
          label={`${words.time} (${zone})`}
          problem={isPast && words.past}
          type="time"
          value={time}
          onChange={setTime}
        />
        <div role="status">{lost.length > 0 && <State face="lost">{willFailSentence(lost, zone)}</State>}</div>
        <div className="row">
          <Button type="submit" look="primary" isDisabled={!target || isPast}>
            {words.confirm}
          </Button>
          <Button onPress={onClose}>{SHELL.cancel}</Button>
        </div>
      </Form>
    </Sheet>
  );
}

/** Return the time of the post, or the next full hour if that time has passed. */
function proposal(scheduledAt: string, zone: string): ZonedDateTime {
  const at = inZone(scheduledAt, zone);
  const now = parseAbsolute(new Date().toISOString(), zone);
  return at.compare(now) < 0 ? now.add({ hours: 1 }).set({ minute: 0, second: 0, millisecond: 0 }) : at;
}

function zoned(day: string, time: string, zone: string): ZonedDateTime | null {
  try {
    return toZoned(toCalendarDateTime(parseDate(day), parseTime(time)), zone);
  } catch {
    return null;
  }
}
