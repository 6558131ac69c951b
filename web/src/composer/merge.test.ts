import { beforeAll, describe, expect, it } from "vitest";
import type { Connection, HistoryEvent } from "../api/types";
import { setPlatforms } from "../strings/platforms";
import { type Draft, emptyDraft } from "./draft";
import { type Choices, compareVersions, isNewlyDecided, lastChangeOf, lostNames, mergeDrafts } from "./merge";

beforeAll(() => {
  setPlatforms({
    bluesky: { name: "Bluesky", monogram: "Bs", color: "" },
    mastodon: { name: "Mastodon", monogram: "M", color: "" },
    x: { name: "X", monogram: "X", color: "" },
  } as Parameters<typeof setPlatforms>[0]);
});

const connections = [
  { id: "b1", platform: "bluesky", isDefault: true, handle: "tide" },
  { id: "b2", platform: "bluesky", isDefault: false, handle: "wave" },
  { id: "x1", platform: "x", isDefault: true, handle: "xtide" },
] as Connection[];

const base: Draft = {
  ...emptyDraft("Europe/Berlin"),
  words: { content: "One", parts: ["Two", "Three"] },
  own: { mastodon: { content: "Toot", parts: ["Toot two"] } },
  firstComment: "First",
  platforms: ["bluesky", "mastodon"],
  media: [
    { url: "media:1", alt: "A cup" },
    { url: "media:2", alt: "" },
  ],
  options: { mastodon: { visibility: "public", language: "en" } },
  campaign: "Spring",
  notes: "For Lena",
  at: "2027-03-24T09:30",
};
const [cup, sea] = base.media as [Draft["media"][0], Draft["media"][0]];
const toot = { content: "Toot", parts: ["Toot two"] };

/** Merge the changes of two people, and name the fields by the people who changed them. */
function merge(mine: Partial<Draft>, theirs: Partial<Draft>, choices: Choices = {}, from: Draft | null = base) {
  const [one, other] = [
    { ...base, ...mine },
    { ...base, ...theirs },
  ];
  const differences = compareVersions(from, one, other, connections);
  return {
    merged: mergeDrafts(one, other, differences, choices),
    named: differences.map(({ field, changedBy }) => `${field.name}: ${changedBy}`),
    differences,
  };
}

/** A change of each field of a draft, and a change of the same field by somebody else. */
const CHANGES: [name: string, mine: Partial<Draft>, theirs: Partial<Draft>][] = [
  ["Text", { words: { ...base.words, content: "Mine" } }, { words: { ...base.words, content: "Theirs" } }],
  [
    "Part 2",
    { words: { content: "One", parts: ["M", "Three"] } },
    { words: { content: "One", parts: ["T", "Three"] } },
  ],
  ["Further parts", { words: { content: "One", parts: [] } }, { words: { content: "One", parts: ["T", "Three"] } }],
  [
    "Text for Mastodon",
    { own: { mastodon: { ...toot, content: "Mine" } } },
    { own: { mastodon: { ...toot, content: "Theirs" } } },
  ],
  [
    "Mastodon, part 2",
    { own: { mastodon: { ...toot, parts: ["Mine"] } } },
    { own: { mastodon: { ...toot, parts: ["Theirs"] } } },
  ],
  [
    "Further parts on Mastodon",
    { own: { mastodon: { ...toot, parts: [] } } },
    { own: { mastodon: { ...toot, parts: ["Theirs"] } } },
  ],
  ["Text for Mastodon", { own: {} }, { own: { mastodon: { ...toot, content: "Theirs" } } }],
  ["First comment", { firstComment: "Mine" }, { firstComment: "Theirs" }],
  ["First comment on Mastodon", { ownComments: { mastodon: "M" } }, { ownComments: { mastodon: "T" } }],
  ["Media", { media: [sea, cup] }, { media: [cup] }],
  [
    "Alternative text of \u2068media:1\u2069",
    { media: [{ ...cup, alt: "M" }, sea] },
    { media: [{ ...cup, alt: "T" }, sea] },
  ],
  ["Accounts on Bluesky", { connectionIds: ["b2"] }, { connectionIds: ["b1", "b2"] }],
  ["An account that is no longer connected", { connectionIds: [] }, { connectionIds: ["old"] }],
  [
    "Mastodon: Who can see the post",
    { options: { mastodon: { visibility: "private", language: "en" } } },
    { options: { mastodon: { visibility: "unlisted", language: "en" } } },
  ],
  ["Time", { at: "2027-03-25T09:30" }, { at: "2027-03-24T10:30" }],
  ["Time", { at: "" }, { timezone: "Asia/Tokyo" }],
  ["Campaign", { campaign: "Mine" }, { campaign: "" }],
  ["Notes", { notes: "" }, { notes: "Theirs" }],
  ["Approval", { approvalRequired: true }, { approvalRequired: true, campaign: "Theirs" }],
];
const rows = CHANGES.map(([name, mine, theirs], index) => ({ name, mine, theirs, index }));
/** Both sides have one of two values of these fields, so that two changes are the same. */
const IS_SWITCH = ["Approval", "An account that is no longer connected"];

