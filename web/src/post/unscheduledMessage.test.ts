import { expect, it } from "vitest";
import { unscheduledMessage } from "./unscheduledMessage";

const options = { zone: "Europe/Berlin", now: new Date("2026-11-29T12:00:00Z"), onUndo: () => {} };

it.each([
  ["2026-12-01T08:15:00Z", "Tue 1 December, 09:15 CET", "Undo"],
  ["2026-11-29T11:59:00Z", "Sun 29 November, 12:59 CET", undefined],
])("a draft names its earlier time %s, and gets it back while it lies ahead", (scheduledAt, time, action) => {
  const message = unscheduledMessage({ id: "1", status: "draft" }, scheduledAt, options);
  expect([message.face, message.about, message.action?.text]).toEqual(["draft", "1", action]);
  expect(message.text).toBe(`The post is a draft now and has no time. It was planned for ${time}.`);
});

it("a post that is partly published is no draft", () => {
  const message = unscheduledMessage({ id: "1", status: "queued" }, "2026-12-01T08:15:00Z", options);
  expect([message.face, message.action]).toEqual(["caution", undefined]);
  expect(message.text).toMatch(/^The rest of the post is cancelled/);
});
