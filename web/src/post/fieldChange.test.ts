import { describe, expect, it } from "vitest";
import { setPlatforms } from "../strings/platforms";
import { fieldChange, type NamedAccount } from "./fieldChange";

setPlatforms({ bluesky: { name: "Bluesky" }, x: { name: "X" } } as Parameters<typeof setPlatforms>[0]);
const accounts: NamedAccount[] = [
  { id: "b", platform: "bluesky", handle: "lena.example", isDefault: false },
  { id: "d", platform: "bluesky", handle: "default.example", isDefault: true },
  { id: "x", platform: "x", handle: "@lena", isDefault: false },
];

describe("a changed field", () => {
  it.each<[string, unknown, unknown, string]>([
    ["content", "One", "Two", "text"],
    ["mediaUrls", ["one", "two"], ["two", "three", "four"], "media (2 added, 1 removed)"],
    ["mediaUrls", ["one"], [], "media (1 removed)"],
    ["mediaUrls", ["one", "two"], ["two", "one"], "media (in another order)"],
    // A long value is shortened to a text.
    ["mediaUrls", '["https://…', [], "media"],
    ["connectionIds", ["b"], ["b", "x"], "accounts (\u2068@lena\u2069 on X added)"],
    [
      "connectionIds",
      ["b", "gone"],
      ["x"],
      "accounts (\u2068@lena\u2069 on X added, \u2068lena.example\u2069 on Bluesky and a missing account removed)",
    ],
    ["connectionIds", ["b", "x"], ["x", "b"], "accounts"],
    ["connectionIds", ["d", "x"], ["x"], "accounts (the same as before)"],
    ["connectionIds", [], ["d"], "accounts (the same as before)"],
    [
      "connectionIds",
      ["d"],
      ["b"],
      "accounts (\u2068lena.example\u2069 on Bluesky added, \u2068default.example\u2069 on Bluesky removed)",
    ],
    ["connectionIds", ["b"], [], "accounts (\u2068lena.example\u2069 on Bluesky removed)"],
    ["publishWithinSeconds", null, 60, "limit for being late"],
  ])("%s from %o to %o", (field, before, now, text) => {
    expect(fieldChange(field, { before, now }, accounts)).toBe(text);
  });

  it("does not name accounts that are not loaded", () => {
    expect(fieldChange("connectionIds", { before: [], now: ["x"] }, null)).toBe("accounts");
  });
});
