import { expect, it } from "vitest";
import { firstTime, presetTime, quickTimes } from "./quickTimes";

it.each([
  [
    "on a Wednesday morning",
    "2027-03-24T07:05:40Z",
    "Europe/Berlin",
    {
      inOneHour: "2027-03-24T09:05",
      today: "2027-03-24T18:00",
      tomorrow: "2027-03-25T09:00",
      monday: "2027-03-29T09:00",
    },
  ],
  [
    "late in the evening, an hour before tomorrow",
    "2027-03-24T22:30:00Z",
    "Europe/Berlin",
    { inOneHour: "2027-03-25T00:30", tomorrow: "2027-03-25T09:00", monday: "2027-03-29T09:00" },
  ],
  [
    "on a Sunday, on which tomorrow is Monday",
    "2027-03-21T18:00:00Z",
    "Europe/Berlin",
    { inOneHour: "2027-03-21T20:00", tomorrow: "2027-03-22T09:00" },
  ],
  [
    "on a Monday, on which Monday is in a week",
    "2027-03-22T18:00:00Z",
    "Europe/Berlin",
    { inOneHour: "2027-03-22T20:00", tomorrow: "2027-03-23T09:00", nextMonday: "2027-03-29T09:00" },
  ],
  [
    "in a zone in which it is Monday already",
    "2027-03-21T18:00:00Z",
    "Asia/Tokyo",
    {
      inOneHour: "2027-03-22T04:00",
      today: "2027-03-22T18:00",
      tomorrow: "2027-03-23T09:00",
      nextMonday: "2027-03-29T09:00",
    },
  ],
  [
    "before the clocks are set forward",
    "2027-03-28T00:30:00Z",
    "Europe/Berlin",
    { inOneHour: "2027-03-28T03:30", today: "2027-03-28T18:00", tomorrow: "2027-03-29T09:00" },
  ],
  [
    "before the second of two equal times, which a post cannot have",
    "2027-10-31T00:30:00Z",
    "Europe/Berlin",
    { today: "2027-10-31T18:00", tomorrow: "2027-11-01T09:00" },
  ],
])("the page offers times %s", (_, now, zone, expected) => {
  expect(Object.fromEntries(quickTimes(new Date(now), zone).map(({ name, at }) => [name, at]))).toEqual(expected);
});

it.each([
  ["2027-03-24T05:05:00Z", "2027-03-24", "09:00"],
  ["2027-03-24T08:00:00Z", "2027-03-24", "10:00"],
  ["2027-03-24T07:50:00Z", "2027-03-24", "09:00"],
  ["2027-03-24T07:51:00Z", "2027-03-24", "10:00"],
  ["2027-03-24T21:30:00Z", "2027-03-24", "23:00"],
  ["2027-03-24T22:30:00Z", "2027-03-24", "23:59"],
  ["2027-03-24T22:30:00Z", "2027-03-25", "09:00"],
  ["2027-03-24T23:30:00Z", "2027-03-25", "09:00"],
])("at %s, the first time of %s in Berlin is %s", (now, day, expected) => {
  expect(firstTime(day, new Date(now), "Europe/Berlin")).toBe(expected);
});

it.each<[name: string, place: string, expected: string]>([
  ["tomorrow", "2027-03-25T09:00", "2027-03-25T09:00"],
  ["later today", "2027-03-24T18:30", "2027-03-24T18:30"],
  ["ten minutes ahead", "2027-03-24T15:50", "2027-03-24T15:50"],
  ["a minute ahead", "2027-03-24T15:41", "2027-03-24T16:00"],
  ["earlier today", "2027-03-24T09:00", "2027-03-24T16:00"],
  ["early this morning", "2027-03-24T00:00", "2027-03-24T16:00"],
  ["yesterday", "2027-03-23T18:00", ""],
  ["a day without a time", "2027-03-25", ""],
  ["nothing", "", ""],
])("at 15:40, a post for a place %s has a time that lies ahead", (_, place, expected) => {
  expect(presetTime(place, new Date("2027-03-24T14:40:00Z"), "Europe/Berlin")).toBe(expected);
});
