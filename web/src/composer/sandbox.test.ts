import { describe, expect, it } from "vitest";
import type { Platform } from "../api/types";
import { isSandboxOnly } from "./sandbox";

const sandboxes = { bluesky: { unconnected: "sandbox" }, x: { unconnected: "sandbox" } } as Parameters<
  typeof isSandboxOnly
>[1];
const refusing = { ...sandboxes, x: { unconnected: "reject" as const } };

describe("a post", () => {
  it.each<[string, boolean, Platform[], string[], Platform[], typeof sandboxes]>([
    ["goes to the sandbox without an account", true, ["bluesky", "x"], [], [], sandboxes],
    ["goes to the sandbox of the other platforms", true, ["bluesky"], [], ["x"], sandboxes],
    ["goes to the account of one of its platforms", false, ["bluesky", "x"], [], ["x"], sandboxes],
    ["goes to an account that it names", false, ["bluesky"], ["1"], [], sandboxes],
    ["has no sandbox where the server refuses it", false, ["bluesky", "x"], [], [], refusing],
    ["goes nowhere without a platform", false, [], [], [], sandboxes],
  ])("%s", (_, isOnly, platforms, connectionIds, connected, rules) => {
    const connections = connected.map((platform) => ({ platform }));
    expect(isSandboxOnly({ platforms, connectionIds }, rules, connections)).toBe(isOnly);
  });
});
