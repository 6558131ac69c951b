import { describe, expect, it } from "vitest";
import type { Entry } from "../api/calendar";
import type { Post, Publication } from "../api/types";
import { moveNeighbours, periodsAround } from "./moveNeighbours";
import { samplePlace } from "./samplePlace";
import type { Move } from "./shift";

const main = samplePlace("bluesky", "main.bsky.example", { isDefault: true });
const popup = samplePlace("bluesky", "popup.bsky.example");
const shop = samplePlace("mastodon", "@shop", { isDefault: true });
const missing = samplePlace("x", "", { id: "none x", health: "none", isDefault: true });
const ALL = [main, popup, shop, missing];

const at = (time: string) => `2027-03-24T${time}:00.000Z`;
const post = (id: string, changes: Partial<Post> = {}) =>
  ({ id, status: "scheduled", platforms: ["bluesky"], connectionIds: [], publications: [], ...changes }) as Post;
const move = (id: string, to: string, changes: Partial<Post> = {}, from = "2027-03-20T09:30:00.000Z"): Move => ({
  post: post(id, changes),
  from,
  to,
});
const entry = (id: string, scheduledAt: string, changes: Partial<Entry> = {}) =>
  ({
    id,
    scheduledAt,
    status: "scheduled",
    platforms: ["bluesky"],
    connectionIds: [],
    publicationConnectionIds: [],
    ...changes,
  }) as Entry;
const minutesOf = (moves: Move[], entries: Entry[], spacing = 15) =>
  [...moveNeighbours(moves, entries, spacing, ALL)].map(([id, { minutes }]) => [id, minutes]);

describe("the neighbour of a post that moves", () => {
  it.each([
    ["at the same minute", at("09:30"), 0],
    ["later", at("09:44"), 14],
    ["earlier", at("09:16"), -14],
    ["in the same minute, with seconds", "2027-03-24T09:30:40.000Z", 0],
  ])("is another post %s", (_, time, minutes) => {
    expect(minutesOf([move("a", at("09:30"))], [entry("b", time)])).toEqual([["a", minutes]]);
  });

  it("is closer than the spacing", () => {
    const others = [entry("b", at("09:45")), entry("c", at("09:15"))];
    expect(minutesOf([move("a", at("09:30"))], others)).toEqual([]);
    expect(minutesOf([move("a", at("09:30"))], others, 16)).toEqual([["a", 15]]);
    expect(minutesOf([move("a", at("09:30"))], [entry("b", at("09:30"))], 0)).toEqual([]);
  });

  it("is the nearest one", () => {
    const others = [entry("b", at("09:20")), entry("c", at("09:35")), entry("d", at("09:42"))];
    expect(minutesOf([move("a", at("09:30"))], others)).toEqual([["a", 5]]);
  });

  it.each([
    ["scheduled", true],
    ["queued", true],
    ["published", true],
    ["draft", false],
    ["failed", false],
    ["archived", false],
  ] as const)("of the status %s counts: %s", (status, counts) => {
    const other = entry("b", at("09:30"), { status, publicationConnectionIds: [main.id] });
    expect(minutesOf([move("a", at("09:30"))], [other])).toHaveLength(counts ? 1 : 0);
  });

  it("goes to one of the same accounts", () => {
    const near = (changes: Partial<Post>, others: Partial<Entry>) =>
      [...moveNeighbours([move("a", at("09:30"), changes)], [entry("b", at("09:30"), others)], 15, ALL).values()].map(
        ({ platforms, accounts }) => [platforms, Object.fromEntries(accounts)],
      );
    const both: Partial<Post> = { platforms: ["bluesky", "mastodon"] };
    const names = { bluesky: [main.handle] };
    expect(near({}, {})).toEqual([[["bluesky"], names]]);
    expect(near({}, { connectionIds: [main.id] })).toEqual([[["bluesky"], names]]);
    expect(near({}, { connectionIds: [popup.id] })).toEqual([]);
    expect(near({}, { platforms: ["mastodon"] })).toEqual([]);
    expect(near(both, { platforms: ["mastodon"] })).toEqual([[["mastodon"], {}]]);
    expect(near(both, both as Partial<Entry>)).toEqual([[["bluesky", "mastodon"], names]]);
    // Without an account, nothing is published on the platform.
    expect(near({ platforms: ["x"] }, { platforms: ["x"] })).toEqual([]);
  });

  it("stays on the account on which a part of it is published", () => {
    const there = { state: "published", platform: "bluesky", connectionId: popup.id } as Publication;
    const other = entry("b", at("09:30"), { publicationConnectionIds: [popup.id] });
    expect(minutesOf([move("a", at("09:30"), { publications: [there] })], [other])).toEqual([["a", 0]]);
    expect(minutesOf([move("a", at("09:30"))], [other])).toEqual([]);
    const inSandbox = entry("b", at("09:30"), { status: "published" });
    expect(minutesOf([move("a", at("09:30"))], [inSandbox])).toEqual([]);
  });

  it("is not its own old place, or that of another post that moves away", () => {
    const moves = [move("a", at("09:30"), {}, at("09:20")), move("b", at("11:00"), {}, at("09:30"))];
    expect(minutesOf(moves, [entry("a", at("09:20")), entry("b", at("09:30"))])).toEqual([]);
  });

  it("is another post that moves only if the move brings them closer", () => {
    const [friday, saturday] = ["2027-03-26", "2027-03-28"];
    const berlin = move("a", `${saturday}T07:30:00.000Z`, {}, `${friday}T08:30:00.000Z`);
    const near = move("b", `${saturday}T07:35:00.000Z`, {}, `${friday}T08:35:00.000Z`);
    expect(minutesOf([berlin, near], [])).toEqual([]);
    // In this night, the clocks go forward in Berlin, but not in Tokyo.
    const tokyo = move("c", `${saturday}T07:30:00.000Z`, {}, `${friday}T07:30:00.000Z`);
    expect(minutesOf([berlin, tokyo], [])).toEqual([
      ["a", 0],
      ["c", 0],
    ]);
    const apart = move("d", `${saturday}T07:40:00.000Z`, {}, `${friday}T08:30:00.000Z`);
    expect(minutesOf([berlin, apart], [])).toEqual([]);
  });
});

describe("the periods around the new times", () => {
  const day = (date: string) => `${date}T00:00:00.000Z`;

  it("are whole days that contain the spacing", () => {
    expect(periodsAround([at("09:30")], 15)).toEqual([{ from: day("2027-03-24"), to: day("2027-03-25") }]);
    expect(periodsAround([at("23:50"), at("00:05")], 15)).toEqual([{ from: day("2027-03-23"), to: day("2027-03-26") }]);
  });

  it("are at most 62 days long", () => {
    expect(periodsAround([at("09:30"), "2027-05-24T09:30:00.000Z", "2027-05-25T09:30:00.000Z"], 15)).toEqual([
      { from: day("2027-03-24"), to: day("2027-05-25") },
      { from: day("2027-05-25"), to: day("2027-05-26") },
    ]);
    expect(periodsAround([], 15)).toEqual([]);
  });
});
