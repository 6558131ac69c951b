import type { Destination } from "../api/destinations";
import { POST } from "../strings/post";

/** What is known of an account of the owner. */
export type NamedAccount = Pick<Destination, "id" | "platform" | "handle" | "isDefault">;

/**
 * Return the name of a changed field. The media and the accounts are followed by what was added and removed, such as
 * "media (1 added, 2 removed)", if both values are known: the API shortens a long value to a text.
 *
 * @param accounts the accounts of the owner, or `null` if they are not known
 */
export function fieldChange(
  field: string,
  { before, now }: { before: unknown; now: unknown },
  accounts: readonly NamedAccount[] | null,
): string {
  if (!isList(before) || !isList(now)) return POST.fieldOf(field);
  const added = now.filter((each) => !before.includes(each));
  const removed = before.filter((each) => !now.includes(each));
  if (field === "mediaUrls") return POST.mediaChange(added.length, removed.length);
  if (field !== "connectionIds" || accounts === null) return POST.fieldOf(field);
  const [isIn, isOut] = [newIn(before, now, accounts), newIn(now, before, accounts)];
  if (!isIn.length && !isOut.length && added.length + removed.length > 0) return POST.sameAccounts;
  const named = (ids: readonly string[]) => ids.map((id) => accounts.find((each) => each.id === id) ?? null);
  return POST.accountsChange(named(isIn), named(isOut));
}

/**
 * Return whether posts that name these accounts go to the same ones: where a post names no account of a platform, it goes
 * to the default one.
 */
export function areSameAccounts(
  before: readonly string[],
  now: readonly string[],
  accounts: readonly NamedAccount[] | null,
): boolean {
  return accounts !== null && !newIn(before, now, accounts).length && !newIn(now, before, accounts).length;
}

/** Return the ids of `now` whose accounts are new: neither named before, nor the default of a platform without a name. */
function newIn(before: readonly string[], now: readonly string[], accounts: readonly NamedAccount[]): string[] {
  const of = (id: string) => accounts.find((each) => each.id === id);
  return now.filter((id) => {
    if (before.includes(id)) return false;
    const account = of(id);
    return !account?.isDefault || before.some((each) => of(each)?.platform === account.platform);
  });
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value);
}
