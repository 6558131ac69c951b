import { COMPOSER } from "../strings/composer";
import { TextField } from "../ui/Field";
import { Switch } from "../ui/Toggle";
import type { Draft } from "./draft";

/** The fields that are never published: the campaign, the notes, and whether somebody has to approve the post. */
export function Details({
  draft,
  mustBeApproved,
  onChange,
}: {
  draft: Draft;
  /** The owner requires an approval of each new post. */
  mustBeApproved: boolean;
  onChange: (changes: Partial<Draft>) => void;
}) {
  return (
    <section className="stack" aria-labelledby="details">
      <h2 id="details">{COMPOSER.details}</h2>
      <TextField
        label={COMPOSER.campaign}
        value={draft.campaign}
        onChange={(campaign) => onChange({ campaign })}
        maxLength={200}
      />
      <TextField
        label={COMPOSER.notes}
        hint={COMPOSER.notesHint}
        value={draft.notes}
        onChange={(notes) => onChange({ notes })}
        maxLength={10_000}
        lines={2}
      />
      <Switch
        isSelected={draft.approvalRequired}
        isDisabled={mustBeApproved}
        onChange={(approvalRequired) => onChange({ approvalRequired })}
      >
        {COMPOSER.approval}
      </Switch>
      {mustBeApproved && <p className="small soft">{COMPOSER.approvalOfAll}</p>}
    </section>
  );
}
