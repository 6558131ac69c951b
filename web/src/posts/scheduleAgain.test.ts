// @vitest-environment happy-dom
import { expect, it, vi } from "vitest";
import { movePost } from "../api/actions";
import { ApiError } from "../api/client";
import type { Post } from "../api/types";
import { againPlanOf, scheduleAgain } from "./scheduleAgain";

vi.mock("../api/actions", () => ({ movePost: vi.fn() }));

const NOW = Date.parse("2026-11-30T12:00:00Z");
const AHEAD = "2026-12-01T09:00:00Z";
const post = (id: string, scheduledAt: string) => ({ id, scheduledAt, version: 4 }) as Post;
const unscheduled = (postId: string) => ({ postId, success: true, status: "draft" }) as const;

it("schedules the unscheduled posts again whose times lie ahead", () => {
  const results = [unscheduled("1"), unscheduled("2"), { postId: "3", success: false }];
  const posts = [post("1", AHEAD), post("2", "2026-11-30T11:59:00Z"), post("3", AHEAD)];
  expect(againPlanOf(results, posts, NOW)).toEqual({
    posts: [{ postId: "1", scheduledAt: AHEAD, version: 5 }],
    skipped: [{ postId: "2", success: false, error: "Its time has passed." }],
  });
});

it("schedules nothing again that was cancelled in part, and not too many posts", () => {
  const inPart = { postId: "1", success: true, status: "published" } as const;
  expect(againPlanOf([inPart], [post("1", AHEAD)], NOW)).toBeNull();
  const ids = Array.from({ length: 51 }, (_, index) => String(index));
  const posts = ids.map((id) => post(id, AHEAD));
  expect(againPlanOf(ids.map(unscheduled), posts, NOW)).toBeNull();
  expect(againPlanOf(ids.slice(1).map(unscheduled), posts, NOW)?.posts).toHaveLength(50);
});

it("has a result for each post", async () => {
  const conflict = new ApiError("The post is at version 6, not 5.", 409, "version_conflict", [], null);
  vi.mocked(movePost)
    .mockResolvedValueOnce({ post: { status: "scheduled" } } as never)
    .mockRejectedValueOnce(conflict);
  const move = { scheduledAt: AHEAD, version: 5 };
  const skipped = { postId: "3", success: false, error: "Its time has passed." };
  const results = await scheduleAgain({
    posts: [
      { postId: "1", ...move },
      { postId: "2", ...move },
    ],
    skipped: [skipped],
  });
  expect(results).toEqual([
    { postId: "1", success: true, status: "scheduled" },
    { postId: "2", success: false, error: expect.stringContaining("Somebody else has changed this post") },
    skipped,
  ]);
});
