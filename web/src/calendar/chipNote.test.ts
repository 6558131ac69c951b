// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { Entry } from "../api/calendar";
import type { Pause } from "../api/queue";
import type { Me, Post } from "../api/types";
import { chipNote } from "./chipNote";

const DUE = "2026-11-29T12:00:00.000Z";
const pause = { scope: "all", reason: "An outage" } as unknown as Pause;
const context = {
  pauses: [pause],
  me: { publishWithinSeconds: 86_400 } as Me,
  now: new Date("2026-11-29T13:37:00.000Z"),
  zone: "Europe/Berlin",
};
const entry = (fields: Partial<Entry>) =>
  ({ scheduledAt: DUE, platforms: ["x"], campaign: null, publicationStates: [], ...fields }) as Entry;
const posted = (fields: Partial<Post>) =>
  ({ status: "queued", scheduledAt: DUE, publications: [], ...fields }) as unknown as Post;
const waiting = { state: "queued", part: 1, dueAt: DUE, nextAttemptAt: "2026-11-29T13:50:00.000Z" };

it.each([
  ["is on time", entry({ status: "scheduled" }), undefined, false, "", false],
  [
    "is held",
    entry({ status: "queued", publicationStates: ["held"] }),
    undefined,
    true,
    "1 h 37 min late so far. All publishing is paused: “\u2068An outage\u2069”.",
    true,
  ],
  [
    "waits for its next attempt",
    entry({ status: "queued", publicationStates: ["queued"] }),
    posted({ publications: [{ ...waiting, failureReason: "X does not respond." }] as Post["publications"] }),
    false,
    "1 h 37 min late so far, next attempt at 14:50 CET. X does not respond.",
    true,
  ],
  [
    "waits for an approval",
    entry({ status: "scheduled", approvalStatus: "pending" }),
    posted({ status: "scheduled", approvalStatus: "pending", publishWithinSeconds: null }),
    false,
    "1 h 37 min late so far. It is published as soon as it is approved, until Mon 30 November, 13:00 CET.",
    true,
  ],
  [
    "is held on time",
    entry({ status: "queued", scheduledAt: "2026-11-29T13:36:59.000Z", publicationStates: ["held"] }),
    undefined,
    true,
    "All publishing is paused: “\u2068An outage\u2069”.",
    false,
  ],
] as const)("the note of a post that %s says so", (_, shown, post, isHeld, note, isLate) => {
  expect(chipNote(shown, post, isHeld, context)).toEqual({ note, isLate });
});
