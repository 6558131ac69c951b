import { CalendarDate } from "@internationalized/date";
import { expect, test } from "vitest";
import { daysOf } from "../time/range";
import { titleOf } from "./title";

const weekOf = (day: CalendarDate) => titleOf("week", daysOf("week", day), day);

test("the title of a week within a month has the short name of the month", () => {
  expect(weekOf(new CalendarDate(2027, 11, 24))).toMatch(/^22.{1,3}28 Nov 2027$/);
});

test("the title of a week in two months has their short names", () => {
  expect(weekOf(new CalendarDate(2027, 3, 31))).toMatch(/^29 Mar.{1,3}4 Apr 2027$/);
});

test("the title of a day has the short name of the month", () => {
  const day = new CalendarDate(2027, 3, 24);
  expect(titleOf("day", [day], day)).toBe("Wed, 24 Mar 2027");
});
