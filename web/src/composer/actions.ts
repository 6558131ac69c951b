import type { Post } from "../api/types";
import { canPublishNow } from "../post/changes";
import { COMPOSER } from "../strings/composer";
import { type Draft, draftOf, fieldsOf, type RepliesOf } from "./draft";

/** The ways to save a post: as a draft, with its time, or to be published now. */
export type Intent = "draft" | "schedule" | "now";

/** The names of the buttons that save the post, and what the page says about its approval. */
export interface Actions {
  /** Saves the post with its time. */
  main: string;
  /** Saves the post without a time, or `null` if the post cannot become a draft. */
  draft: string | null;
  /** Publishes the post now, or `null` if this is not offered. */
  now: string | null;
  /** When the approval is needed, or `null` if the post needs no decision. */
  approval: string | null;
}

/** Return the actions for a draft. A post that has a time already is saved, and not scheduled again. */
export function actionsOf(draft: Draft, repliesOf: RepliesOf, saved?: Post, now = Date.now()): Actions {
  const isPlanned = saved?.status === "scheduled" || saved?.status === "queued";
  if (!isPlanned) {
    // The time of a draft is a change, which ends an earlier decision.
    const asks = draft.approvalRequired;
    return {
      main: asks ? COMPOSER.askForApproval : COMPOSER.schedule,
      draft: COMPOSER.saveDraft,
      now: asks ? COMPOSER.publishOnApproval : COMPOSER.publishNow,
      approval: asks ? COMPOSER.approvalBeforePublishing : null,
    };
  }
  const asks = draft.approvalRequired && needsDecision(draft, repliesOf, saved);
  return {
    main: asks ? COMPOSER.saveAndAsk : COMPOSER.saveChanges,
    draft: saved.status === "scheduled" ? COMPOSER.unschedule : null,
    now: canPublishNow(saved, now) && !draft.approvalRequired ? COMPOSER.publishNow : null,
    approval: asks ? COMPOSER.approvalAfterSaving : null,
  };
}

/** Return the name of the button that saves the post in a way. */
export function buttonOf(intent: Intent, { main, draft, now }: Actions): string {
  if (intent === "now" && now) return now;
  return intent === "draft" && draft ? draft : main;
}

/** Return whether an approver has to decide. A decision ends when a field changes that is published. */
function needsDecision(draft: Draft, repliesOf: RepliesOf, saved: Post): boolean {
  if (!saved.approvalRequired || saved.approvalStatus === "pending") return true;
  const published = (each: Draft) =>
    JSON.stringify([fieldsOf({ ...each, campaign: "", notes: "", approvalRequired: true }, repliesOf, saved), each.at]);
  return published(draft) !== published(draftOf(saved, repliesOf));
}
