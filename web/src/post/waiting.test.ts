import { describe, expect, it } from "vitest";
import { entryLateSoFar, lateSoFar, nextAttemptOf, postLateSoFar, postNextAttempt } from "./waiting";

const DUE = "2026-11-29T12:22:00.000Z";
const NOW = new Date("2026-11-29T12:56:10.000Z");
const LATE = 2_050_000;
const PUBLICATION = { state: "queued", part: 1, dueAt: DUE } as const;

describe("the lateness of a publication that is not published yet", () => {
  it.each(["queued", "publishing", "processing", "held"] as const)("grows until it is published (%s)", (state) => {
    expect(lateSoFar({ scheduledAt: DUE }, { ...PUBLICATION, state }, NOW)).toBe(LATE);
    expect(lateSoFar({ scheduledAt: null }, { ...PUBLICATION, state }, NOW)).toBe(LATE);
  });

  it.each(["waiting", "published", "failed", "unknown", "cancelled"] as const)(
    "is not known in the state %s",
    (state) => {
      expect(lateSoFar({ scheduledAt: DUE }, { ...PUBLICATION, state }, NOW)).toBeNull();
    },
  );

  it("is not known for a further part, which has no time of its own", () => {
    expect(lateSoFar({ scheduledAt: DUE }, { ...PUBLICATION, part: 2 }, NOW)).toBeNull();
  });

  it("begins with a minute", () => {
    const at = (time: string) => lateSoFar({ scheduledAt: DUE }, PUBLICATION, new Date(`2026-11-29T${time}Z`));
    expect([at("12:21:00.000"), at("12:22:59.999"), at("12:23:00.000")]).toEqual([null, null, 60_000]);
  });
});

describe("the lateness of a post that is not published yet", () => {
  const post = { status: "queued", scheduledAt: DUE, publications: [PUBLICATION] } as const;

  it("is that of its open publications", () => {
    expect(postLateSoFar(post, NOW)).toBe(LATE);
    const published = { ...PUBLICATION, state: "published" } as const;
    expect(postLateSoFar({ ...post, publications: [published, PUBLICATION] }, NOW)).toBe(LATE);
    expect(postLateSoFar({ ...post, publications: [published, { ...PUBLICATION, part: 2 }] }, NOW)).toBeNull();
  });

  it.each(["scheduled", "failed", "published"] as const)("is not known of a post with the status %s", (status) => {
    expect(postLateSoFar({ ...post, status }, NOW)).toBeNull();
  });

  it("is that of its calendar entry, unless a part is published", () => {
    const entry = { status: "queued", scheduledAt: DUE, publicationStates: ["queued", "waiting"] } as const;
    const late = (states: readonly ("queued" | "waiting" | "published" | "held")[]) =>
      entryLateSoFar({ ...entry, publicationStates: [...states] }, NOW);
    expect([late(["queued", "waiting"]), late(["held"])]).toEqual([LATE, LATE]);
    expect([late(["published", "queued"]), late(["published"]), late([])]).toEqual([null, null, null]);
    expect(entryLateSoFar({ ...entry, publicationStates: ["queued"], status: "scheduled" }, NOW)).toBeNull();
  });
});

describe("the next attempt of a publication", () => {
  it.each([
    ["2026-11-29T13:05:00.000Z", { at: "2026-11-29T13:05:00.000Z" }],
    ["2026-11-29T13:05:00.001Z", { at: "2026-11-29T13:06:00.000Z" }],
    ["2026-11-29T12:57:10.000Z", { at: "2026-11-29T12:58:00.000Z" }],
    ["2026-11-29T12:57:09.999Z", "soon"],
    ["2026-11-29T12:56:10.000Z", "soon"],
    ["2026-11-29T12:50:00.000Z", "soon"],
    [null, null],
  ])("is never shown before its time (%s)", (nextAttemptAt, shown) => {
    expect(nextAttemptOf({ nextAttemptAt }, NOW)).toEqual(shown);
  });
});

describe("the next attempt of a post", () => {
  const queued = (nextAttemptAt: string | null) => ({ state: "queued", nextAttemptAt }) as const;
  const [first, later] = ["2026-11-29T13:24:00.000Z", "2026-11-29T13:40:00.000Z"];
  it.each([
    ["is the first of its publications", [queued(later), queued(first)], first],
    ["is not planned without a failed attempt", [queued(null)], null],
    ["is not named if it is near", [queued(later), queued("2026-11-29T12:56:20.000Z")], null],
    ["is not the next check of a publication", [{ state: "processing", nextAttemptAt: first } as const], null],
  ])("%s", (_, publications, at) => {
    expect(postNextAttempt({ publications }, NOW)).toBe(at);
  });
});
