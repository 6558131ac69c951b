import { parseDateTime, toZoned } from "@internationalized/date";

/** The meaning of a local time in a zone. */
export type WallClock =
  | { kind: "empty" }
  | { kind: "valid"; instant: string }
  /** The clocks are set back, and the time occurs twice. The first occurrence is used. */
  | { kind: "twice"; instant: string }
  /** The clocks are set forward, and the time does not exist. These are the nearest times that do. */
  | { kind: "skipped"; before: string; after: string };

/** Return the meaning of a local time such as `2027-03-28T02:30` in a zone. */
export function readWallClock(text: string, zone: string): WallClock {
  if (!text) return { kind: "empty" };
  const local = parseDateTime(text);
  const earlier = toZoned(local, zone, "earlier");
  const later = toZoned(local, zone, "later");
  if (earlier.compare(later) === 0) return { kind: "valid", instant: earlier.toAbsoluteString() };
  // A skipped time is pushed out of the gap in both directions, so neither result shows the time that was asked for.
  const isSkipped = earlier.hour !== local.hour || earlier.minute !== local.minute;
  if (!isSkipped) return { kind: "twice", instant: earlier.toAbsoluteString() };
  return { kind: "skipped", before: earlier.toString().slice(0, 16), after: later.toString().slice(0, 16) };
}
