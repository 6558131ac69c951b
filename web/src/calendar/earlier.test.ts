import { expect, it } from "vitest";
import type { Post, PublicationState } from "../api/types";
import { earlierTimes } from "./earlier";

const post = (
  scheduledAt: string | null,
  status: Post["status"],
  states: PublicationState[],
  approvalStatus: Post["approvalStatus"] = null,
) => ({
  scheduledAt,
  status,
  approvalStatus,
  publications: states.map((state) => ({ state })) as Post["publications"],
});

it("finds the posts before a view that need a person", () => {
  const posts = [
    post("2027-03-23T09:00:00.000Z", "scheduled", [], "pending"),
    post("2027-03-20T09:00:00.000Z", "failed", ["failed"]),
    post("2027-03-21T09:00:00.000Z", "published", ["cancelled", "published"]),
    post("2027-03-24T09:00:00.000Z", "failed", ["failed"]),
    post(null, "draft", [], "rejected"),
  ];
  const times = (...scopes: string[]) => earlierTimes(posts, "2027-03-24T00:00:00.000Z", scopes, new Date());
  expect(times("write", "approve")).toEqual(["2027-03-20T09:00:00.000Z", "2027-03-23T09:00:00.000Z"]);
  expect(times("write")).toEqual(["2027-03-20T09:00:00.000Z"]);
});
