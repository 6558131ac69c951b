import { describe, expect, it } from "vitest";
import { type Destined, isLostAt, lostFor, platformsLeft } from "./access";
import type { Connection } from "./types";

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
