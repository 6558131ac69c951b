import { useState } from "react";
import { Form } from "react-aria-components";
import { type Pause, usePause } from "../api/queue";
import type { Platform } from "../api/types";
import { allPlatforms, PLATFORMS } from "../strings/platforms";
import { QUEUE } from "../strings/queue";
import { SHELL } from "../strings/shell";
import { Button } from "../ui/Button";
import { SelectField, TextField } from "../ui/Field";
import { Problem } from "../ui/Problem";
import { Sheet } from "../ui/Sheet";
import { toast } from "../ui/Toasts";
import { aboutPause } from "./aboutPause";
import styles from "./Queue.module.css";

/** The dialog in which an operator pauses publishing. */
export function PauseSheet({ onClose }: { onClose: () => void }) {
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
                if ("pause" in answer) {
                  const text = QUEUE.paused(answer.pause, answer.planned);
                  toast({ face: "held", text, about: aboutPause(answer.pause) });
                }
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
        <p className="small soft">{QUEUE.pauseHint}</p>
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
