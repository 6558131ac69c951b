import { expect, it } from "vitest";
import type { Post } from "../api/types";
import { movedMessage } from "./movedMessage";

const NOW = new Date("2026-11-29T12:00:00Z");
const post = (fields: Partial<Post>) =>
  ({ id: "1", content: "Two for one", scheduledAt: "2026-12-01T08:15:00Z", ...fields }) as Post;
const options = { zone: "Europe/Berlin", now: NOW, href: null, onUndo: () => {}, approve: null };
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