describe("a merge of two versions", () => {
  it.each(rows)("keeps a change that only one side made: $index $name", ({ name, mine, theirs }) => {
    expect(merge(mine, {}).merged).toEqual({ ...base, ...mine });
    expect(merge({}, theirs).merged).toEqual({ ...base, ...theirs });
    if (name !== "An account that is no longer connected") expect(merge(mine, {}).named).toEqual([`${name}: mine`]);
  });

  it.each(rows.filter(({ name }) => !IS_SWITCH.includes(name)))(
    "asks about a field that both changed: $index $name",
    ({ name, mine, theirs }) => {
      const { named, differences } = merge(mine, theirs);
      expect(named).toEqual([`${name}: both`]);
      const key = differences[0]?.field.key ?? "";
      expect(merge(mine, theirs, { [key]: "mine" }).merged).toEqual({ ...base, ...mine });
      expect(merge(mine, theirs, { [key]: "theirs" }).merged).toEqual({ ...base, ...theirs });
    },
  );

  it("keeps the changes of both in different fields", () => {
    const mine = { campaign: "Mine", words: { content: "One", parts: ["Two", "Mine"] } };
    const theirs = {
      own: { mastodon: { ...toot, content: "Theirs" } },
      words: { content: "Theirs", parts: ["Two", "Three"] },
    };
    const { merged, named } = merge(mine, theirs);
    expect(named).toEqual(["Text: theirs", "Part 3: mine", "Text for Mastodon: theirs", "Campaign: mine"]);
    expect(merged).toEqual({
      ...base,
      campaign: "Mine",
      own: theirs.own,
      words: { content: "Theirs", parts: ["Two", "Mine"] },
    });
  });

  it("asks about nothing that both changed to the same", () => {
    expect(merge({ campaign: "Same" }, { campaign: "Same " }).named).toEqual([]);
  });

  it("does not count the default account, which an approval adds, as a change", () => {
    const { merged, named } = merge({ campaign: "Mine" }, { connectionIds: ["b1"] });
    expect(named).toEqual(["Campaign: mine"]);
    expect(merged.connectionIds).toEqual(["b1"]);
  });

  it("brings the texts and the options of an account that only one side added", () => {
    const mine: Partial<Draft> = {
      platforms: ["bluesky", "mastodon", "x"],
      connectionIds: ["b1", "x1"],
      own: { ...base.own, x: { content: "Short", parts: ["Shorter"] } },
      options: { ...base.options, x: { replySettings: "following" } },
    };
    const { merged, named } = merge(mine, { campaign: "Theirs" });
    expect(merged).toEqual({ ...base, ...mine, connectionIds: ["x1"], campaign: "Theirs" });
    expect(named).not.toContain("Accounts on X: both");
  });

  it("asks when one side removed an account whose text the other side changed", () => {
    const removed = { platforms: ["bluesky"], own: {}, options: {} } as Partial<Draft>;
    const changed = { own: { mastodon: { ...toot, content: "Mine" } } };
    const { named, differences } = merge(changed, removed);
    expect(named).toEqual(["Accounts on Mastodon: both"]);
    expect(differences[0]?.dependents.map(({ name }) => name)).toEqual(["Text for Mastodon"]);
    expect(merge(changed, removed, { "accounts mastodon": "mine" }).merged).toEqual({
      ...base,
      ...changed,
      platforms: ["bluesky", "mastodon"],
    });
    expect(merge(changed, removed, { "accounts mastodon": "theirs" }).merged.platforms).toEqual(["bluesky"]);
    const { named: reversed, merged } = merge(removed, changed, { "accounts mastodon": "theirs" });
    expect(reversed).toEqual(["Accounts on Mastodon: both"]);
    expect(merged).toEqual({ ...base, ...changed });
  });

  it("asks when one side removed a media item whose alternative text the other side changed", () => {
    const changed = { media: [{ ...cup, alt: "A blue cup" }, sea] };
    const { named, merged } = merge(changed, { media: [sea] });
    expect(named).toEqual(["Media: both"]);
    expect(merged.media).toEqual(changed.media);
  });

  it("asks about every difference if the version with which the person began is not known", () => {
    const { named } = merge({ campaign: "Mine" }, { notes: "Theirs" }, {}, null);
    expect(named).toEqual(["Campaign: both", "Notes: both"]);
  });
});

