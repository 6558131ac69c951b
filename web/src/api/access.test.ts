import { describe, expect, it } from "vitest";
import { setPlatforms } from "../strings/platforms";
import { POST } from "../strings/post";
import {
  type Destined,
  type DestinedEntry,
  isLostAt,
  lostAccounts,
  lostFinder,
  lostFor,
  lostForDraft,
  platformsLeft,
  sandboxedPlatforms,
} from "./access";
import { type Destination, destinationsOf } from "./destinations";
import type { Connection, Post, Publication } from "./types";

const TIME = "2027-03-24T08:30:00.000Z";
const BEFORE = "2027-03-24T08:29:59.999Z";
const AFTER = "2027-03-24T08:30:00.001Z";

function connection(id: string, changes: Partial<Connection> = {}): Connection {
  return { id, platform: "linkedin", health: "ok", expiresAt: null, isDefault: true, ...changes } as Connection;
}

function post(changes: Partial<Destined> = {}): Destined {
  return {
    status: "scheduled",
    approvalStatus: null,
    platforms: ["linkedin"],
    connectionIds: [],
    scheduledAt: TIME,
    ...changes,
  };
}

describe("the access to an account", () => {
  it.each<[string, Partial<Connection>, string | null, boolean]>([
    ["is there without an end", {}, TIME, false],
    ["is lost if the account has to be connected again", { health: "reconnect_required" }, TIME, true],
    ["is lost now, whatever the time", { health: "reconnect_required" }, null, true],
    ["is lost at its end", { health: "expiring", expiresAt: TIME }, TIME, true],
    ["is lost after its end", { health: "expiring", expiresAt: BEFORE }, TIME, true],
    ["is there before its end", { health: "expiring", expiresAt: AFTER }, TIME, false],
    ["is there for a post without a time", { health: "expiring", expiresAt: BEFORE }, null, false],
    ["may be lost although the end is far", { health: "ok", expiresAt: BEFORE }, TIME, true],
    ["is there while a renewal fails", { health: "failing" }, TIME, false],
  ])("%s", (_, changes, time, isLost) => {
    expect(isLostAt(connection("a", changes), time)).toBe(isLost);
  });
});

describe("a post", () => {
  const lost = connection("lost", { health: "reconnect_required" });
  const second = connection("second", { isDefault: false });
  const bluesky = connection("bluesky", { platform: "bluesky" });

  it.each<[string, Partial<Destined>, string[]]>([
    ["fails on the default connection", {}, ["lost"]],
    ["fails on a connection that it names", { connectionIds: ["lost", "second"] }, ["lost"]],
    ["does not fail on a default connection that it replaces", { connectionIds: ["second"] }, []],
    ["does not fail on a platform that it does not have", { platforms: ["bluesky"] }, []],
    [
      "names a connection of another platform",
      { platforms: ["linkedin", "bluesky"], connectionIds: ["bluesky"] },
      ["lost"],
    ],
    ["fails after its approval", { approvalStatus: "pending" }, ["lost"]],
    ["does not fail when it is rejected", { approvalStatus: "rejected" }, []],
    ["does not fail as a draft", { status: "draft", scheduledAt: null }, []],
    ["has already failed", { status: "failed" }, []],
  ])("%s", (_, changes, ids) => {
    expect(lostFor(post(changes), [lost, second, bluesky]).map(({ id }) => id)).toEqual(ids);
  });

  it("is still published on the platforms with another connection", () => {
    const both = post({ platforms: ["linkedin", "bluesky", "x"], connectionIds: ["lost", "second"] });
    expect(platformsLeft(both, [lost, second, bluesky], [lost])).toEqual(["linkedin", "bluesky", "x"]);
    const one = post({ platforms: ["linkedin", "bluesky", "x"] });
    expect(platformsLeft(one, [lost, second, bluesky], [lost])).toEqual(["bluesky", "x"]);
  });
});

