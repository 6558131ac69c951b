import { describe, expect, it } from "vitest";
import type { Entry } from "../api/calendar";
import type { Connection } from "../api/types";
import { CALENDAR } from "../strings/calendar";
import { type ChosenFilter, keepOnly, queryOfState, type StateChoice, stateOf } from "./stateFilter";

const CHOICES = Object.keys(CALENDAR.states) as StateChoice[];

describe("the filter State", () => {
  it.each(CHOICES)("is read from the address that it wrote: %s", (choice) => {
    const query = Object.entries(queryOfState(choice)).filter(([, value]) => value !== null);
    expect(stateOf(Object.fromEntries(query) as ChosenFilter)).toBe(choice);
  });

  it("is removed from the address by the choice of all states", () => {
    expect(queryOfState(null)).toEqual({ status: null, approvalStatus: null, only: null });
    expect(stateOf({})).toBeNull();
  });
});

const DUE = "2027-03-24T08:30:00.000Z";

describe("the posts of a state without a filter in the API", () => {
  const entry = (id: string, status: string, publicationStates: string[]) =>
    ({ id, status, approvalStatus: null, scheduledAt: DUE, publicationStates }) as unknown as Entry;
  const entries = [
    entry("held", "queued", ["held", "published"]),
    entry("queued", "queued", ["queued"]),
    entry("unknown", "failed", ["published", "unknown"]),
    entry("failed", "failed", ["failed"]),
    entry("lost", "scheduled", []),
  ];
  const lostFor = ({ id }: Entry) => (id === "lost" ? [{} as Connection] : []);
  const kept = (only: ChosenFilter["only"]) =>
    keepOnly(entries, only, ["write"], new Date(DUE), lostFor).map(({ id }) => id);

  it("have a publication in this state", () => {
    expect(kept("held")).toEqual(["held"]);
    expect(kept("unknown")).toEqual(["unknown"]);
  });

  it("need this person, if only those are shown", () => {
    expect(kept("attention")).toEqual(["unknown", "failed", "lost"]);
  });

  it("need this person for other reasons, while it is not known which will fail", () => {
    const found = keepOnly(entries, "attention", ["write"], new Date(DUE), () => null);
    expect(found.map(({ id }) => id)).toEqual(["unknown", "failed"]);
  });

  it("will fail because access to an account is lost, if only those are shown", () => {
    expect(kept("lost")).toEqual(["lost"]);
  });

  it("are all posts without this filter", () => {
    expect(kept(undefined)).toHaveLength(entries.length);
  });
});
