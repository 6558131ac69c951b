import type { Connection, HistoryEvent, Post } from "../api/types";
import { changedFields } from "../post/changedFields";
import type { Draft } from "./draft";
import { type DraftField, draftFields } from "./draftFields";

/** Whose value of a field is saved. */
export type Side = "mine" | "theirs";

/** A field that a person, somebody else or both changed since the person began. */
export interface Difference {
  field: DraftField;
  changedBy: Side | "both";
  /** The value with which the person began: `undefined` if it is not known. */
  before: unknown;
  mine: unknown;
  theirs: unknown;
  /** The fields that depend on this one and that only the other side changed, such as the text for a removed account. */
  dependents: DraftField[];
}

/**
 * Compare two versions of a post by field with the version from which both began. Without it, every field that differs
 * counts as changed by both.
 */
export function compareVersions(
  base: Draft | null,
  mine: Draft,
  theirs: Draft,
  connections: readonly Connection[],
): Difference[] {
  const fields = draftFields([...(base ? [base] : []), mine, theirs], connections);
  const found = fields.flatMap((field): Difference[] => {
    const of = (draft: Draft) => (base && !field.exists(draft) ? base : draft);
    const before = base ? field.read(base) : undefined;
    const values = { before, mine: field.read(of(mine)), theirs: field.read(of(theirs)) };
    if (isEqual(values.mine, values.theirs)) return [];
    const changedBy = !base
      ? "both"
      : isEqual(values.mine, before)
        ? "theirs"
        : isEqual(values.theirs, before)
          ? "mine"
          : "both";
    return [{ field, changedBy, ...values, dependents: [] }];
  });
  return withDependents(found, mine, theirs);
}

/**
 * If one side removed an account or a media item, and the other side changed a field that depends on it, a person has to
 * choose: the removal would drop the change.
 */
function withDependents(found: readonly Difference[], mine: Draft, theirs: Draft): Difference[] {
  const isLost = ({ field, changedBy }: Difference) =>
    (changedBy !== "theirs" && !field.exists(theirs) && field.exists(mine)) ||
    (changedBy !== "mine" && !field.exists(mine) && field.exists(theirs));
  const ownerOf = (difference: Difference) =>
    isLost(difference) &&
    found.find(({ field, changedBy }) => {
      if (field.key !== difference.field.owner) return false;
      // An account or a media item that one side added has its fields from that side.
      return changedBy === "both" || changedBy !== difference.changedBy;
    });
  return found
    .filter((each) => !ownerOf(each))
    .map((each) => {
      const dependents = found.filter((other) => ownerOf(other) === each).map(({ field }) => field);
      return dependents.length > 0 ? { ...each, changedBy: "both", dependents } : each;
    });
}

/** The decisions about the fields that both changed, by the key of the field. */
export type Choices = Readonly<Record<string, Side>>;

/** Return whose value of a field is saved. What only one side changed is that side's. */
export function sideOf({ field, changedBy }: Difference, choices: Choices): Side {
  return changedBy === "both" ? (choices[field.key] ?? "mine") : changedBy;
}

/** Return the saved version with the changes of the person, and with the person's choice of what both changed. */
export function mergeDrafts(mine: Draft, theirs: Draft, differences: readonly Difference[], choices: Choices): Draft {
  const taken = differences.filter((each) => sideOf(each, choices) === "mine").map(({ field }) => field);
  // The accounts and the media first: the other fields exist only with them.
  const inOrder = [...taken.filter(({ owner }) => !owner), ...taken.filter(({ owner }) => owner)];
  return inOrder.reduce((draft, field) => field.take(draft, mine), theirs);
}

/** Return the names of the fields of one version, `draft`, that are not saved because the other side was chosen. */
export function lostNames(side: Side, draft: Draft, differences: readonly Difference[], choices: Choices): string[] {
  return differences
    .filter((each) => each.changedBy === "both" && sideOf(each, choices) !== side)
    .flatMap(({ field, dependents }) => [field, ...dependents.filter(({ exists }) => exists(draft))])
    .map(({ name }) => name);
}

/** Return the last event after an instant that changed one of the stored fields. */
export function lastChangeOf(
  stored: readonly string[],
  history: readonly HistoryEvent[],
  since: string | null,
): HistoryEvent | undefined {
  return history.findLast(
    (event) =>
      (since === null || event.at > since) &&
      (changedFields(event).some((name) => stored.includes(name)) ||
        (event.type === "post.cancelled" && stored.includes("scheduledAt"))),
  );
}

/** Return whether somebody approved or rejected the post after the person began to edit it. */
export function isNewlyDecided(base: Pick<Post, "approvalAt"> | null, newest: Pick<Post, "approvalAt">): boolean {
  return base !== null && newest.approvalAt !== null && newest.approvalAt !== base.approvalAt;
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
