import { expect, it } from "vitest";
import type { Destination } from "../api/destinations";
import type { Post } from "../api/types";
import { setPlatforms } from "../strings/platforms";
import { movedMessage } from "./movedMessage";

setPlatforms({ x: { name: "X" } } as Parameters<typeof setPlatforms>[0]);

const NOW = new Date("2026-11-29T12:00:00Z");
const post = (fields: Partial<Post>) =>
  ({ id: "1", content: "Two for one", scheduledAt: "2026-12-01T08:15:00Z", ...fields }) as Post;
const options = { zone: "Europe/Berlin", now: NOW, href: null, lost: [], onUndo: () => {}, approve: null };
const before = { scheduledAt: "2026-12-10T08:00:00Z", approvalStatus: null };

it("names the new time and offers to take the move back", () => {
  const message = movedMessage(post({ approvalStatus: null }), before, options);
  expect(message.text).toBe("“\u2068Two for one\u2069” was moved to Tue 1 December, 09:15 CET.");
  expect([message.about, message.href, message.action?.text]).toEqual(["1", undefined, "Undo"]);
});

it("shortens a long text, and names no text where there is none", () => {
  const textOf = (content: string) => movedMessage(post({ content }), before, options).text;
  expect(textOf("The window seats have new cushions. That is all.")).toMatch(
    "“\u2068The window seats have new…\u2069” was moved to",
  );
  expect(textOf("")).toBe("Moved to Tue 1 December, 09:15 CET.");
});

it("does not offer to undo that a post was moved back", () => {
  const message = movedMessage(post({ approvalStatus: null }), before, { ...options, onUndo: null });
  expect([message.text, message.action]).toEqual([
    "“\u2068Two for one\u2069” was moved back to Tue 1 December, 09:15 CET.",
    undefined,
  ]);
});

it("offers to show a day that is not in view", () => {
  const message = movedMessage(post({ approvalStatus: null }), before, { ...options, href: "/?day=2026-12-01" });
  expect([message.href, message.linkText]).toEqual(["/?day=2026-12-01", "Show it"]);
});

it("does not offer to move a post back into the past", () => {
  const past = { ...before, scheduledAt: "2026-11-29T11:59:00Z" };
  expect(movedMessage(post({ approvalStatus: null }), past, options).action).toBeUndefined();
});

it.each([
  [
    "approved",
    "pending",
    "approval",
    "“\u2068Two for one\u2069” was moved to Tue 1 December, 09:15 CET. It needs approval again.",
  ],
  ["pending", "pending", "scheduled", "“\u2068Two for one\u2069” was moved to Tue 1 December, 09:15 CET."],
  ["approved", "approved", "scheduled", "“\u2068Two for one\u2069” was moved to Tue 1 December, 09:15 CET."],
] as const)("says whether a move from %s to %s costs the approval", (then, now, face, text) => {
  const message = movedMessage(post({ approvalStatus: now }), { ...before, approvalStatus: then }, options);
  expect([message.face, message.text]).toEqual([face, text]);
});

it("offers an approver to approve the moved post again", () => {
  const approved: string[] = [];
  const moved = post({ approvalStatus: "pending" });
  const approver = { ...options, approve: ({ id }: Post) => approved.push(id) };
  const message = movedMessage(moved, { ...before, approvalStatus: "approved" }, approver);
  expect([message.next?.text, message.action?.text]).toEqual(["Approve", "Undo"]);
  message.next?.onPress();
  expect(approved).toEqual(["1"]);
  expect(movedMessage(moved, { ...before, approvalStatus: "pending" }, approver).next).toBeUndefined();
  expect(movedMessage(moved, { ...before, approvalStatus: "approved" }, options).next).toBeUndefined();
});

it("says on which accounts the post will fail at its new time", () => {
  const lost = [
    { id: "t", platform: "x", handle: "@lena", health: "ok", expiresAt: "2026-11-30T12:00:00Z", isDefault: true },
  ];
  const message = movedMessage(post({ approvalStatus: null }), before, { ...options, lost: lost as Destination[] });
  expect(message.face).toBe("lost");
  expect(message.text).toBe(
    "“\u2068Two for one\u2069” was moved to Tue 1 December, 09:15 CET. X will fail. Access to \u2068@lena\u2069 on X ends on Mon 30 November.",
  );
});
