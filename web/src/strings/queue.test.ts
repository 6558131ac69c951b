import { describe, expect, it } from "vitest";
import { samplePause as pause } from "../post/samplePause";
import { setPlatforms } from "./platforms";
import { QUEUE } from "./queue";

setPlatforms({ x: { name: "X" } } as Parameters<typeof setPlatforms>[0]);

const plain = (text: string) => text.replace(/[\u2068\u2069]/g, "");
const spring = pause({ scope: "campaign", campaign: "spring" });
const x = pause({ scope: "platform", platform: "x" });

describe("the message of a new pause", () => {
  it.each([
    [0, 1, "Paused. No post is held now. 1 planned post waits when it becomes due."],
    [1, 0, "Paused. 1 post is held now."],
    [2, 3, "Paused. 2 posts are held now. 3 planned posts wait when they become due."],
    [1_000, 1_000, "Paused. 1,000 or more posts are held now. 1,000 or more planned posts wait when they become due."],
  ])("counts %i held and %i planned posts", (held, planned, text) => {
    expect(QUEUE.paused({ ...spring, held, heldPosts: held }, planned)).toBe(text);
  });

  it.each([
    [spring, "No planned post has the campaign “spring”. Is the name right?"],
    [
      { ...spring, ownerId: "ada" },
      "No planned post of the owner “ada” has the campaign “spring”. Are the names right?",
    ],
    [pause({ scope: "owner", ownerId: "ada" }), "No planned post has the owner “ada”. Is the name right?"],
    [x, "No post is held now, and none is planned."],
  ])("asks about the name of a scope without posts", (empty, text) => {
    expect(plain(QUEUE.paused(empty, 0))).toBe(`Paused. ${text}`);
  });
});

describe("the end of a pause", () => {
  it.each([
    [pause({}), "All publishing goes on."],
    [x, "Publishing on X goes on."],
    [pause({ scope: "owner", ownerId: "ada" }), "Publishing of the owner “ada” goes on."],
    [spring, "Publishing of the campaign “spring” of all owners goes on."],
    [{ ...spring, ownerId: "ada" }, "Publishing of the campaign “spring” of “ada” goes on."],
  ])("names what goes on", (ended, text) => {
    expect(plain(QUEUE.resumed(ended, false))).toBe(text);
    expect(plain(QUEUE.resumed(ended, true))).toBe(`${text} Posts that another pause holds still wait.`);
  });

  it("is asked about with the number of posts", () => {
    expect(QUEUE.resumeTitle(x)).toBe("Resume publishing on X?");
    expect(QUEUE.resumeText({ ...x, held: 3, heldPosts: 2 })).toMatch(/^This pause holds 2 posts\. Late posts are/);
    expect(QUEUE.resumeText({ ...x, held: 1_000, heldPosts: 900 })).toMatch(/^This pause holds 900 or more posts\./);
  });
});
