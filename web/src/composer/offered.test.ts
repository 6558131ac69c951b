// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { kindOf, type MediaKind } from "../api/media";
import type { Platform } from "../api/types";
import { isOffered, kindsWithMore } from "./offered";

type Case = [Platform, string, (MediaKind | null)[], string | undefined, boolean];

const CASES: Case[] = [
  ["instagram", "coverUrl", [], undefined, false],
  ["instagram", "coverUrl", [], "reel", true],
  ["instagram", "coverUrl", ["image"], undefined, false],
  ["instagram", "coverUrl", ["video"], undefined, true],
  ["instagram", "coverUrl", ["video"], "story", false],
  ["instagram", "coverUrl", [null], undefined, true],
  ["instagram", "locationId", [], undefined, true],
  ["instagram", "locationId", ["image"], "story", false],
  ["facebook", "link", [], undefined, true],
  ["facebook", "link", ["image"], undefined, false],
  ["linkedin", "title", [], undefined, false],
  ["linkedin", "title", ["image"], undefined, true],
  ["x", "quoteTweetId", ["video"], undefined, false],
  ["tiktok", "title", ["video"], undefined, false],
  ["tiktok", "title", ["image"], undefined, true],
  ["tiktok", "disableDuet", ["image"], undefined, false],
  ["tiktok", "disableDuet", ["video"], undefined, true],
  ["threads", "linkAttachment", ["image"], undefined, false],
  ["mastodon", "sensitive", [], undefined, false],
  ["pinterest", "coverImageUrl", ["image"], undefined, false],
  ["pinterest", "boardId", [], undefined, true],
  ["youtube", "thumbnailUrl", [], undefined, true],
];

describe("an option", () => {
  it.each(CASES)("%s.%s with %j and type %s is offered: %s", (platform, option, media, type, offered) => {
    expect(isOffered(platform, option, { media, type })).toBe(offered);
  });

  it.each<[Platform, string[], string | undefined, MediaKind[]]>([
    ["instagram", ["coverUrl"], undefined, ["video"]],
    ["instagram", ["coverUrl"], "story", []],
    ["tiktok", ["title", "disableDuet"], undefined, ["image", "video"]],
    ["x", ["quoteTweetId"], undefined, []],
    ["mastodon", [], undefined, []],
  ])("of %s among %j with type %s appears with %j", (platform, hidden, type, kinds) => {
    expect(kindsWithMore(platform, hidden, { media: [], type })).toEqual(kinds);
  });
});

describe("the kind of media", () => {
  it.each<[string, string | null, MediaKind | null]>([
    ["media:1", "video/mp4", "video"],
    ["media:1", "image/png", "image"],
    ["media:1", null, null],
    ["https://example.com/film.MP4?size=1", null, "video"],
    ["https://example.com/cup.jpeg", null, "image"],
    ["https://example.com/file?name=cup.jpeg", null, null],
  ])("of %s with the content type %s is %s", (url, contentType, kind) => {
    expect(kindOf(url, contentType ? { contentType: contentType as "image/png" } : null)).toBe(kind);
  });
});
