import { beforeAll, describe, expect, it } from "vitest";
import type { HistoryEvent, Post } from "../api/types";
import { setPlatforms } from "../strings/platforms";
import { changesSinceDecision } from "./decisionChanges";

beforeAll(() => {
  setPlatforms({
    bluesky: { name: "Bluesky", monogram: "Bs", color: "" },
    x: { name: "X", monogram: "X", color: "" },
  } as Parameters<typeof setPlatforms>[0]);
});

const post = {
  content: "Third",
  platforms: ["bluesky", "x"],
  scheduledAt: "2027-03-24T08:30:00.000Z",
  campaign: "Spring",
  notes: null,
  mediaUrls: ["media:2", "media:3"],
  altTexts: { "media:2": "A ferry", "media:3": "A tram" },
  connectionIds: ["one", "two"],
  platformOptions: { x: { thread: ["Two, changed"] } },
  variants: { bluesky: { content: "Blue" } },
} as unknown as Post;
const approved = { type: "post.approved", data: {} } as unknown as HistoryEvent;
const update = (old: Record<string, unknown>) =>
  ({ type: "post.updated", data: { changed: Object.keys(old), old, new: {} } }) as unknown as HistoryEvent;

function changes(...history: HistoryEvent[]) {
  const one = { id: "one", platform: "bluesky", handle: "one.example", isDefault: true } as const;
  const two = { id: "two", platform: "x", handle: "@two", isDefault: false } as const;
  return changesSinceDecision(post, history, "Europe/Berlin", [one, two]);
}

describe("the changes since the last decision", () => {
  it("have the value at the decision and the value now", () => {
    const found = changes(
      update({ content: "Zero" }),
      approved,
      update({ content: "First" }),
      update({ content: "Second" }),
    );
    expect(found).toEqual({ changes: [{ name: "Text", before: "First", now: "Third" }], others: [] });
  });

  it("show a time in the zone of the page", () => {
    expect(changes(approved, update({ scheduledAt: "2027-03-24T09:00:00.000Z" }))?.changes).toEqual([
      { name: "Time", before: "Wed 24 March 2027, 10:00 CET", now: "Wed 24 March 2027, 09:30 CET" },
    ]);
  });

  it("show the texts and the threads of each platform", () => {
    const old = { variants: {}, platformOptions: { x: { thread: ["Two"] } } };
    expect(changes(approved, update(old))).toEqual({
      changes: [
        { name: "Text for Bluesky", before: "", now: "Blue" },
        { name: "X, part 2", before: "Two", now: "Two, changed" },
      ],
      others: [],
    });
  });

  it("name the fields that cannot be read as a text", () => {
    const old = { mediaUrls: ["media:1"], platformOptions: { x: { thread: ["Two, changed"], replySettings: "all" } } };
    expect(changes(approved, update(old))).toEqual({ changes: [], others: ["media (2 added, 1 removed)", "options"] });
    // A long value is shortened to a text.
    expect(changes(approved, update({ variants: '{"x":…' }))).toEqual({ changes: [], others: ["text for a platform"] });
  });

  it("say what was added and removed", () => {
    expect(changes(approved, update({ mediaUrls: ["media:2"], altTexts: { "media:2": "A ferry" } }))).toEqual({
      changes: [],
      others: ["media (1 added)"],
    });
    expect(changes(approved, update({ connectionIds: ["one"] }))?.others).toEqual([
      "accounts (\u2068@two\u2069 on X added)",
    ]);
    // The post went to the default account before it named the same one.
    expect(changes(approved, update({ connectionIds: ["two"] }))).toBeNull();
  });

  it("show the alternative texts of media that stay", () => {
    const old = { mediaUrls: ["media:1", "media:3"], altTexts: { "media:1": "A bus", "media:3": "" } };
    expect(changes(approved, update(old))).toEqual({
      changes: [{ name: "Alternative text 2", before: "", now: "A tram" }],
      others: ["media (1 added, 1 removed)"],
    });
  });

  it("name the media of a platform", () => {
    const part = { content: "Two, changed", mediaUrls: ["media:4"], altTexts: {} };
    const others = ["media of a platform"];
    expect(changes(approved, update({ platformOptions: { x: { thread: [part] } } }))).toEqual({ changes: [], others });
    const variants = { bluesky: { content: "Blue", mediaUrls: ["media:4"] } };
    expect(changes(approved, update({ variants }))).toEqual({ changes: [], others });
  });

  it("are absent without a decision, without a change, and after a change back", () => {
    expect(changes(update({ content: "First" }))).toBeNull();
    expect(changes(update({ content: "First" }), approved)).toBeNull();
    expect(changes(approved, update({ content: "Third" }))).toBeNull();
    expect(changes(approved, update({ mediaUrls: ["media:2", "media:3"] }))).toBeNull();
  });
});
