// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { type Draft, emptyDraft } from "./draft";
import {
  firstTextOf,
  forgetUnsaved,
  isWorthKeeping,
  keepUnsaved,
  keptPosts,
  keyOfChanges,
  keyOfNew,
  unsavedWork,
} from "./unsaved";

const empty = emptyDraft("Europe/Berlin");

function written(content: string): Draft {
  return { ...empty, words: { content, parts: [] } };
}

function keep(key: string, content: string, at: string) {
  return keepUnsaved(key, { draft: written(content), version: null, at });
}

beforeEach(() => localStorage.clear());

describe("the new posts that are kept on a device", () => {
  it("are all kept, the newest first", () => {
    keep(keyOfNew("cafe", "a"), "A", "2027-03-24T09:00:00Z");
    keep(keyOfNew("cafe", "b"), "B", "2027-03-24T10:00:00Z");
    expect(keptPosts("cafe").map(({ id, draft }) => [id, draft.words.content])).toEqual([
      ["b", "B"],
      ["a", "A"],
    ]);
  });

  it("are replaced only by their own composer", () => {
    keep(keyOfNew("cafe", "a"), "A", "2027-03-24T09:00:00Z");
    keep(keyOfNew("cafe", "b"), "B", "2027-03-24T10:00:00Z");
    keep(keyOfNew("cafe", "a"), "A again", "2027-03-24T11:00:00Z");
    expect(keptPosts("cafe").map(({ draft }) => draft.words.content)).toEqual(["A again", "B"]);
  });

  it("do not include those of other owners, or the changes of saved posts", () => {
    keep(keyOfNew("cafe/2", "a"), "A", "2027-03-24T09:00:00Z");
    keep(keyOfNew("cafe new", "b"), "B", "2027-03-24T09:00:00Z");
    keep(keyOfChanges("cafe", "c"), "C", "2027-03-24T09:00:00Z");
    expect(keptPosts("cafe")).toEqual([]);
    expect(keptPosts("cafe/2").map(({ id }) => id)).toEqual(["a"]);
  });

  it("stay when another one is forgotten", () => {
    keep(keyOfNew("cafe", "a"), "A", "2027-03-24T09:00:00Z");
    keep(keyOfNew("cafe", "b"), "B", "2027-03-24T10:00:00Z");
    forgetUnsaved(keyOfNew("cafe", "b"));
    expect(keptPosts("cafe").map(({ id }) => id)).toEqual(["a"]);
    expect(unsavedWork(keyOfNew("cafe", "b"))).toBeNull();
  });
});

it("unsaved work of an earlier version of the page gets the fields that it lacks", () => {
  const key = keyOfChanges("cafe", "c");
  localStorage.setItem(key, JSON.stringify({ draft: { words: { content: "C", parts: [] }, timezone: "UTC" }, at: "" }));
  expect(unsavedWork(key)?.draft).toEqual({ ...emptyDraft("UTC"), words: { content: "C", parts: [] } });
});

it.each<[name: string, changes: Partial<Draft>, firstText: string, isKept: boolean]>([
  ["nothing", {}, "", false],
  ["only spaces", { words: { content: " ", parts: [" "] } }, "", false],
  ["only accounts and a time", { platforms: ["x"], connectionIds: ["x1"], at: "2027-03-24T09:00" }, "", false],
  ["only a choice", { options: { tiktok: { allowComments: true } } }, "", false],
  ["a text", { words: { content: " Good\nmorning ", parts: ["Two"] } }, "Good\nmorning", true],
  ["only a second part", { words: { content: "", parts: ["", "Three"] } }, "Three", true],
  ["only a part with an image", { words: { content: "", parts: [{ content: "", mediaUrls: ["media:1"] }] } }, "", true],
  ["only the text of a platform", { own: { x: { content: "Short", parts: [] } } }, "Short", true],
  ["only a first comment", { firstComment: "First" }, "First", true],
  ["only an image", { media: [{ url: "media:1", alt: "" }] }, "", true],
  ["only a described image", { media: [{ url: "media:1", alt: "A cup" }] }, "A cup", true],
  ["only notes", { notes: "For Lena" }, "For Lena", true],
  ["only a campaign", { campaign: "Spring" }, "Spring", true],
  ["only the text of an option", { options: { youtube: { title: "The film" } } }, "The film", true],
])("a new post with %s is kept if a person would miss it", (_, changes, firstText, isKept) => {
  const draft = { ...empty, ...changes };
  expect([firstTextOf(draft), isWorthKeeping(draft)]).toEqual([firstText, isKept]);
});
