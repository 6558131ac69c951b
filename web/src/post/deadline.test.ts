import { describe, expect, it } from "vitest";
import { type Deadline, deadlineOf } from "./deadline";

const AT = "2027-03-24T08:30:00.000Z";
const UNTIL = "2027-03-24T08:31:00.000Z";
const scheduled = {
  status: "scheduled" as const,
  scheduledAt: AT as string | null,
  publishOnApproval: false,
  publishWithinSeconds: null as number | null,
};

describe("a post that waits for an approval", () => {
  it.each<[string, Partial<Omit<typeof scheduled, "status"> & { status: "draft" | "failed" }>, string, Deadline]>([
    ["has no time as a draft", { status: "draft", scheduledAt: null }, AT, { kind: "untimed" }],
    ["has no time after a failure", { status: "failed" }, AT, { kind: "untimed" }],
    ["is released by its approval", { publishOnApproval: true }, UNTIL, { kind: "released" }],
    ["waits for its time", {}, "2027-03-24T08:29:59.999Z", { kind: "ahead", at: AT, until: null }],
    ["is late from its time on", {}, AT, { kind: "passed", at: AT, until: null }],
    ["knows the end of its own window", { publishWithinSeconds: 60 }, AT, { kind: "passed", at: AT, until: UNTIL }],
    ["needs a new time after its window", { publishWithinSeconds: 60 }, UNTIL, { kind: "closed" }],
  ])("%s", (_, changes, now, deadline) => {
    expect(deadlineOf({ ...scheduled, ...changes }, Date.parse(now))).toEqual(deadline);
  });
});
