import { describe, expect, it } from "vitest";
import cases from "../../../tests/data/text_lengths.json";
import { type CountingRule, lengthOf } from "./counting";

/** The units of the platforms, as `GET platforms` names them. */
const RULES: Record<string, Pick<CountingRule, "unit" | "urlLength">> = {
  bluesky: { unit: "graphemes", urlLength: null },
  facebook: { unit: "characters", urlLength: null },
  instagram: { unit: "characters", urlLength: null },
  linkedin: { unit: "characters", urlLength: null },
  mastodon: { unit: "graphemes", urlLength: 23 },
  pinterest: { unit: "characters", urlLength: null },
  tiktok: { unit: "utf16", urlLength: null },
  x: { unit: "weighted", urlLength: 23 },
};

/** Only the server counts these: addresses without a scheme or in other scripts, and mentions with a server. */
const ONLY_BY_THE_SERVER = /(?<![/\w])(?:www\.)?(?:example\.com|file\.py)|@ada@|com\/日本/;

describe.each(Object.entries(RULES))("the count for %s", (platform, rule) => {
  it.each(
    cases
      .filter(({ text }) => !ONLY_BY_THE_SERVER.test(text))
      .map(({ text, lengths }) => [text, lengths[platform as keyof typeof lengths]] as const),
  )("%j is %d", (text, length) => {
    expect(lengthOf(text, rule)).toBe(length);
  });
});
