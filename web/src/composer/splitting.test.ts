import { describe, expect, it } from "vitest";
import { type CountingRule, lengthOf } from "./counting";
import { emptyDraft } from "./draft";
import { fittingEnd, splitFor, splitText } from "./splitting";

const rule = (unit: CountingRule["unit"], limit: number, urlLength: number | null = null): CountingRule => ({
  unit,
  limit,
  urlLength,
});
const ADDRESS = "https://example.com/a/very/long/path";

describe("the part of a text that fits", () => {
  it.each([
    ["all of it", "Short", [rule("graphemes", 5)], "Short"],
    ["by characters", "Shorter", [rule("characters", 5)], "Short"],
    ["by weight, in which a wide character counts twice", "日本語です", [rule("weighted", 5)], "日本"],
    ["without half of an emoji", "ab👨‍👩‍👧c", [rule("characters", 4)], "ab"],
    ["by bytes, if they are the stricter limit", "ééé", [rule("graphemes", 3), rule("bytes", 4)], "éé"],
    [
      "with an address that counts as 23 characters",
      `See ${ADDRESS} now`,
      [rule("weighted", 27, 23)],
      `See ${ADDRESS}`,
    ],
    ["without half of such an address", `See ${ADDRESS} now`, [rule("weighted", 26, 23)], "See "],
    [
      "with an address that is far longer than the limit",
      `${ADDRESS}${"/x".repeat(99)}`,
      [rule("weighted", 23, 23)],
      `${ADDRESS}${"/x".repeat(99)}`,
    ],
    ["without a limit", "Endless", [{ ...rule("characters", 0), limit: null }], "Endless"],
    ["nothing", "👍", [rule("weighted", 1)], ""],
  ] as const)("is %s", (_, text, rules, fitting) => {
    expect(text.slice(0, fittingEnd(text, rules))).toBe(fitting);
  });
});

describe("a text is split", () => {
  it.each([
    ["not at all if it fits", " One. Two. ", rule("characters", 11), [" One. Two. "]],
    ["after a sentence", "One is here. Two is there.", rule("characters", 20), ["One is here.", "Two is there."]],
    [
      "after a sentence with exactly the limit",
      "One is here. Two is there.",
      rule("characters", 12),
      ["One is here.", "Two is", "there."],
    ],
    ["after a line", "The first line\nand the second", rule("characters", 20), ["The first line", "and the second"]],
    [
      "after a word if the sentence would be short",
      "No. This sentence is long",
      rule("characters", 18),
      ["No. This sentence", "is long"],
    ],
    [
      "at no dot inside a word",
      "Version 1.5 of example.com is new",
      rule("characters", 30),
      ["Version 1.5 of example.com is", "new"],
    ],
    ["before an address", `Read it on ${ADDRESS}`, rule("characters", 36), ["Read it on", ADDRESS]],
    [
      "with addresses that count as 23 characters",
      `${ADDRESS} ${ADDRESS}`,
      rule("weighted", 23, 23),
      [ADDRESS, ADDRESS],
    ],
    ["by weight", "日本語 です", rule("weighted", 6), ["日本語", "です"]],
    ["at a word of a language without spaces", "珈琲豆を販売", rule("weighted", 10), ["珈琲豆を", "販売"]],
    ["between emojis", "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", rule("graphemes", 2), ["👨‍👩‍👧👨‍👩‍👧", "👨‍👩‍👧"]],
    ["inside a word that is too long", "abcdefghij", rule("characters", 4), ["abcd", "efgh", "ij"]],
    ["not at all if nothing fits", "👍👍", rule("weighted", 1), ["👍👍"]],
  ] as const)("%s", (_, text, limit, parts) => {
    expect(splitText(text, [limit])).toEqual(parts);
  });

  it("into parts that fit and together have all its words", () => {
    const text = `${"Frühlingsröstung ist da 🌱☕ Zwölf Kilo aus Sidamo, hell geröstet. ".repeat(30)}${ADDRESS}`;
    const limit = rule("weighted", 280, 23);
    const parts = splitText(text, [limit]);
    expect(parts.every((part) => lengthOf(part, limit) <= 280)).toBe(true);
    expect(parts.join(" ")).toBe(text);
  });

  it("with the parts around it unchanged", () => {
    const four = { content: "Four", mediaUrls: ["media:4"] };
    const three = { content: "Two and three", mediaUrls: ["media:3"] };
    const draft = { ...emptyDraft("UTC"), words: { content: "One", parts: [three, four] } };
    const split = splitFor(draft, "x", { replies: "thread", text: [rule("characters", 8)] });
    expect(split).toEqual({ content: "One", parts: [{ ...three, content: "Two and" }, "three", four] });
  });

  it.each([
    ["the text fits", "Short", "thread", 5],
    ["the platform has no threads", "Too long", "comment", 5],
    ["nothing fits", "👍👍", "thread", 1],
    ["it has more parts than the API accepts", "One ".repeat(52), "thread", 3],
    ["it is far too long", "x".repeat(1000), "thread", 3],
  ] as const)("by nobody if %s", (_, content, replies, limit) => {
    const draft = { ...emptyDraft("UTC"), words: { content, parts: [] } };
    expect(splitFor(draft, "x", { replies, text: [rule("weighted", limit)] })).toBeNull();
  });

  it("into as many parts as the API accepts", () => {
    const draft = { ...emptyDraft("UTC"), words: { content: "One ".repeat(51), parts: [] } };
    expect(splitFor(draft, "x", { replies: "thread", text: [rule("weighted", 4)] })?.parts).toHaveLength(50);
  });
});
