import type { PauseScope } from "../api/queue";
import { keyOf } from "../post/pauses";

/** What the messages about a pause are about, so that the message of its end replaces that of its beginning. */
export function aboutPause(pause: PauseScope): string {
  return `pause ${keyOf(pause)}`;
}
