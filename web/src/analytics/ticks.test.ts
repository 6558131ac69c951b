import { expect, it } from "vitest";
import { ticksOf } from "./ticks";

it.each([
  ["enclose the highest value", [120, 1362, null], true, [0, 500, 1000, 1500]],
  ["fit the data where they do not begin at 0", [8652, 8741, 8964], false, [8600, 8700, 8800, 8900, 9000]],
  ["leave room around equal values", [100, 100], false, [99, 100, 101]],
  ["are not negative", [0, 0], false, [0, 1]],
  ["exist without values", [null], false, [0, 1]],
  ["exist if every value is 0", [0], true, [0, 1]],
])("the labels of the vertical axis %s", (_, values, isFromZero, ticks) => {
  expect(ticksOf(values, isFromZero)).toEqual(ticks);
});