describe("a post for an account that was disconnected", () => {
  const other = connection("other", { isDefault: true, handle: "@other" });
  const gone = { id: "gone", platform: "linkedin", handle: "@gone" } as const;
  const lost = (changes: Partial<Destined>, places: readonly Destination[]) =>
    lostFor(post(changes), places).map(({ platform, handle, health }) => `${health} ${platform} ${handle}`.trim());
  const named = { connectionIds: ["gone"] };

  it.each<[string, Partial<Destined>, Connection[], string[], ("linkedin" | "threads")[]]>([
    ["fails", named, [], ["gone linkedin @gone"], []],
    ["fails although the platform has another account", named, [other], ["gone linkedin @gone"], []],
    ["does not fail where it names another account", { connectionIds: ["other"] }, [other], [], []],
    ["does not fail where it names none, but another account is there", {}, [other], [], []],
    ["goes to the sandbox where it names none", {}, [], [], []],
    ["fails without a connection where there is no sandbox", {}, [], ["none linkedin"], ["linkedin"]],
    ["names the account where there is no sandbox", named, [], ["gone linkedin @gone"], ["linkedin"]],
    [
      "fails on each such platform",
      { ...named, platforms: ["linkedin", "threads"] },
      [],
      ["gone linkedin @gone", "none threads"],
      ["linkedin", "threads"],
    ],
    [
      "names the account of another platform without its event",
      { connectionIds: ["gone", "old"], platforms: ["linkedin", "threads"] },
      [],
      ["gone linkedin @gone", "gone threads"],
      [],
    ],
    [
      "is not said to fail where its platform is not clear",
      { connectionIds: ["old"], platforms: ["threads", "x"] },
      [],
      [],
      [],
    ],
    ["does not fail when it is rejected", { ...named, approvalStatus: "rejected" }, [], [], []],
  ])("%s", (_, changes, connections, expected, refusing) => {
    expect(lost(changes, destinationsOf(connections, [gone], refusing))).toEqual(expected);
  });

  it("does not fail after the account is connected again", () => {
    const again = connection("gone", { handle: "@gone" });
    expect(lost(named, destinationsOf([again], [], ["linkedin"]))).toEqual([]);
  });

  it.each<[Publication["state"], string | null, string[]]>([
    ["held", "gone", ["gone linkedin @gone"]],
    ["queued", "gone", ["gone linkedin @gone"]],
    ["waiting", "old", ["gone linkedin"]],
    ["publishing", "gone", []],
    ["published", "gone", []],
    ["held", "other", []],
    ["held", null, []],
  ])("that is queued and %s on the connection %s", (state, connectionId, expected) => {
    const publications = [{ platform: "linkedin" as const, connectionId, state }];
    expect(lost({ status: "queued", publications }, destinationsOf([other], [gone], []))).toEqual(expected);
  });

  it("fails in the calendar, too", () => {
    const places = destinationsOf([], [gone], []);
    const idsOf = (changes: Partial<DestinedEntry>, listed: [string, Destination[]][] = []) =>
      lostFinder(places, new Map(listed))({ ...post(named), id: "p", ...changes })?.map(({ id }) => id);
    expect(idsOf({})).toEqual(["gone"]);
    // Which of its publications have begun is known only with the list.
    expect(idsOf({ status: "queued" })).toEqual([]);
    expect(idsOf({ status: "queued" }, [["p", places]])).toEqual(["gone"]);
  });

  it("is counted together with the others", () => {
    const places = destinationsOf([other], [gone], []);
    const posts = [post(named), post({ ...named, scheduledAt: AFTER }), post()];
    expect(lostAccounts(posts, places, [], Date.parse(BEFORE))).toMatchObject([
      { connection: { id: "gone" }, count: 2, first: TIME, isOnly: false },
    ]);
  });
});

describe("a post of the calendar", () => {
  const lost = connection("lost", { health: "reconnect_required" });
  const second = connection("second", { isDefault: false });
  const ending = connection("ending", { platform: "threads", expiresAt: TIME });

  it.each<[string, Connection[] | null, Partial<DestinedEntry>, string[] | null]>([
    ["is not known before the connections are loaded", null, {}, null],
    ["cannot fail there once it is queued", null, { status: "queued" }, []],
    ["fails on the default connection", [lost, second, ending], {}, ["lost"]],
    ["fails on the connection that it names", [lost, second], { connectionIds: ["second", "lost"] }, ["lost"]],
    ["does not fail on the other connection", [lost, second], { connectionIds: ["second"] }, []],
    ["does not fail before the access ends", [lost, ending], { platforms: ["threads"], scheduledAt: BEFORE }, []],
    ["does not fail on another platform", [lost, second], { platforms: ["x"] }, []],
  ])("%s", (_, connections, changes, ids) => {
    const found = lostFinder(connections, new Map())({ ...post(), ...changes, id: "p" });
    expect(found?.map(({ id }) => id) ?? null).toEqual(ids);
  });
});

