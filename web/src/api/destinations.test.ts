import { describe, expect, it } from "vitest";
import { destinationsOf, disconnectedIn, isMissing } from "./destinations";
import type { Connection } from "./types";

const living = { id: "1", platform: "x", handle: "@one", health: "ok", isDefault: true } as Connection;
const event = (connectionId: string, platform = "x", type = "connection.disconnected") => ({
  type: type as "connection.disconnected",
  connectionId,
  data: { platform, handle: `@${connectionId}` },
});
const gone = (id: string) => ({ id, platform: "x", handle: `@${id}` }) as const;

describe("the disconnected accounts", () => {
  it("are those of the events, each once, with the newest first", () => {
    const events = [event("a"), event("b"), event("c", "x", "connection.connected"), event("a")];
    expect(disconnectedIn(events).map(({ id }) => id)).toEqual(["b", "a"]);
    expect(disconnectedIn([event("a")])).toEqual([gone("a")]);
  });

  it("are at most twenty", () => {
    const events = Array.from({ length: 30 }, (_, index) => event(`${index}`));
    expect(disconnectedIn(events).map(({ id }) => id)).toEqual(
      Array.from({ length: 20 }, (_, index) => `${29 - index}`),
    );
  });
});

describe("the places of posts", () => {
  it.each([
    ["are the connections", [living], [], [], [["1", "ok"]]],
    [
      "include a disconnected account",
      [living],
      [gone("2")],
      [],
      [
        ["1", "ok"],
        ["2", "gone"],
      ],
    ],
    ["do not include an account that is connected again", [living], [gone("1")], [], [["1", "ok"]]],
    [
      "include a platform that needs a connection and has none",
      [living],
      [],
      ["x", "bluesky"],
      [
        ["1", "ok"],
        ["none bluesky", "none"],
      ],
    ],
    [
      "include both for a platform whose only account is gone",
      [],
      [gone("1")],
      ["x"],
      [
        ["1", "gone"],
        ["none x", "none"],
      ],
    ],
  ] as const)("%s", (_, connections, disconnected, refusing, expected) => {
    const found = destinationsOf(connections, disconnected, refusing);
    expect(found.map(({ id, health }) => [id, health])).toEqual(expected);
    expect(found.filter(isMissing)).toHaveLength(found.filter(({ health }) => health !== "ok").length);
  });
});
