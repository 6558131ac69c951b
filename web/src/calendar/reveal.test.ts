import { expect, it } from "vitest";
import { distanceTo } from "./reveal";

it.each([
  ["in view", { top: 300, bottom: 650 }, 0],
  ["partly below the window", { top: 700, bottom: 1050 }, 162],
  ["below the window and higher than it", { top: 700, bottom: 1900 }, 688],
  ["above the window", { top: -200, bottom: 150 }, -212],
])("scrolls to weeks that are %s", (_, weeks, by) => {
  expect(distanceTo(weeks, 900)).toBe(by);
});
