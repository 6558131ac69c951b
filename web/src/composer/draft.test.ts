import { describe, expect, it } from "vitest";
import type { Post } from "../api/types";
import { type Draft, draftOf, emptyDraft, fieldsOf, forFailed } from "./draft";

const replies = (platform: string) =>
  platform === "pinterest" ? "none" : platform === "instagram" ? "comment" : ("thread" as const);

const written: Draft = {
  ...emptyDraft("Europe/Berlin"),
  words: { content: "One", parts: ["Two", " "] },
  own: { x: { content: "Short", parts: [] } },
  firstComment: "First",
  platforms: ["bluesky", "x", "instagram", "pinterest"],
  media: [
    { url: "media:1", alt: "A cup" },
    { url: "https://example.com/2.jpg", alt: "" },
  ],
  options: { pinterest: { boardId: "7" } },
};

describe("the fields of a draft", () => {
  it("give each platform its words, its thread or its first comment", () => {
    const fields = fieldsOf(written, replies);
    expect(fields.content).toBe("One");
    expect(fields.variants).toEqual({ x: { content: "Short" } });
    expect(fields.platformOptions).toEqual({
      bluesky: { thread: ["Two"] },
      x: { firstComment: "First" },
      instagram: { firstComment: "First" },
      pinterest: { boardId: "7" },
    });
    expect(fields.mediaUrls).toEqual(["media:1", "https://example.com/2.jpg"]);
    expect(fields.altTexts).toEqual({ "media:1": "A cup" });
  });

  it("survive being saved and edited", () => {
    const fields = fieldsOf(written, replies);
    const saved = { ...fields, scheduledAtLocal: "2027-03-24T09:30:00.000+01:00" } as unknown as Post;
    const again = draftOf(saved);
    expect(again.at).toBe("2027-03-24T09:30");
    expect(fieldsOf(again, replies)).toEqual(fields);
  });

  it("keep the media of a variant", () => {
    const saved = { variants: { x: { content: "Old", mediaUrls: ["media:9"] } } } as unknown as Post;
    expect(fieldsOf(written, replies, saved).variants).toEqual({ x: { content: "Short", mediaUrls: ["media:9"] } });
  });
});

describe("the draft for the failed accounts", () => {
  it("has no account on which the post was published", () => {
    const publications = [
      { platform: "bluesky", connectionId: "b1", state: "published" },
      { platform: "bluesky", connectionId: "b2", state: "failed" },
      { platform: "x", connectionId: "x1", state: "published" },
      { platform: "mastodon", connectionId: null, state: "failed" },
    ] as Post["publications"];
    const draft: Draft = { ...written, connectionIds: ["b1", "b2", "x1"], platforms: ["bluesky", "x", "mastodon"] };
    const { connectionIds, platforms, ...others } = forFailed(draft, { publications });
    expect({ connectionIds, platforms }).toEqual({ connectionIds: ["b2"], platforms: ["bluesky", "mastodon"] });
    expect({ ...others, connectionIds: draft.connectionIds, platforms: draft.platforms }).toEqual(draft);
  });
});
