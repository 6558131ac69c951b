import type { Entry } from "../api/calendar";

/** Return whether a post waits for a person: it failed, is unknown, or has to be approved. */
export function needsPerson({ status, approvalStatus }: Entry): boolean {
  return status === "failed" || approvalStatus === "pending";
}
