import { expect, it } from "vitest";
import { oldestOverdue } from "./overdue";

const NOW = Date.parse("2026-11-29T14:00:00.000Z");
const at = (time: string) => ({ scheduledAt: `2026-11-29T${time}.000Z` });

it.each([
  [
    "is the one whose time is as long ago as the API says",
    [at("13:05:00"), at("13:31:00"), at("13:45:00")],
    at("13:31:00"),
  ],
  ["is found although the clocks differ by some seconds", [at("13:31:20"), at("14:30:00")], at("13:31:20")],
  ["is not another job", [at("13:05:00"), at("13:45:00")], null],
  ["is not known without jobs", [], null],
])("the oldest overdue job %s", (_, jobs, found) => {
  expect(oldestOverdue(jobs, 29 * 60, NOW)).toEqual(found);
});
