import { usePauses } from "../api/queue";
import type { Platform } from "../api/types";
import { useMe } from "../session/Session";
import { PAUSES } from "../strings/pauses";
import { POST } from "../strings/post";
import { ButtonLink } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { PauseSubject } from "../ui/PauseSubject";
import { areOfPlatforms, keyOf, pausesOn } from "./pauses";

/** What is paused for a coming post on these platforms, why, and the step of an operator, or whom to ask. */
export function Paused({ campaign, platforms }: { campaign: string | null; platforms: readonly Platform[] }) {
  const isOperator = useMe().scopes.includes("operate");
  const pauses = pausesOn({ campaign }, platforms, usePauses().pauses ?? []);
  if (pauses.length === 0) return null;
  return (
    <div className="row">
      <p className="soft">
        {pauses.map((pause) => (
          <span key={keyOf(pause)}>
            <PauseSubject pause={pause} /> {PAUSES.isPausedNow} (<bdi>“{pause.reason}”</bdi>).{" "}
          </span>
        ))}
        {PAUSES.mayWait(pauses.length, areOfPlatforms(pauses))} {!isOperator && POST.askOperator(pauses.length)}
      </p>
      {isOperator && (
        <ButtonLink href="/queue">
          <Icon name="queue" />
          {POST.showPauses(pauses.length)}
        </ButtonLink>
      )}
    </div>
  );
}
