import type { Pause } from "../api/queue";

/** Return a pause for tests, of all publishing unless `rest` names another scope. */
export const samplePause = (rest: Partial<Pause>): Pause => ({
  scope: "all",
  reason: "Outage",
  actor: "ops",
  pausedAt: "2027-03-24T08:30:00.000Z",
  held: 0,
  heldPosts: 0,
  ...rest,
});
