import { describe, expect, it } from "vitest";
import { lengthOf } from "./counting";

describe("the length of a text", () => {
  it.each([
    ["characters", null, "Grüße 👨‍👩‍👧", 11],
    ["graphemes", null, "Grüße 👨‍👩‍👧", 7],
    ["bytes", null, "Grüße", 7],
    ["utf16", null, "a👍", 3],
    ["emoji_bytes", null, "é👍日", 6],
    ["weighted", null, "a👍日", 5],
    ["weighted", 23, "see https://example.com/a/very/long/path?with=query now", 31],
    ["characters", 23, "https://a.example https://b.example", 47],
    ["graphemes", null, "a\r\nb", 3],
  ] as const)("in %s with addresses of %s: %j is %d", (unit, urlLength, text, length) => {
    expect(lengthOf(text, { unit, urlLength })).toBe(length);
  });
});
