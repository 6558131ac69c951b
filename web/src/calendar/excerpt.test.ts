import { expect, it } from "vitest";
import { excerptOf } from "./excerpt";

it.each([
  ["short", "Good morning", "Good morning"],
  ["cut within a word", `${"☕".repeat(139)}E`, `${"☕".repeat(139)}E…`],
  ["cut after a word", `${"☕".repeat(139)} `, `${"☕".repeat(139)}…`],
])("the excerpt of a text that is %s says whether more follows", (_, text, excerpt) => {
  expect(excerptOf(text)).toBe(excerpt);
});
