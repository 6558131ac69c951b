import { usePauses } from "../api/queue";
import type { Platform } from "../api/types";
import { PAUSES } from "../strings/pauses";
import { PauseSubject } from "../ui/PauseSubject";
import { keyOf, pausesOn } from "./pauses";

/** The reasons of the pauses that hold a post of a list on these platforms. */
export function HeldReason({ campaign, platforms }: { campaign: string | null; platforms: readonly Platform[] }) {
  const pauses = pausesOn({ campaign }, platforms, usePauses().pauses ?? []);
  return pauses.map((pause) => (
    <p key={keyOf(pause)} className="small soft">
      <PauseSubject pause={pause} /> {PAUSES.isPaused}: <bdi>“{pause.reason}”</bdi>.
    </p>
  ));
}
