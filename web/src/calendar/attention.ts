import type { Entry } from "../api/calendar";

/**
 * Return whether a post needs a person with these scopes: it failed or is unknown, has to be approved by an approver, or
 * was rejected and has to be changed by a writer.
 */
export function needsPerson(
  { status, approvalStatus }: Pick<Entry, "status" | "approvalStatus">,
  scopes: readonly string[],
): boolean {
  if (status === "failed") return true;
  if (status !== "draft" && status !== "scheduled") return false;
  return (
    (approvalStatus === "pending" && scopes.includes("approve")) ||
    (approvalStatus === "rejected" && scopes.includes("write"))
  );
}
