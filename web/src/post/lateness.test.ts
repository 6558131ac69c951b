import { describe, expect, it } from "vitest";
import type { Attempt } from "../api/types";
import { durationOf } from "../time/format";
import { confirmedAt, hasSeconds, lastCallOf, latenessOf } from "./lateness";

const PUBLICATION = { id: "p", part: 1, dueAt: "2026-11-29T08:36:00.000Z", publishedAt: "2026-11-29T09:16:22.000Z" };

/** Return attempts from pairs of a time and an event. */
const ledger = (...events: [string, Attempt["event"]][]) =>
  events.map(([time, event]) => ({ publicationId: "p", at: `2026-11-29T${time}.000Z`, event }));

describe("the lateness of a publication", () => {
  it("begins at the planned time and ends when the publication is published", () => {
    const late = { due: PUBLICATION.dueAt, isOnTime: false, milliseconds: 2_422_000, delay: null };
    expect(latenessOf(PUBLICATION, [])).toEqual(late);
  });

  it.each([
    ["rateLimit", "rate_limited"],
    ["processing", "processing"],
    ["attempt", "failed"],
  ] as const)("has the reason %s if the longest wait follows the event %s", (delay, event) => {
    const attempts = ledger(
      ["08:36:00", "began"],
      ["08:36:01", event],
      ["09:16:20", "began"],
      ["09:16:22", "published"],
    );
    expect(latenessOf(PUBLICATION, attempts)?.delay).toBe(delay);
  });

  it("has no reason if the longest wait comes before the first publish call", () => {
    const attempts = ledger(["09:16:00", "began"], ["09:16:01", "rate_limited"], ["09:16:20", "began"]);
    expect(latenessOf(PUBLICATION, attempts)?.delay).toBeNull();
  });

  it("has no reason from the attempts of another publication", () => {
    const attempts = ledger(["08:36:00", "began"], ["08:36:01", "rate_limited"], ["09:16:20", "began"]);
    expect(latenessOf({ ...PUBLICATION, id: "q" }, attempts)?.delay).toBeNull();
  });

  it("is not known if the publication was found later, if it is a further part, or before it is published", () => {
    const found = ledger(["08:36:00", "began"], ["08:36:30", "in_doubt"], ["09:16:22", "published"]);
    expect(latenessOf(PUBLICATION, found)).toBeNull();
    expect(latenessOf({ ...PUBLICATION, part: 2 }, [])).toBeNull();
    expect(latenessOf({ ...PUBLICATION, publishedAt: null }, [])).toBeNull();
  });
});

describe("the shown lateness", () => {
  it.each([
    ["09:30:00.000", "09:30:09.999", "on time"],
    ["09:30:00.000", "09:30:10.000", "10 s"],
    ["09:30:00.000", "09:30:10.999", "10 s"],
    ["09:30:00.000", "09:30:11.000", "11 s"],
    ["09:30:00.000", "09:31:59.999", "1 min"],
    ["20:39:51.600", "20:39:53.100", "on time"],
    ["20:39:51.900", "20:40:01.800", "on time"],
    ["20:39:51.900", "20:40:02.100", "11 s"],
    ["20:39:51.100", "20:40:02.900", "11 s"],
  ])("of a post for %s that is published at %s is %s", (planned, published, shown) => {
    const [dueAt, publishedAt] = [planned, published].map((time) => `2026-11-29T${time}Z`) as [string, string];
    const late = latenessOf({ ...PUBLICATION, dueAt, publishedAt }, []);
    expect(late && (late.isOnTime ? "on time" : durationOf(late.milliseconds))).toBe(shown);
  });

  it("needs the seconds of a time that is not at a whole minute", () => {
    expect(hasSeconds("2026-11-29T20:39:51.600Z")).toBe(true);
    expect(hasSeconds("2026-11-29T20:39:00.000Z")).toBe(false);
  });
});

it("the confirmation by a person is that of the publication", () => {
  const attempts = ledger(["08:36:00", "began"], ["08:36:30", "unknown"], ["09:16:22", "confirmed_published"]);
  expect(confirmedAt({ id: "p" }, attempts)).toBe("2026-11-29T09:16:22.000Z");
  expect(confirmedAt({ id: "q" }, attempts)).toBeNull();
  expect(confirmedAt({ id: "p" }, attempts.slice(0, 2))).toBeNull();
});

describe("the time of the last publish call", () => {
  it("is that of the publication's own attempts", () => {
    const attempts = ledger(["08:36:00", "began"], ["08:36:01", "rate_limited"], ["09:16:20", "began"]);
    const other = { publicationId: "q", at: "2026-11-29T10:00:00.000Z", event: "began" as const };
    expect(lastCallOf({ id: "p" }, [...attempts, other])).toBe("2026-11-29T09:16:20.000Z");
    expect(lastCallOf({ id: "p" }, [other])).toBeNull();
  });
});
