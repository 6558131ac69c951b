import { POST } from "../strings/post";
import { durationOf } from "../time/format";
import { useNow } from "../time/now";

/**
 * How late a post already is, next to its state. `latenessAt` returns the lateness at a time in milliseconds, or `null`
 * for a post that is not late.
 */
export function LateSoFar({ latenessAt }: { latenessAt: (now: Date) => number | null }) {
  const late = latenessAt(useNow());
  return late === null ? null : <span className="faint">{POST.lateSoFar(durationOf(late))}</span>;
}
