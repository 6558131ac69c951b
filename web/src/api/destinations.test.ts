import { describe, expect, it } from "vitest";
import { destinationsOf, isMissing } from "./destinations";
import type { Connection } from "./types";

const living = { id: "1", platform: "x", handle: "@one", health: "ok", isDefault: true } as Connection;
const gone = (id: string) => ({ id, platform: "x", handle: `@${id}` }) as const;

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

  it("include the twenty accounts that were disconnected most recently", () => {
    const disconnected = Array.from({ length: 30 }, (_, index) => gone(`${index}`));
    expect(destinationsOf([], disconnected, []).map(({ id }) => id)).toEqual(
      Array.from({ length: 20 }, (_, index) => `${index}`),
    );
  });
});
