import { expect, it } from "vitest";
import type { PlatformRules } from "../api/platforms";
import type { Validation } from "../api/saving";
import type { Platform, Post } from "../api/types";
import { setPlatforms } from "../strings/platforms";
import { readWallClock } from "../time/wallClock";
import { type Draft, emptyDraft } from "./draft";
import { cautionsOf, namedMessage, prevents, problemsOf } from "./problems";

const platforms = {
  bluesky: {
    name: "Bluesky",
    replies: "thread",
    text: [{ limit: 10, unit: "graphemes", urlLength: null }],
    options: { properties: {} },
  },
  pinterest: { name: "Pinterest", replies: "none", text: [], options: { properties: { boardId: {}, poll: {} } } },
} as unknown as Record<Platform, PlatformRules>;
setPlatforms(platforms);

const written: Draft = {
  ...emptyDraft("Europe/Berlin"),
  words: { content: "One", parts: [" ", "Two"] },
  platforms: ["bluesky", "pinterest"],
  at: "2099-03-24T09:30",
};

function problems(
  changes: Partial<Draft>,
  errors: Partial<Record<Platform, [field: string, message: string][]>> = {},
  saved?: Pick<Post, "scheduledAt">,
) {
  const draft = { ...written, ...changes };
  const found = Object.entries(errors).map(([platform, all]) => [
    platform,
    { errors: all.map(([field, message]) => ({ field, message })) },
  ]);
  const validation = { platforms: Object.fromEntries(found) } as Validation;
  return problemsOf(draft, validation, readWallClock(draft.at, draft.timezone), saved, platforms);
}

it("a problem is at the control that fixes it", () => {
  const all = problems(
    {},
    {
      bluesky: [
        ["platformOptions.bluesky.thread[0]", "Part 2: The text is 400 characters long; Bluesky allows 300."],
        ["platformOptions.bluesky.thread[0].mediaUrls", "Part 2: Image 1 has the type image/tiff."],
        ["platformOptions.bluesky.firstComment", "A story cannot have comments. Remove firstComment."],
      ],
      pinterest: [
        ["variants.pinterest.content", "The text is 900 characters long; Pinterest allows 800."],
        ["platformOptions.pinterest", "boardId is missing. Set it to the id of the board for the pin."],
        ["platformOptions.pinterest", "Part 1: boardId is 'a'; it must be the numeric id of a board on Pinterest."],
        ["platformOptions.pinterest", "poll.options has 1 entries; Pinterest allows 2 to 4."],
        ["platformOptions.pinterest", 'Pinterest has no option "title".'],
      ],
    },
  );
  expect(all.map(({ section, control }) => [section, control])).toEqual([
    ["text", 2],
    ["media", null],
    ["text", "firstComment"],
    ["text", 0],
    ["options", "boardId"],
    ["options", "boardId"],
    ["options", "poll"],
    ["options", null],
  ]);
  expect(all[2]?.message).toBe("A story cannot have comments. Remove the first comment.");
  expect(all.slice(4, 6).map(namedMessage)).toEqual([
    "Choose a Pinterest board.",
    "“Board” is 'a'; it must be the numeric id of a board on Pinterest.",
  ]);
});

it("a text is missing unless each platform has its own", () => {
  const words = { content: "", parts: [] };
  const own = { bluesky: { content: "One", parts: [] } };
  const places = (changes: Partial<Draft>) => problems({ words, own, ...changes }).map(({ section }) => section);
  expect(places({})).toEqual(["text"]);
  expect(places({ platforms: ["bluesky"] })).toEqual([]);
  expect(places({ platforms: [] })).toEqual(["accounts", "text"]);
});

it("the text that is too long is a problem before the server has counted it", () => {
  const [problem] = problems({ words: { content: "One", parts: ["Two", "A long third part"] } });
  expect(problem).toMatchObject({ section: "text", control: 2, platform: "bluesky" });
});

it.each([
  ["2099-03-24T09:30", []],
  ["", [["day", true, "Choose a day, or publish the post now."]]],
  ["2020-03-24T09:30", [["day", undefined, "This time has passed."]]],
  [
    "2099-03-29T02:30",
    [["time", undefined, "02:30 does not exist on Sun 29 March 2099 in Europe/Berlin: the clocks are set forward."]],
  ],
])("the time %j has the problems %j", (at, expected) => {
  const found = problems({ at }).map(({ control, isMissing, message }) => [control, isMissing, message]);
  expect(found).toEqual(expected);
});

it.each([
  [null, "Choose a day, or publish the post now."],
  ["2099-03-24T08:30:00Z", "Choose a day."],
])("a saved post with the time %j and without a day can be published now if it is a draft", (scheduledAt, message) => {
  const [problem] = problems({ at: "" }, undefined, { scheduledAt });
  expect(problem?.message).toBe(message);
});

it("a draft may have problems, and publishing now needs no time", () => {
  const all = problems({ at: "", platforms: [] });
  expect(all.map((each) => [each.section, each.isMissing])).toEqual([
    ["accounts", true],
    ["when", true],
  ]);
  const preventing = (intent: "draft" | "now" | "schedule") => all.filter((each) => prevents(each, intent)).length;
  expect([preventing("draft"), preventing("now"), preventing("schedule")]).toEqual([0, 1, 2]);
});

it("what a platform may refuse is at its control, and prevents nothing", () => {
  const warnings = [
    { field: "content", message: "The text has 9 hashtags; Bluesky may refuse more than 5." },
    { field: "mediaUrls[0]", message: "Image 1 could not be checked." },
  ];
  const validation = { platforms: { bluesky: { errors: [], warnings } } } as unknown as Validation;
  const found = cautionsOf(written, validation, platforms);
  expect(found.map((each) => [each.section, namedMessage(each)])).toEqual([
    ["text", "The text has 9 hashtags; Bluesky may refuse more than 5."],
    ["media", "Bluesky: Image 1 could not be checked."],
  ]);
  expect(problemsOf(written, validation, readWallClock(written.at, written.timezone), undefined, platforms)).toEqual(
    [],
  );
  expect(cautionsOf(written, undefined, platforms)).toEqual([]);
});