describe("the accounts without access", () => {
  const ending = connection("ending", { platform: "threads", expiresAt: BEFORE });
  const lost = connection("lost", { health: "reconnect_required" });
  const second = connection("second", { isDefault: false });
  const at = (scheduledAt: string, changes: Partial<Destined> = {}) => post({ scheduledAt, ...changes });
  const found = (posts: Destined[], connections: Connection[], cutIds: string[] = []) =>
    lostAccounts(posts, connections, cutIds, Date.parse(BEFORE)).map(({ connection: { id }, ...each }) => [id, each]);

  it("have the number and the first time of the posts that will fail there", () => {
    const posts = [
      at(AFTER),
      at(TIME, { platforms: ["linkedin", "threads"] }),
      at(TIME, { connectionIds: ["second"] }),
    ];
    expect(found(posts, [lost, second, ending])).toEqual([
      ["lost", { count: 2, areMore: false, first: TIME, isOnly: false }],
      ["ending", { count: 1, areMore: false, first: TIME, isOnly: true }],
    ]);
  });

  it("begin with the account that fails first", () => {
    const posts = [at(AFTER), at(TIME, { platforms: ["threads"] })];
    expect(found(posts, [lost, ending]).map(([id]) => id)).toEqual(["ending", "lost"]);
  });

  it("name no first time that has passed", () => {
    expect(found([at(BEFORE)], [lost])).toEqual([["lost", { count: 1, areMore: false, first: null, isOnly: true }]]);
    expect(found([at(BEFORE), at(TIME)], [lost])).toMatchObject([["lost", { count: 2, first: TIME }]]);
  });

  it("may have more posts than those that are counted", () => {
    expect(found([at(TIME)], [lost], ["lost"])).toMatchObject([["lost", { count: 1, areMore: true }]]);
  });

  it("are not named without a post", () => {
    expect(found([at(TIME, { platforms: ["bluesky"] })], [lost, ending])).toEqual([]);
  });
});

describe("a draft", () => {
  const lost = connection("lost", { health: "reconnect_required" });
  const ending = connection("ending", { health: "expiring", expiresAt: TIME });
  it.each<[string, Partial<Destined>, Connection, Connection[]]>([
    ["names an account that is lost", { status: "draft", scheduledAt: null }, lost, [lost]],
    ["without a time does not name an account whose access ends", { status: "draft", scheduledAt: null }, ending, []],
    ["names an account whose access ends before its time", { status: "draft" }, ending, [ending]],
    ["does not name an account of another post", { status: "draft", platforms: ["x"] }, lost, []],
    ["is not scheduled", {}, lost, []],
  ])("%s", (_, changes, account, accounts) => {
    expect(lostForDraft(post(changes), [account])).toEqual(accounts);
  });
});

describe("the sandbox", () => {
  const connected = connection("x", { platform: "x" });
  const destinations = destinationsOf([connected], [], ["linkedin"]);

  it.each<[string, Post["platforms"], string[], Post["platforms"]]>([
    ["takes the platforms without an account", ["bluesky", "x"], [], ["bluesky"]],
    ["does not take a platform that needs an account", ["linkedin"], [], []],
    ["does not take a platform whose account is gone", ["bluesky"], ["gone"], []],
  ])("%s", (_, platforms, connectionIds, expected) => {
    expect(sandboxedPlatforms({ platforms, connectionIds }, destinations)).toEqual(expected);
  });

  it.each([
    ["draft", "Has no time yet. Its platforms: X. Will be published in the sandbox for Bluesky, "],
    ["scheduled", "Will be published on X. Will be published in the sandbox for Bluesky, "],
    [
      "pending",
      "Will be published on X after an approval. Will be published in the sandbox for Bluesky after an approval, ",
    ],
  ] as const)("is named in the plan of a %s post", (state, text) => {
    setPlatforms({ bluesky: { name: "Bluesky" }, x: { name: "X" } } as Parameters<typeof setPlatforms>[0]);
    expect(POST.plan(state, ["x"], ["bluesky"])).toBe(`${text}unless an account is connected before.`);
  });

  it("takes what was published there, even if an account is connected since", () => {
    const publications = [
      { platform: "x", sandbox: true },
      { platform: "bluesky", sandbox: false },
    ] as Publication[];
    const post = { platforms: ["bluesky", "x"] as Post["platforms"], connectionIds: [], publications };
    expect(sandboxedPlatforms(post, destinations)).toEqual(["x"]);
    expect(sandboxedPlatforms(post, null)).toEqual(["x"]);
  });

  it("is not known before the accounts are", () => {
    expect(sandboxedPlatforms({ platforms: ["bluesky"], connectionIds: [] }, null)).toEqual([]);
  });
});
