import { describe, expect, it } from "vitest";
import { isAddress, isOnOtherSite } from "./permalink";

describe("the address of a publication", () => {
  const facebook = "https://www.facebook.com/";
  const kaffee = { baseUrl: "https://kaffee.example", profileUrl: null };

  it.each([
    ["https://www.facebook.com/posts/1", false],
    ["https://facebook.com/posts/1", false],
    ["https://m.facebook.com/posts/1", false],
    ["https://example.com/posts/1", true],
    ["https://notfacebook.com/posts/1", true],
    ["https://facebook.com.example/posts/1", true],
  ])("%s is on another site than that of the platform: %s", (address, isOther) => {
    expect(isOnOtherSite(address, "facebook", facebook, undefined, [])).toBe(isOther);
  });

  it("is compared with the account's server on a platform with many servers", () => {
    expect(isOnOtherSite("https://kaffee.example/@lena/1", "mastodon", null, kaffee, [])).toBe(false);
    expect(isOnOtherSite("https://tea.example/@lena/1", "mastodon", null, kaffee, [])).toBe(true);
  });

  it("may be on the site of the account's page, or of another part", () => {
    const account = { baseUrl: "https://api.example", profileUrl: "https://pages.example/lena" };
    const parts = [
      { platform: "facebook" as const, permalink: "https://parts.example/1" },
      { platform: "x" as const, permalink: "https://x.com/demo/status/1" },
    ];
    expect(isOnOtherSite("https://pages.example/1", "facebook", facebook, account, parts)).toBe(false);
    expect(isOnOtherSite("https://parts.example/2", "facebook", facebook, account, parts)).toBe(false);
    expect(isOnOtherSite("https://x.com/demo/status/2", "facebook", facebook, account, parts)).toBe(true);
  });

  it.each([
    ["https://x.com/demo/status/1", true],
    ["hello", false],
    ["x.com/demo/status/1", false],
    ["http://x.com/demo/status/1", false],
    ["https://", false],
  ])("%s is an address: %s", (text, isOne) => {
    expect(isAddress(text)).toBe(isOne);
  });

  it("is not doubtful if no site is known, or if it is no https address", () => {
    const simulated = { baseUrl: "http://127.0.0.1:8801/mastodon", profileUrl: null };
    expect(isOnOtherSite("https://tea.example/@lena/1", "mastodon", null, simulated, [])).toBe(false);
    expect(isOnOtherSite("https://tea.example/@lena/1", "mastodon", null, undefined, [])).toBe(false);
    expect(isOnOtherSite("hello", "facebook", facebook, undefined, [])).toBe(false);
  });
});
