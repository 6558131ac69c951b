import { expect, it } from "vitest";
import { listOf } from "./attentionList";

it.each([
  [{}, "/posts"],
  [{ posts: 4, failed: 1, approval: 1, rejected: 1, held: 1 }, "/posts?list=failed"],
  [{ posts: 3, approval: 1, rejected: 1, held: 1 }, "/posts?list=approval"],
  [{ posts: 2, rejected: 1, held: 1 }, "/posts?list=rejected"],
  [{ posts: 1, held: 1 }, "/posts?list=scheduled"],
])("the number of posts that need a person leads to them: %j opens %s", (counts, address) => {
  expect(listOf({ posts: 0, failed: 0, approval: 0, rejected: 0, held: 0, ...counts })).toBe(address);
});
