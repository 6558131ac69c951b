import { describe, expect, it } from "vitest";
import type { Entry } from "../api/calendar";
import type { Post } from "../api/types";
import { isMovable } from "./movable";

const entry = (status: string, ...publicationStates: string[]) =>
  ({ id: "1", status, publicationStates }) as unknown as Entry;
const post = (id: string, startedAt: string | null, state = "queued") =>
  ({ id, status: "queued", publications: [{ state, startedAt }] }) as unknown as Post;

describe("the calendar offers to move", () => {
  it.each([
    ["a scheduled post", entry("scheduled"), undefined, true],
    ["a queued post", entry("queued", "queued"), [post("1", null)], true],
    ["a queued post that the list does not reach", entry("queued", "queued"), [post("2", null)], true],
    ["no queued post with a publish call", entry("queued", "queued"), [post("1", "2027-03-24T08:30:00Z")], false],
    ["no queued post before its publications are known", entry("queued", "queued"), undefined, false],
    ["a post before its publish call", entry("queued", "publishing"), [post("1", null, "publishing")], true],
    ["no post that is being published", entry("queued", "publishing"), [post("2", null)], false],
    ["no published post", entry("published", "published"), [], false],
  ])("%s", (_, each, queued, isOffered) => {
    expect(isMovable(each, queued)).toBe(isOffered);
  });
});
