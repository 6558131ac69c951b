import { beforeAll, describe, expect, it } from "vitest";
import { samplePause as pause } from "../post/samplePause";
import { setPlatforms } from "../strings/platforms";
import { obstacleNote } from "./obstacleNote";

beforeAll(() => {
  const look = (name: string) => ({ name, monogram: "", color: "", homeUrl: "", unconnected: "reject" as const });
  setPlatforms({ bluesky: look("Bluesky"), x: look("X") } as Parameters<typeof setPlatforms>[0]);
});

describe("the note in the header", () => {
  it("counts the posts that will fail", () => {
    expect(obstacleNote(3, 7, false, true, [{ pause: pause({}) }])).toBe("7 posts will fail");
    expect(obstacleNote(3, 100, true, true, [])).toBe("100 or more posts will fail");
  });

  it("counts the accounts if no post will fail", () => {
    expect(obstacleNote(3, 0, false, true, [])).toBe("3 accounts need you");
    expect(obstacleNote(1, 0, false, false, [])).toBe("1 account needs attention");
  });

  it.each([
    ["all publishing and a platform", [pause({}), pause({ scope: "platform", platform: "x" })], "Publishing is paused"],
    ["the owner's posts", [pause({ scope: "owner", ownerId: "ada" })], "Publishing is paused"],
    ["a platform", [pause({ scope: "platform", platform: "x" })], "X is paused"],
    ["a campaign", [pause({ scope: "campaign", campaign: "Spring" })], "The campaign is paused"],
    [
      "two platforms",
      [pause({ scope: "platform", platform: "x" }), pause({ scope: "platform", platform: "bluesky" })],
      "2 pauses are in force",
    ],
  ])("names what is paused: %s", (_, pauses, note) => {
    const holdings = pauses.map((each) => ({ pause: each }));
    expect(obstacleNote(0, 0, false, true, holdings)).toBe(note);
  });
});
