import { type ReactNode, useState } from "react";
import { Form } from "react-aria-components";
import { type Pause, type PauseScope, usePause, useQueue, useResume } from "../api/queue";
import type { Platform } from "../api/types";
import { allPlatforms, PLATFORMS } from "../strings/platforms";
import { QUEUE } from "../strings/queue";
import { SHELL } from "../strings/shell";
import { momentOf } from "../time/format";
import { useZone } from "../time/zone";
import { Button } from "../ui/Button";
import { Card, Skeleton } from "../ui/Card";
import { SelectField, TextField } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { Problem } from "../ui/Problem";
import { Sheet } from "../ui/Sheet";
import { State } from "../ui/State";
import { toast } from "../ui/Toasts";
import styles from "./Queue.module.css";

/** The pauses and their reasons, with controls that pause and resume. */
export function Pauses() {
  const { zone } = useZone();
  const queue = useQueue();
  const resume = useResume();
  const [isOpen, setOpen] = useState(false);
  const pauses = queue.data?.pauses ?? [];
  return (
    <Card isPadded labelledBy="pauses">
      <h2 id="pauses">{QUEUE.pauses}</h2>
      {queue.isPending && <Skeleton lines={2} label={SHELL.loading} />}
      {queue.isError && <p className="soft">{pauses.length === 0 ? QUEUE.pausesUnknown : QUEUE.pausesOld}</p>}
      {queue.isSuccess && pauses.length === 0 && <p className="soft">{QUEUE.noPauses}</p>}
      <ul className={styles.pauses}>
        {pauses.map((pause) => (
          <li key={JSON.stringify(pause)}>
            <State face="held">
              <span>{nameOf(pause)}</span>
            </State>
            <bdi>“{pause.reason}”</bdi>
            <span className="small faint">{QUEUE.pausedSince(momentOf(pause.pausedAt, zone), pause.actor)}</span>
            <Button isCompact className="push" isDisabled={resume.isPending} onPress={() => resume.mutate(pause)}>
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

function PauseSheet({ onClose }: { onClose: () => void }) {
  const pause = usePause();
  const [scope, setScope] = useState<Pause["scope"]>("all");
  const [platform, setPlatform] = useState<Platform>("bluesky");
  const [ownerId, setOwner] = useState("");
  const [campaign, setCampaign] = useState("");
  const [reason, setReason] = useState("");
  return (
    <Sheet title={QUEUE.pause} isOpen onClose={onClose}>
      <Form
        className={styles.form ?? ""}
        onSubmit={(event) => {
          event.preventDefault();
          pause.mutate(
            {
              scope,
              platform: scope === "platform" ? platform : null,
              ownerId: scope === "owner" || scope === "campaign" ? ownerId.trim() || null : null,
              campaign: scope === "campaign" ? campaign.trim() : null,
              reason: reason.trim(),
            },
            {
              onSuccess: (answer) => {
                const held = "held" in answer ? answer.held : 0;
                const text = scope === "campaign" && held === 0 ? QUEUE.noneHeld(campaign.trim()) : QUEUE.heldNow(held);
                toast({ face: "held", text });
                onClose();
              },
            },
          );
        }}
      >
        <SelectField
          label={QUEUE.scope}
          choices={(Object.keys(QUEUE.scopes) as Pause["scope"][]).map((value) => ({
            value,
            label: QUEUE.scopes[value],
          }))}
          value={scope}
          onChange={setScope}
        />
        {scope === "platform" && (
          <SelectField
            label={QUEUE.platform}
            choices={allPlatforms().map((value) => ({ value, label: PLATFORMS[value].name }))}
            value={platform}
            onChange={setPlatform}
          />
        )}
        {scope === "campaign" && (
          <TextField label={QUEUE.campaign} value={campaign} onChange={setCampaign} maxLength={200} />
        )}
        {(scope === "owner" || scope === "campaign") && (
          <TextField label={QUEUE.owner} value={ownerId} onChange={setOwner} maxLength={200} />
        )}
        <TextField label={QUEUE.reason} hint={QUEUE.reasonHint} value={reason} onChange={setReason} maxLength={500} />
        {pause.isError && <Problem error={pause.error} />}
        <div className="row">
          <Button type="submit" look="primary" isDisabled={!reason.trim()} isPending={pause.isPending}>
            {QUEUE.pause}
          </Button>
          <Button onPress={onClose}>{SHELL.cancel}</Button>
        </div>
      </Form>
    </Sheet>
  );
}
