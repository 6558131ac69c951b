import { beforeAll, describe, expect, it } from "vitest";
import type { Connection, Post, Publication } from "../api/types";
import { setPlatforms } from "./platforms";
import { lookOf, lookOfPost, withLost } from "./states";

const NAMES = { bluesky: "Bluesky", linkedin: "LinkedIn", mastodon: "Mastodon", threads: "Threads", x: "X" };

beforeAll(() => {
  const looks = Object.entries(NAMES).map(([key, name]) => [key, { name, monogram: key, color: "#000" }]);
  setPlatforms(Object.fromEntries(looks) as Parameters<typeof setPlatforms>[0]);
});

const publication = (platform: string, state: string, part = 1) =>
  ({ platform, connectionId: platform, state, part }) as Publication;

function labelOf(...publications: Publication[]): string {
  return lookOfPost({ status: "failed", approvalStatus: null, publications } as Pick<
    Post,
    "status" | "approvalStatus" | "publications"
  >).label;
}

describe("the label of a failed post", () => {
  it.each([
    ["Failed", [publication("x", "failed"), publication("bluesky", "failed")]],
    ["Failed on X, 1 published", [publication("x", "failed"), publication("bluesky", "published")]],
    ["Unknown", [publication("x", "unknown")]],
    ["Unknown on X, failed on Threads", [publication("x", "unknown"), publication("threads", "failed")]],
    [
      "Unknown on X, failed on LinkedIn, 2 published",
      [
        publication("bluesky", "published"),
        publication("linkedin", "failed"),
        publication("mastodon", "published"),
        publication("x", "unknown"),
      ],
    ],
    [
      "Failed on 3 platforms, 1 published",
      [...["x", "linkedin", "threads"].map((each) => publication(each, "failed")), publication("bluesky", "published")],
    ],
    ["Partly failed", [publication("x", "published"), publication("x", "failed", 2)]],
  ])("is %s", (label, publications) => {
    expect(labelOf(...publications)).toBe(label);
  });
});

it("marks the platforms that need a person, unless all do", () => {
  const publications = [
    publication("bluesky", "published"),
    publication("x", "unknown"),
    publication("threads", "failed"),
  ];
  const post = { status: "failed", approvalStatus: null, publications } as Pick<
    Post,
    "status" | "approvalStatus" | "publications"
  >;
  expect(lookOfPost(post).marks).toEqual({ threads: "failed", x: "unknown" });
  expect(lookOfPost({ ...post, publications: publications.slice(2) }).marks).toBeUndefined();
});

describe("the look of a post without its publications", () => {
  it.each([
    ["rejected", { status: "scheduled", approvalStatus: "rejected" }, []],
    ["approval", { status: "scheduled", approvalStatus: "pending" }, []],
    ["partial", { status: "failed", approvalStatus: null }, ["failed", "published"]],
    ["failed", { status: "failed", approvalStatus: null }, ["failed"]],
    ["unknown", { status: "failed", approvalStatus: null }, ["failed", "published", "unknown"]],
  ] as const)("is %s", (face, post, states) => {
    expect(lookOf(post, states).face).toBe(face);
  });
});

describe("the look of a post whose accounts may be lost", () => {
  const lost = [{ platform: "x" } as Connection];

  it.each<[string, Parameters<typeof lookOf>[0], readonly Connection[] | null]>([
    ["Planned", { status: "scheduled", approvalStatus: null }, null],
    ["Scheduled", { status: "scheduled", approvalStatus: null }, []],
    ["X will fail", { status: "scheduled", approvalStatus: null }, lost],
    ["Needs approval", { status: "scheduled", approvalStatus: "pending" }, null],
    ["Draft", { status: "draft", approvalStatus: null }, null],
    ["Published", { status: "published", approvalStatus: null }, null],
  ])("says %s", (label, post, connections) => {
    expect(withLost(lookOf(post, []), connections).label).toBe(label);
  });

  it("asks for a decision first, and warns of the lost account", () => {
    const look = withLost(lookOf({ status: "scheduled", approvalStatus: "pending" }, []), lost);
    expect(look).toEqual({
      face: "approval",
      label: "Needs approval",
      marks: { x: "lost" },
      warning: "X will fail",
    });
  });
});
