import { describe, expect, it } from "vitest";
import { instanceOf, otherAccountText, sameAccount } from "./sameAccount";

const connected = { id: "one", platform: "bluesky", handle: "lena.example", baseUrl: "https://pds.example" } as const;
const disconnected = { id: "two", platform: "mastodon", handle: "@lena@mastodon.social" } as const;
const accounts = { connections: [connected], disconnected: [disconnected] };

describe("an account that is connected again", () => {
  it("is found by the id of its connection, whether it is connected or not", () => {
    expect(sameAccount("one", accounts)).toEqual(connected);
    expect(sameAccount("two", accounts)).toEqual(disconnected);
    expect(sameAccount("three", accounts)).toBeNull();
    expect(sameAccount("one", undefined)).toBeNull();
  });

  it("has the server of its connection or, without one, that of its name", () => {
    expect(instanceOf({ ...disconnected, baseUrl: "http://127.0.0.1:8095/mastodon" })).toBe(
      "http://127.0.0.1:8095/mastodon",
    );
    expect(instanceOf(disconnected)).toBe("mastodon.social");
  });

  it("is missed if another account was connected", () => {
    expect(otherAccountText({ id: "three", handle: "@mio" }, disconnected)).toBe(
      "\u2068@mio\u2069 is connected now. It is another account than \u2068@lena@mastodon.social\u2069, which still has to be connected again.",
    );
    expect(otherAccountText(disconnected, disconnected)).toBeNull();
    expect(otherAccountText(connected, null)).toBeNull();
  });
});
