import { expect, it } from "vitest";
import { marksOf } from "./marks";

const minutes = [3, 3, 4, 7, 8, 30];

it.each([
  [0, [[3], [3], [4], [7], [8], [30]]],
  [2, [[3, 3, 4], [7, 8], [30]]],
  [5, [[3, 3, 4, 7], [8], [30]]],
])("posts within %d minutes share a mark", (gap, expected) => {
  const marks = marksOf(minutes, (minute) => minute, gap);
  expect(marks.map(({ posts }) => posts)).toEqual(expected);
  expect(marks.map(({ minute }) => minute)).toEqual(expected.map(([first]) => first));
});

it("an hour without posts has no mark", () => {
  expect(marksOf([], () => 0, 5)).toEqual([]);
});