it("the choice of a version names what is lost of the other one", () => {
  const mine: Draft = { ...base, own: { mastodon: { ...toot, content: "Mine" } }, notes: "Mine", campaign: "Mine" };
  const theirs: Draft = { ...base, platforms: ["bluesky"], own: {}, options: {}, notes: "Theirs", firstComment: "T" };
  const differences = compareVersions(base, mine, theirs, connections);
  expect(lostNames("theirs", theirs, differences, {})).toEqual(["Accounts on Mastodon", "Notes"]);
  expect(lostNames("mine", mine, differences, {})).toEqual([]);
  const choices: Choices = { "accounts mastodon": "theirs" };
  expect(lostNames("theirs", theirs, differences, choices)).toEqual(["Notes"]);
  expect(lostNames("mine", mine, differences, choices)).toEqual(["Accounts on Mastodon", "Text for Mastodon"]);
});

it("the values of a field are shown in words", () => {
  const { differences } = merge({ connectionIds: ["b1", "b2"], at: "" }, { platforms: ["mastodon"], own: {} });
  expect(differences.map(({ field, mine, theirs }) => [field.name, field.show(mine), field.show(theirs)])).toEqual([
    ["Text for Mastodon", "Toot\n\nToot two", "The text of “All”"],
    ["Accounts on Bluesky", "tide, wave", "Not chosen"],
    ["Time", "No time", "Wed 24 March 2027, 09:30 CET"],
  ]);
});

describe("the last change of a field", () => {
  const event = (at: string, changed: string[], type = "post.updated") =>
    ({ at, type, actor: at, data: { changed } }) as unknown as HistoryEvent;
  const history = [
    event("1", ["content"]),
    event("2", ["content", "variants"]),
    event("3", ["campaign"]),
    event("4", [], "post.cancelled"),
  ];
  it.each([
    [["content"], "1", "2"],
    [["content"], "2", undefined],
    [["platformOptions", "variants"], null, "2"],
    [["scheduledAt", "timezone"], "3", "4"],
  ])("of %j after %s is at %s", (stored, since, at) => {
    expect(lastChangeOf(stored, history, since)?.at).toBe(at);
  });
});

it("a decision is new if it was made after the person began", () => {
  expect(isNewlyDecided({ approvalAt: null }, { approvalAt: "2" })).toBe(true);
  expect(isNewlyDecided({ approvalAt: "1" }, { approvalAt: "2" })).toBe(true);
  expect(isNewlyDecided({ approvalAt: "2" }, { approvalAt: "2" })).toBe(false);
  expect(isNewlyDecided({ approvalAt: "2" }, { approvalAt: null })).toBe(false);
  expect(isNewlyDecided(null, { approvalAt: "2" })).toBe(false);
});
