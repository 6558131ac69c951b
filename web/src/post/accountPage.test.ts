import { describe, expect, it } from "vitest";
import type { Platform } from "../api/types";
import { accountPage } from "./accountPage";

describe("the page of an account", () => {
  it.each<[Platform, string, string, string, string | null]>([
    ["x", "1", "@tidemark", "https://api.x.com", "https://x.com/tidemark"],
    ["x", "1", "@tidemark", "http://127.0.0.1:8801/x", null],
    ["x", "1", "@a/../b", "https://api.x.com", "https://x.com/a%2F..%2Fb"],
    ["bluesky", "did:plc:1", "tide.example", "https://bsky.social", "https://bsky.app/profile/tide.example"],
    ["mastodon", "1@kaffee.example", "@tide@kaffee.example", "https://kaffee.example/", "https://kaffee.example/@tide"],
    ["threads", "1", "@tide", "https://graph.threads.net", "https://www.threads.com/@tide"],
    ["instagram", "1", "@tide", "https://graph.instagram.com", "https://www.instagram.com/tide/"],
    ["facebook", "12", "Tide Coffee", "https://graph.facebook.com", "https://www.facebook.com/12"],
    ["linkedin", "urn:li:organization:7", "Tide", "https://api.linkedin.com", "https://www.linkedin.com/company/7/"],
    ["linkedin", "urn:li:person:a1", "Lena", "https://api.linkedin.com", null],
    ["pinterest", "1", "tide", "https://api.pinterest.com", "https://www.pinterest.com/tide/"],
    ["tiktok", "-000a", "tide", "https://open.tiktokapis.com", "https://www.tiktok.com/@tide"],
    ["tiktok", "-000a", "-000a", "https://open.tiktokapis.com", null],
    ["youtube", "UCtide", "@tide", "https://www.googleapis.com", "https://www.youtube.com/channel/UCtide"],
  ])("on %s of %s, %s at %s is %s", (platform, accountId, handle, baseUrl, page) => {
    expect(accountPage({ platform, accountId, handle, baseUrl })).toBe(page);
  });
});
