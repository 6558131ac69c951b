import { expect, it } from "vitest";
import type { Platform } from "../api/types";
import { setPlatforms } from "../strings/platforms";
import { type Draft, emptyDraft, type Replies } from "./draft";
import { commentHint, offersComment } from "./firstComment";

const NAMES = { bluesky: "Bluesky", linkedin: "LinkedIn", x: "X", tiktok: "TikTok" };
setPlatforms(
  Object.fromEntries(
    Object.entries(NAMES).map(([key, name]) => [key, { name, monogram: "", color: "" }]),
  ) as Parameters<typeof setPlatforms>[0],
);
const KINDS: Partial<Record<Platform, Replies>> = { bluesky: "thread", x: "thread", linkedin: "comment" };
const repliesOf = (platform: Platform): Replies => KINDS[platform] ?? "none";
const thread = { words: { content: "One", parts: ["Two"] } };

it.each<[string, Partial<Draft>, boolean, string]>([
  ["no platform", {}, false, ""],
  ["a platform with comments", { platforms: ["linkedin"] }, true, "It is posted under the post on LinkedIn."],
  [
    "a single post on a platform with threads",
    { platforms: ["bluesky"] },
    true,
    "It is posted under the post on Bluesky.",
  ],
  [
    "a thread",
    { ...thread, platforms: ["bluesky"] },
    false,
    "The post is a thread on Bluesky and has no first comment there.",
  ],
  [
    "a thread and a comment on another platform",
    { ...thread, platforms: ["bluesky", "linkedin", "x"] },
    true,
    "It is posted under the post on LinkedIn. The post is a thread on Bluesky and X and has no first comment there.",
  ],
  [
    "a thread of one platform only",
    { own: { x: thread.words }, platforms: ["bluesky", "x"] },
    true,
    "It is posted under the post on Bluesky. The post is a thread on X and has no first comment there.",
  ],
  [
    "a comment that not all platforms of the saved post have",
    {
      platforms: ["bluesky", "linkedin", "x"],
      firstComment: "Hi",
      ownComments: { linkedin: "Hello", x: "", mastodon: "" },
    },
    true,
    "It is posted under the post on Bluesky. LinkedIn keeps its own first comment. On X, there is none.",
  ],
  ["a platform without comments", { platforms: ["tiktok"] }, false, "Apps cannot comment on TikTok."],
  [
    "a comment that no platform gets",
    { platforms: ["tiktok"], firstComment: "Hi" },
    true,
    "Apps cannot comment on TikTok.",
  ],
])("the first comment with %s", (_, changes, isOffered, hint) => {
  const draft = { ...emptyDraft("UTC"), ...changes };
  expect([offersComment(draft, repliesOf), commentHint(draft, repliesOf)]).toEqual([isOffered, hint]);
});
