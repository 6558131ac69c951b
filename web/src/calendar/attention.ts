import type { Entry } from "../api/calendar";

/**
 * Return whether a post needs a person with these scopes: it failed or is unknown, has to be approved by an approver, or
 * was rejected and has to be changed by a writer. Posts that will fail because access to an account is lost are not
 * counted: their account needs a person, once for all of them.
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
