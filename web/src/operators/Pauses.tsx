import { type ReactNode, useState } from "react";
import { type Pause, type PauseScope, useQueue, useResume } from "../api/queue";
import { keyOf } from "../post/pauses";
import { PLATFORMS } from "../strings/platforms";
import { QUEUE } from "../strings/queue";
import { SHELL } from "../strings/shell";
import { momentOf } from "../time/format";
import { useZone } from "../time/zone";
import { Button } from "../ui/Button";
import { Card, Skeleton } from "../ui/Card";
import { ConfirmSheet } from "../ui/ConfirmSheet";
import { Icon } from "../ui/Icon";
import { Problem } from "../ui/Problem";
import { State } from "../ui/State";
import { toast } from "../ui/Toasts";
import { aboutPause } from "./aboutPause";
import { PauseSheet } from "./PauseSheet";
import styles from "./Queue.module.css";

/** The pauses and their reasons, with controls that pause and resume. */
export function Pauses() {
  const { zone } = useZone();
  const queue = useQueue();
  const resume = useResume();
  const [isOpen, setOpen] = useState(false);
  const [asked, setAsked] = useState<Pause | null>(null);
  const pauses = queue.data?.pauses ?? [];
  const areOthers = pauses.length > 1;
  const end = (pause: Pause) =>
    resume.mutate(pause, {
      onSuccess: () => toast({ face: "published", text: QUEUE.resumed(pause, areOthers), about: aboutPause(pause) }),
    });
  return (
    <Card isPadded labelledBy="pauses">
      <h2 id="pauses">{QUEUE.pauses}</h2>
      {queue.isPending && <Skeleton lines={2} label={SHELL.loading} />}
      {queue.isError && <p className="soft">{pauses.length === 0 ? QUEUE.pausesUnknown : QUEUE.pausesOld}</p>}
      {queue.isSuccess && pauses.length === 0 && <p className="soft">{QUEUE.noPauses}</p>}
      <ul className={styles.pauses}>
        {pauses.map((pause) => (
          <li key={keyOf(pause)}>
            <div className={styles.pause}>
              <State face="held">
                <span>{nameOf(pause)}</span>
              </State>
              <bdi>“{pause.reason}”</bdi>
              <span className="small faint">{QUEUE.pausedSince(momentOf(pause.pausedAt, zone), pause.actor)}</span>
              <span className="small">{QUEUE.holds(pause)}</span>
            </div>
            <Button
              isCompact
              isDisabled={resume.isPending}
              onPress={() => (pause.held > 0 ? setAsked(pause) : end(pause))}
            >
              <Icon name="play" />
              {QUEUE.resume}
            </Button>
          </li>
        ))}
      </ul>
      {resume.isError && <Problem error={resume.error} />}
      <div className="row">
        <Button onPress={() => setOpen(true)}>
          <Icon name="pause" />
          {QUEUE.pause}
        </Button>
      </div>
      {isOpen && <PauseSheet onClose={() => setOpen(false)} />}
      {asked && (
        <ConfirmSheet
          title={QUEUE.resumeTitle(asked)}
          text={QUEUE.resumeText(asked)}
          action={QUEUE.resume}
          onConfirm={() => {
            end(asked);
            setAsked(null);
          }}
          onClose={() => setAsked(null)}
        >
          {areOthers && <p>{QUEUE.othersHold}</p>}
        </ConfirmSheet>
      )}
    </Card>
  );
}

function nameOf({ scope, platform, ownerId, campaign }: PauseScope): ReactNode {
  if (scope === "platform" && platform) return PLATFORMS[platform].name;
  if (scope === "owner") return <bdi>{ownerId}</bdi>;
  if (scope !== "campaign") return QUEUE.scopes[scope];
  return (
    <>
      {QUEUE.campaign} <bdi>{campaign}</bdi> {QUEUE.of} {ownerId ? <bdi>{ownerId}</bdi> : QUEUE.allOwners}
    </>
  );
}
