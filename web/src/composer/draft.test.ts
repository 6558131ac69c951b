import { describe, expect, it } from "vitest";
import type { Post, PostFields } from "../api/types";
import { type Draft, draftOf, emptyDraft, fieldsOf, forFailed, withWords } from "./draft";

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

const photo = { content: "", mediaUrls: ["media:3"], altTexts: { "media:3": "A photo" } };
const thread = { content: "Short", parts: ["Shorter"] };

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

  it.each<[name: string, draft: Draft]>([
    ["with a thread and another text", written],
    [
      "in which only the other text is a thread",
      { ...written, words: { content: "One", parts: [] }, own: { x: thread } },
    ],
    ["in which only the last platform has a thread", { ...written, platforms: ["instagram", "x"], own: { x: thread } }],
    ["with media in a part of the thread", { ...written, words: { content: "One", parts: ["Two", photo] } }],
    ["in which each text is another thread", { ...written, own: { x: thread } }],
  ])("survive being saved and edited in a post %s", (_, draft) => {
    const fields = fieldsOf(draft, replies);
    const saved = { ...fields, scheduledAtLocal: "2027-03-24T09:30:00.000+01:00" } as unknown as Post;
    const again = draftOf(saved, replies);
    expect(again.at).toBe("2027-03-24T09:30");
    expect(fieldsOf(again, replies)).toEqual(fields);
  });

  it("keep first comments that differ, until a person uses one on all platforms", () => {
    const platforms: Draft["platforms"] = ["bluesky", "instagram", "x", "pinterest"];
    const platformOptions = { bluesky: { firstComment: "First" }, instagram: { firstComment: "Other" } };
    const fields = { ...fieldsOf({ ...emptyDraft("Europe/Berlin"), platforms }, replies), platformOptions };
    const draft = draftOf(fields as unknown as Post, replies);
    expect(draft.ownComments).toEqual({ instagram: "Other", x: "" });
    expect(fieldsOf(draft, replies)).toEqual(fields);
    expect(fieldsOf({ ...draft, ownComments: {} }, replies).platformOptions).toEqual({
      bluesky: { firstComment: "First" },
      instagram: { firstComment: "First" },
      x: { firstComment: "First" },
    });
  });

  it("keep a thread of only one platform, whose text is that of the post", () => {
    const saved = {
      ...fieldsOf({ ...written, words: { content: "One", parts: [] }, own: {} }, replies),
      platformOptions: { x: { thread: ["Two"] } },
    } as unknown as Post;
    expect(fieldsOf(draftOf(saved, replies), replies).platformOptions).toEqual({ x: { thread: ["Two"] } });
  });

  it("keep the media of a variant", () => {
    const saved = { variants: { x: { content: "Old", mediaUrls: ["media:9"] } } } as unknown as Post;
    expect(fieldsOf(written, replies, saved).variants).toEqual({ x: { content: "Short", mediaUrls: ["media:9"] } });
  });
});

describe("the text of a platform", () => {
  const draft: Draft = {
    ...emptyDraft("UTC"),
    platforms: ["bluesky", "x"],
    words: { content: "One", parts: ["Two"] },
    own: { x: { content: "Short", parts: [] } },
  };

  it("becomes its own with the first change", () => {
    const words = { content: "One!", parts: ["Two"] };
    expect(withWords(draft, "bluesky", words)).toEqual({ own: { ...draft.own, bluesky: words } });
    expect(withWords(draft, "x", words)).toEqual({ own: { x: words } });
  });

  it("is that of all platforms if it has become the same", () => {
    expect(withWords(draft, "x", { content: "One", parts: ["Two"] })).toEqual({ own: {} });
  });

  it("is that of all platforms if there is no other platform", () => {
    const words = { content: "One!", parts: [] };
    expect(withWords({ ...draft, platforms: ["x"], own: {} }, "x", words)).toEqual({ words });
    expect(withWords({ ...draft, platforms: ["x"] }, "x", words)).toEqual({ own: { x: words } });
  });

  it("is the text of the post if only the platforms have texts", () => {
    const words = { content: " ", parts: [] };
    const own = { bluesky: { content: "Blue", parts: [] }, x: { content: "Short", parts: [] } };
    expect(fieldsOf({ ...draft, words, own }, replies)).toMatchObject({
      content: "Blue",
      variants: { bluesky: { content: "Blue" }, x: { content: "Short" } },
    });
    expect(fieldsOf({ ...draft, words }, replies).content).toBe(" ");
    expect(fieldsOf({ ...draft, own }, replies).content).toBe("One");
  });
});

/** An example of each field of a post. A copy has no time: the page asks for it. */
const COPIED: Required<Omit<PostFields, "scheduledAt" | "publish">> = {
  content: "One",
  platforms: ["bluesky", "pinterest"],
  mediaUrls: ["media:1"],
  altTexts: { "media:1": "A cup" },
  platformOptions: { bluesky: { thread: ["Two", photo] }, pinterest: { boardId: "7" } },
  variants: { pinterest: { content: "A pin", mediaUrls: ["media:9"], altTexts: { "media:9": "A tall cup" } } },
  connectionIds: ["b1"],
  publishWithinSeconds: 900,
  timezone: "Asia/Tokyo",
  campaign: "Spring",
  notes: "For Lena",
  approvalRequired: true,
};

it.each(Object.entries(COPIED))("a copy keeps the field %s", (name, value) => {
  const post = { ...COPIED, scheduledAtLocal: null } as unknown as Post;
  expect(fieldsOf(draftOf(post, replies), replies, post)).toHaveProperty([name], value);
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
