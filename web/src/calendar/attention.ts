import type { Entry } from "../api/calendar";
import type { Connection } from "../api/types";

/**
 * Return whether a post needs a person with these scopes: it failed or is unknown, will fail on the `lost` connections,
 * has to be approved by an approver, or was rejected and has to be changed by a writer.
 */
export function needsPerson(
  { status, approvalStatus }: Pick<Entry, "status" | "approvalStatus">,
  scopes: readonly string[],
  lost: readonly Connection[] = [],
): boolean {
  if (status === "failed" || lost.length > 0) return true;
  if (status !== "draft" && status !== "scheduled") return false;
  return (
    (approvalStatus === "pending" && scopes.includes("approve")) ||
    (approvalStatus === "rejected" && scopes.includes("write"))
  );
}
