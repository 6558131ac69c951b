import { describe, expect, it } from "vitest";
import type { Platform } from "../api/types";
import { accountPage, checkPage } from "./accountPage";

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

describe("the page where a person checks a publication", () => {
  const account = (platform: Platform, accountId: string, handle: string, baseUrl: string) => ({
    platform,
    accountId,
    handle,
    baseUrl,
  });
  const lena = account("linkedin", "urn:li:person:a1", "Lena", "https://api.linkedin.com");
  const part = (number: number, changes: object = {}) => ({
    platform: "linkedin" as Platform,
    connectionId: "c",
    sandbox: false,
    state: "published" as const,
    permalink: `https://www.linkedin.com/feed/update/${number}`,
    part: number,
    ...changes,
  });
  const unknown = part(3, { state: "unknown", permalink: null });

  it("is the page of the account", () => {
    const tide = account("linkedin", "urn:li:organization:7", "Tide", "https://api.linkedin.com");
    expect(checkPage(unknown, tide, [part(1)])).toEqual({
      address: "https://www.linkedin.com/company/7/",
      kind: "account",
    });
  });

  it("is the last published part on the same account if the account has no known page", () => {
    const others = [part(1), part(2), unknown, part(4, { connectionId: "d" }), part(5, { platform: "x" })];
    expect(checkPage(unknown, lena, others)).toEqual({
      address: "https://www.linkedin.com/feed/update/2",
      kind: "part",
    });
    expect(checkPage(unknown, undefined, others)?.kind).toBe("part");
  });

  it.each<[Platform, string]>([
    ["bluesky", "https://bsky.app/"],
    ["facebook", "https://www.facebook.com/"],
    ["instagram", "https://www.instagram.com/"],
    ["linkedin", "https://www.linkedin.com/"],
    ["pinterest", "https://www.pinterest.com/"],
    ["threads", "https://www.threads.com/"],
    ["tiktok", "https://www.tiktok.com/"],
    ["x", "https://x.com/"],
    ["youtube", "https://www.youtube.com/"],
  ])("is the first page of %s if the account is disconnected", (platform, address) => {
    expect(checkPage({ platform, connectionId: "c", sandbox: false }, undefined, [])).toEqual({
      address,
      kind: "platform",
    });
  });

  it("is the first page of the platform if neither the account nor another part has a known page", () => {
    expect(checkPage(unknown, lena, [unknown, part(1, { permalink: null })])).toEqual({
      address: "https://www.linkedin.com/",
      kind: "platform",
    });
  });

  it.each<[string, string, string]>([
    ["x", "http://127.0.0.1:8801/x", "http://127.0.0.1:8801/"],
    ["mastodon", "https://kaffee.example", "https://kaffee.example/"],
  ])("on %s at %s is the first page of the server", (platform, baseUrl, address) => {
    const nameless = account(platform as Platform, "1", "", baseUrl);
    const publication = { platform: platform as Platform, connectionId: "c", sandbox: false };
    expect(checkPage(publication, nameless, [])).toEqual({ address, kind: "platform" });
  });

  it("is not known in the sandbox, and on Mastodon without the connection", () => {
    const publication = { platform: "x" as Platform, connectionId: "c", sandbox: true };
    expect(checkPage(publication, undefined, [])).toBeNull();
    expect(checkPage({ ...publication, platform: "mastodon", sandbox: false }, undefined, [])).toBeNull();
  });
});
