import { expect, it } from "vitest";
import { labelled } from "./labels";

it.each([
  [1, [1, 2, 3, 4, 5]],
  [2, [1, 3, 5]],
  [3, [2, 5]],
  [7, [5]],
])("the last of five days has its label if there is one for %d days", (every, expected) => {
  expect(labelled([1, 2, 3, 4, 5], every)).toEqual(expected);
});
