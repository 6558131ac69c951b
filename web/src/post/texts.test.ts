import { describe, expect, it } from "vitest";
import type { Connection, Post } from "../api/types";
import { connectionsOf, textsOf } from "./texts";

const post = {
  content: "Hello",
  platforms: ["bluesky", "linkedin", "mastodon", "x"],
  mediaUrls: ["https://example.com/cup.jpg"],
  altTexts: { "https://example.com/cup.jpg": "A cup" },
  platformOptions: {
    bluesky: { thread: ["Second", { content: "Third", mediaUrls: ["https://example.com/sea.jpg"] }] },
    linkedin: { firstComment: "Order here" },
  },
  variants: {},
  connectionIds: [],
  publications: [],
} as unknown as Post;
const cup = { url: "https://example.com/cup.jpg", alt: "A cup" };

describe("the texts of a post", () => {
  it("are those of each platform, and platforms with the same text are together", () => {
    expect(textsOf(post)).toEqual([
      {
        platforms: ["bluesky"],
        parts: [
          { content: "Hello", media: [cup] },
          { content: "Second", media: [] },
          { content: "Third", media: [{ url: "https://example.com/sea.jpg", alt: "" }] },
        ],
        firstComment: null,
      },
      { platforms: ["linkedin"], parts: [{ content: "Hello", media: [cup] }], firstComment: "Order here" },
      { platforms: ["mastodon", "x"], parts: [{ content: "Hello", media: [cup] }], firstComment: null },
    ]);
  });

  it("have the text and the media of a platform in place of the common ones", () => {
    const variants = { mastodon: { content: "Toot" }, x: { mediaUrls: [] } };
    const found = textsOf({ ...post, platforms: ["mastodon", "x"], variants });
    expect(found.map(({ platforms, parts }) => [platforms, parts])).toEqual([
      [["mastodon"], [{ content: "Toot", media: [cup] }]],
      [["x"], [{ content: "Hello", media: [] }]],
    ]);
  });

  it("are one text without a platform", () => {
    expect(textsOf({ ...post, platforms: [] })).toEqual([
      { platforms: [], parts: [{ content: "Hello", media: [cup] }], firstComment: null },
    ]);
  });
});

describe("the connections of a post on a platform", () => {
  const connections = [
    { id: "default", platform: "x", isDefault: true },
    { id: "second", platform: "x", isDefault: false },
    { id: "other", platform: "bluesky", isDefault: true },
  ] as Connection[];
  it.each([
    ["the default connection without a choice", { connectionIds: [] }, ["default"]],
    ["the chosen connections", { connectionIds: ["second"] }, ["second"]],
    ["the connections of the publications", { publications: [{ connectionId: "second" }] }, ["second"]],
  ])("are %s", (_, fields, ids) => {
    expect(connectionsOf({ ...post, ...fields } as Post, "x", connections).map(({ id }) => id)).toEqual(ids);
  });
});
