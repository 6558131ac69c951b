import { beforeAll, describe, expect, it } from "vitest";
import type { Pause } from "../api/queue";
import type { Connection, Post, Publication } from "../api/types";
import type { Coming } from "../post/pauses";
import { samplePause as pause } from "../post/samplePause";
import { setPlatforms } from "./platforms";
import { type Look, lookOf, lookOfPost, withLost, withPauses } from "./states";

const NAMES = { bluesky: "Bluesky", linkedin: "LinkedIn", mastodon: "Mastodon", threads: "Threads", x: "X" };

beforeAll(() => {
  const looks = Object.entries(NAMES).map(([key, name]) => [key, { name, monogram: key, color: "#000" }]);
  setPlatforms(Object.fromEntries(looks) as Parameters<typeof setPlatforms>[0]);
});

const publication = (platform: string, state: string, part = 1) =>
  ({ platform, connectionId: platform, state, part }) as Publication;

function labelOf(publications: Publication[], status: Post["status"] = "failed"): string {
  return lookOfPost({ status, approvalStatus: null, publications } as Pick<
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
    [
      "Failed on Threads, 1 published",
      [publication("x", "cancelled"), publication("threads", "failed"), publication("bluesky", "published")],
    ],
  ])("is %s", (label, publications) => {
    expect(labelOf(publications)).toBe(label);
  });
});

it.each([
  ["Published", [publication("x", "published"), publication("bluesky", "published")]],
  ["Published, cancelled on X", [publication("x", "cancelled"), publication("bluesky", "published")]],
  ["Published in part", [publication("x", "published"), publication("x", "cancelled", 2)]],
])("the label of a published post is %s", (label, publications) => {
  expect(labelOf(publications, "published")).toBe(label);
});

it("tells a post that a person cancelled in part from one that is published everywhere", () => {
  const lookOf = (publications: Publication[]) =>
    lookOfPost({ status: "published", approvalStatus: null, publications });
  const published = publication("bluesky", "published");
  expect(lookOf([published])).toEqual({ face: "published", label: "Published" });
  expect(lookOf([published, publication("x", "cancelled")])).toMatchObject({
    face: "inPart",
    marks: { x: "cancelled" },
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

describe("the look of a queued post", () => {
  const [held, out] = [publication("x", "held"), publication("bluesky", "published")];

  it.each<[string, Publication[], Look["marks"]]>([
    ["Held", [held, publication("threads", "held")], undefined],
    ["Held on X, 1 published", [held, out], { x: "held" }],
    ["Held on X, queued on Threads", [held, publication("threads", "queued")], { x: "held" }],
    ["Queued on Mastodon, 2 published", [publication("mastodon", "queued"), out, publication("x", "published")], {}],
    [
      "Queued on Mastodon, failed on X",
      [publication("mastodon", "queued"), publication("x", "failed")],
      { x: "failed" },
    ],
    ["Publishing", [publication("mastodon", "queued"), publication("x", "publishing")], undefined],
    ["Queued", [publication("x", "published"), publication("x", "queued", 2)], undefined],
  ])("says %s", (label, publications, marks) => {
    const look = lookOfPost({ status: "queued", approvalStatus: null, publications });
    expect([look.label, look.marks]).toEqual([label, marks]);
  });

  it("keeps the mark of a held platform next to a lost one", () => {
    const post = {
      status: "queued",
      approvalStatus: null,
      publications: [held, publication("threads", "queued")],
    } as const;
    expect(lookOfPost({ ...post, publications: [...post.publications] }, [{ platform: "threads" }]).marks).toEqual({
      x: "held",
      threads: "lost",
    });
  });
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

describe("the look of a coming post during a pause", () => {
  const onX = pause({ scope: "platform", platform: "x" });
  const spring = pause({ scope: "campaign", campaign: "Spring" });
  const scheduled = { status: "scheduled", approvalStatus: null, campaign: "Spring", publications: [] } as const;
  const queued = { status: "queued", approvalStatus: null, campaign: null } as const;
  const x = [publication("x", "queued"), publication("bluesky", "published")];

  it.each<[string, object, Pause[], string | undefined, Look["marks"]]>([
    ["names the paused platform", scheduled, [onX], "X is paused", { x: "paused" }],
    ["names the campaign", scheduled, [spring, onX], "The campaign is paused", { bluesky: "paused", x: "paused" }],
    ["names all publishing", scheduled, [pause({})], "Publishing is paused", { bluesky: "paused", x: "paused" }],
    ["needs an approval too", { ...scheduled, approvalStatus: "pending" }, [onX], "X is paused", { x: "paused" }],
    ["is queued", { ...queued, publications: x }, [onX], "X is paused", { x: "paused" }],
    ["is queued in the calendar", { ...queued, publicationStates: ["queued"] }, [onX], "X is paused", { x: "paused" }],
    ["is published there", { ...queued, publications: [publication("x", "published")] }, [onX], undefined, undefined],
    ["is partly published", { ...queued, publicationStates: ["published", "queued"] }, [onX], undefined, undefined],
    ["is held already", { ...queued, publications: [publication("x", "held"), ...x] }, [onX], undefined, undefined],
    ["is rejected", { ...scheduled, approvalStatus: "rejected" }, [onX], undefined, undefined],
    ["is a draft", { ...scheduled, status: "draft" }, [onX], undefined, undefined],
    ["is of another campaign", { ...scheduled, campaign: "Autumn" }, [spring], undefined, undefined],
  ])("%s", (_, rest, pauses, label, marks) => {
    const post = { platforms: ["bluesky", "x"], ...rest } as Coming;
    const before = lookOf(post, []);
    const look = withPauses(before, post, pauses);
    expect([look.face, look.label]).toEqual([before.face, before.label]);
    expect([look.pause, look.marks]).toEqual([label, marks]);
  });

  it.each([
    ["X will fail", [onX], undefined, { x: "lost" }],
    ["X will fail", [spring], "The campaign is paused", { x: "lost", bluesky: "paused" }],
  ] as const)("warns of the lost account first: %s, %#", (label, pauses, note, marks) => {
    const post: Coming = { ...scheduled, platforms: ["bluesky", "x"] };
    const look = withPauses(withLost(lookOf(post, []), [{ platform: "x" }]), post, pauses);
    expect(look.label).toBe(label);
    expect([look.pause, look.marks]).toEqual([note, marks]);
  });
});
