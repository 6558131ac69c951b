import { describe, expect, it } from "vitest";
import type { Publication } from "../api/types";
import { accountsOf, byUrgency, countPublished, platformsWith } from "./accounts";

const part = (platform: string, state: string, number = 1, connectionId = platform) =>
  ({ platform, state, part: number, connectionId }) as Publication;

describe("the accounts of a post", () => {
  it("are published when all their parts are", () => {
    const accounts = accountsOf([
      part("bluesky", "published"),
      part("bluesky", "published", 2),
      part("x", "published"),
      part("x", "failed", 2),
    ]);
    expect(accounts).toEqual([
      { platform: "bluesky", state: "published", hasPublishedPart: true },
      { platform: "x", state: "failed", hasPublishedPart: true },
    ]);
    expect(countPublished(accounts)).toBe(1);
  });

  it("are counted one by one on a platform, whose name appears once", () => {
    const accounts = accountsOf([part("x", "failed", 1, "a"), part("x", "failed", 1, "b"), part("bluesky", "unknown")]);
    expect(accounts).toHaveLength(3);
    expect(platformsWith(accounts, "failed")).toEqual(["x"]);
    expect(platformsWith(accounts, "unknown")).toEqual(["bluesky"]);
  });
});

describe("the publications of a post", () => {
  it("begin with the accounts that need a person, each with all its parts", () => {
    const publications = [
      part("bluesky", "published"),
      part("x", "failed", 2),
      part("threads", "unknown"),
      part("x", "published"),
      part("linkedin", "failed"),
    ];
    expect(byUrgency(publications).map(({ platform, part: number }) => `${platform} ${number}`)).toEqual([
      "threads 1",
      "linkedin 1",
      "x 1",
      "x 2",
      "bluesky 1",
    ]);
  });
});
