import { describe, expect, it } from "vitest";
import type { Entry } from "../api/calendar";
import type { Connection } from "../api/types";
import { countLost, needsPerson } from "./attention";

type Case = [Entry["status"], Entry["approvalStatus"], string[], boolean];

const DUE = "2027-03-24T08:30:00.000Z";
const after = (seconds: number) => new Date(Date.parse(DUE) + seconds * 1000);

const CASES: Case[] = [
  ["failed", null, [], true],
  ["failed", "approved", ["write"], true],
  ["scheduled", null, ["write", "approve"], false],
  ["scheduled", "pending", ["write"], false],
  ["scheduled", "pending", ["approve"], true],
  ["scheduled", "rejected", ["write"], true],
  ["draft", "rejected", ["write"], true],
  ["scheduled", "rejected", ["approve"], false],
  ["scheduled", "rejected", [], false],
  ["published", "approved", ["write", "approve"], false],
  ["archived", "rejected", ["write"], false],
];

describe("a post", () => {
  it.each(CASES)("that is %s and %s needs a person with %j: %s", (status, approvalStatus, scopes, isNeeded) => {
    const entry = { status, approvalStatus, scheduledAt: DUE, publicationStates: [] };
    expect(needsPerson(entry, scopes, after(0), [])).toBe(isNeeded);
  });

  it.each([
    ["a pause has held it beyond its time", "queued", ["held", "published"], 60, true],
    ["a pause has held it, but not beyond its time", "queued", ["held"], 59, false],
    ["it is late, but not held", "queued", ["queued"], 3600, false],
    ["it is not held since it has a new time", "scheduled", ["held"], 3600, false],
    ["it failed on one of its accounts", "failed", ["cancelled", "failed", "published"], 0, true],
    ["a person cancelled all that is not published", "published", ["cancelled", "published"], 0, false],
  ] as const)("needs a person if %s: it is %s", (_, status, states, seconds, isNeeded) => {
    const entry = { status, approvalStatus: null, scheduledAt: DUE, publicationStates: [...states] };
    expect(needsPerson(entry, [], after(seconds), [])).toBe(isNeeded);
  });

  it.each([
    ["it will fail", [{} as Connection], true],
    ["it is not known whether it will fail", null, false],
  ])("needs a person if %s: it is %s", (_, lost, isNeeded) => {
    const entry = { status: "scheduled" as const, approvalStatus: null, scheduledAt: DUE, publicationStates: [] };
    expect(needsPerson(entry, [], after(0), lost)).toBe(isNeeded);
  });
});

describe("the number of posts that will fail", () => {
  const lost = [{} as Connection];
  it.each([
    ["counts the posts with a lost account", [lost, [], lost], 2],
    ["is not known before it is known of every post", [lost, null], null],
    ["is 0 without posts", [], 0],
  ])("%s", (_, found, count) => {
    const entries = found.map((each) => ({ status: "scheduled" as const, lost: each }));
    expect(countLost(entries, (entry) => entry.lost)).toBe(count);
  });
});
