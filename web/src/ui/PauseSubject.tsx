import type { Pause } from "../api/queue";
import { PAUSES } from "../strings/pauses";

/** What a pause of the reader's owner stops, as the subject of a sentence. */
export function PauseSubject({ pause }: { pause: Pause }) {
  if (pause.scope !== "campaign") return PAUSES.subject(pause);
  return (
    <>
      {PAUSES.subject(pause)} <bdi>{pause.campaign}</bdi>
    </>
  );
}
