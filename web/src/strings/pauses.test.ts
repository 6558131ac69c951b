import { expect, it } from "vitest";
import { PAUSES } from "./pauses";

it.each([
  [0, false, "2 pauses are in force"],
  [1, false, "2 pauses hold 1 post"],
  [5, false, "2 pauses hold 5 posts"],
  [5, true, "2 pauses hold 5 or more posts"],
])("several pauses with %i held posts are one sentence", (count, areMore, text) => {
  expect(PAUSES.several(2, count, areMore)).toBe(text);
});
