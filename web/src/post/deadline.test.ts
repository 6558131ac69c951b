import { describe, expect, it } from "vitest";
import { type Deadline, deadlineOf } from "./deadline";

const AT = "2027-03-24T08:30:00.000Z";
const UNTIL = "2027-03-24T08:31:00.000Z";
const NEXT_DAY = "2027-03-25T08:30:00.000Z";
const DAY = { publishWithinSeconds: 86_400 };
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
    ["waits for its time", {}, "2027-03-24T08:29:59.999Z", { kind: "ahead", at: AT, until: NEXT_DAY }],
    ["is late from its time on", {}, AT, { kind: "passed", at: AT, until: NEXT_DAY }],
    ["needs a new time after the usual window", {}, NEXT_DAY, { kind: "closed" }],
    ["knows the end of its own window", { publishWithinSeconds: 60 }, AT, { kind: "passed", at: AT, until: UNTIL }],
    ["needs a new time after its window", { publishWithinSeconds: 60 }, UNTIL, { kind: "closed" }],
  ])("%s", (_, changes, now, deadline) => {
    expect(deadlineOf({ ...scheduled, ...changes }, DAY, Date.parse(now))).toEqual(deadline);
  });

  it("can be approved at any time where posts have no window", () => {
    const expected = { kind: "passed", at: AT, until: null };
    expect(deadlineOf(scheduled, { publishWithinSeconds: null }, Date.parse("2028-01-01T00:00:00.000Z"))).toEqual(
      expected,
    );
  });
});
