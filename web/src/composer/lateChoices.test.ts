import { expect, it } from "vitest";
import { lateChoices } from "./lateChoices";

const valuesOf = (own: number | null, usual: number | null) => lateChoices(own, usual).map(({ value }) => value);

it("the usual window comes first, and is named once", () => {
  expect(valuesOf(null, 86_400)).toEqual(["", "900", "3600", "21600", "604800"]);
  expect(lateChoices(null, 86_400)[0]?.label).toBe("Publish it up to 1 day after its time (default)");
  expect(lateChoices(null, null)[0]?.label).toBe("Publish it however late it is (default)");
});

it("the window of the post stays among the choices", () => {
  expect(valuesOf(120, 86_400)).toEqual(["", "120", "900", "3600", "21600", "604800"]);
  expect(valuesOf(86_400, 86_400)).toContain("86400");
});
