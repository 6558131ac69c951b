import { describe, expect, it } from "vitest";
import { destinationsOf } from "../api/destinations";
import type { Connection, Platform, Publication } from "../api/types";
import { coversFailures } from "./replacement";

const account = (id: string, platform: Platform, isDefault = true) =>
  ({ id, platform, handle: `@${id}`, health: "ok", expiresAt: null, isDefault }) as Connection;
const places = destinationsOf(
  [account("b1", "bluesky"), account("b2", "bluesky", false), account("m", "mastodon")],
  [{ id: "gone", platform: "mastodon", handle: "@gone" }],
  [],
);
const failed = (platform: Platform, connectionId: string | null) =>
  ({ platform, connectionId, state: "failed" }) as Publication;
const published = { platform: "mastodon", connectionId: "m", state: "published" } as Publication;

describe("a copy of a failed post", () => {
  it.each<[string, Publication[], { platforms: Platform[]; connectionIds: string[] }, boolean]>([
    ["that goes to the failed account", [failed("bluesky", "b2")], to(["bluesky"], ["b2"]), true],
    ["that goes to the failed account by default", [failed("bluesky", "b1")], to(["bluesky"]), true],
    ["that leaves out what is published", [failed("bluesky", "b1"), published], to(["bluesky"]), true],
    ["that goes to another account", [failed("bluesky", "b2")], to(["bluesky"], ["b1"]), false],
    ["that leaves out a failed account", [failed("bluesky", "b1"), failed("mastodon", "m")], to(["bluesky"]), false],
    ["that goes to another account than a missing one", [failed("mastodon", "gone")], to(["mastodon"], ["m"]), true],
    ["that leaves out the platform of a missing account", [failed("mastodon", "gone")], to(["bluesky"]), false],
    ["that goes to a failed platform without an account", [failed("x", null)], to(["x"]), true],
  ])("%s", (_, publications, draft, covers) => {
    expect(coversFailures(draft, { publications }, places)).toBe(covers);
  });
});

function to(platforms: Platform[], connectionIds: string[] = []) {
  return { platforms, connectionIds };
}
