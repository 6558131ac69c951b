import type { Destination } from "../api/destinations";
import { POST } from "../strings/post";

/** An account as far as its name is concerned. */
export type NamedAccount = Pick<Destination, "id" | "platform" | "handle">;

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
  const named = (ids: readonly string[]) => ids.map((id) => accounts.find((each) => each.id === id) ?? null);
  return POST.accountsChange(named(added), named(removed));
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value);
}
