import type { Entry } from "../api/calendar";

/** Return whether a post needs this person: it failed or is unknown or, for an approver, has to be approved. */
export function needsPerson({ status, approvalStatus }: Entry, canApprove: boolean): boolean {
  return status === "failed" || (canApprove && approvalStatus === "pending");
}
