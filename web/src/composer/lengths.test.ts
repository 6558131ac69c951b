import { describe, expect, it } from "vitest";
import table from "../../../tests/data/text_lengths.json";
import { type CountingRule, lengthOf } from "./counting";

type Rule = Pick<CountingRule, "unit" | "urlLength">;

/** Only the server counts these: addresses without a scheme or in other scripts, and mentions with a server. */
const ONLY_BY_THE_SERVER = /(?<![/\w])(?:www\.)?(?:example\.com|file\.py)|@ada@|com\/日本/;

/** The rules of all platforms: the tests of the server compare the table with the rules that `GET platforms` returns. */
describe.each(Object.entries(table.rules) as [keyof typeof table.rules, Rule][])("the count in %s", (name, rule) => {
  it.each(
    table.cases
      .filter(({ text }) => !ONLY_BY_THE_SERVER.test(text))
      .map(({ text, lengths }) => [text, lengths[name]] as const),
  )("%j is %d", (text, length) => {
    expect(lengthOf(text, rule)).toBe(length);
  });
});
