import { COMPOSER } from "../strings/composer";
import { LATE } from "../strings/late";
import { SelectField, TextField } from "../ui/Field";
import { Switch } from "../ui/Toggle";
import type { Draft } from "./draft";
import { lateChoices, USUAL } from "./lateChoices";

/** The fields that are never published: the campaign, the notes, how late the post may be, and whether somebody has to approve it. */
export function Details({
  draft,
  usual,
  mustBeApproved,
  onChange,
}: {
  draft: Draft;
  /** The window, in seconds, of a post without its own, or `null` if it has none. */
  usual: number | null;
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
      <SelectField
        label={LATE.label}
        choices={lateChoices(draft.publishWithinSeconds, usual)}
        value={draft.publishWithinSeconds === null ? USUAL : String(draft.publishWithinSeconds)}
        onChange={(chosen) => onChange({ publishWithinSeconds: chosen === USUAL ? null : Number(chosen) })}
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
