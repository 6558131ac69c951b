import { describe, expect, it } from "vitest";
import { checkPage } from "./checkPage";

describe("the page where a person checks a publication", () => {
  const home = "https://www.linkedin.com/";
  const lena = { baseUrl: "https://api.linkedin.com", profileUrl: null };
  const part = (number: number, changes: object = {}) => ({
    platform: "linkedin" as const,
    connectionId: "c",
    sandbox: false,
    state: "published" as const,
    permalink: `https://www.linkedin.com/feed/update/${number}`,
    part: number,
    ...changes,
  });
  const unknown = part(3, { state: "unknown", permalink: null });

  it("is the page of the account", () => {
    const address = "https://www.linkedin.com/company/7/";
    expect(checkPage(unknown, { ...lena, profileUrl: address }, [part(1)], home)).toEqual({ address, kind: "account" });
  });

  it("is the last published part on the same account if the account has no known page", () => {
    const others = [part(1), part(2), unknown, part(4, { connectionId: "d" }), part(5, { platform: "x" })];
    expect(checkPage(unknown, lena, others, home)).toEqual({
      address: "https://www.linkedin.com/feed/update/2",
      kind: "part",
    });
    expect(checkPage(unknown, undefined, others, home)?.kind).toBe("part");
  });

  it("is the home page of the platform if neither the account nor another part has a known page", () => {
    const others = [unknown, part(1, { permalink: null })];
    expect(checkPage(unknown, lena, others, home)).toEqual({ address: home, kind: "platform" });
  });

  it("is the home page of the platform if the account is disconnected", () => {
    expect(checkPage(unknown, undefined, [], home)).toEqual({ address: home, kind: "platform" });
  });

  it.each<[string, string | null, string, string]>([
    ["a simulated platform", home, "http://127.0.0.1:8801/linkedin", "http://127.0.0.1:8801/"],
    ["a platform with many servers", null, "https://kaffee.example", "https://kaffee.example/"],
  ])("on %s is the home page of the account's server", (_, homeUrl, baseUrl, address) => {
    expect(checkPage(unknown, { baseUrl, profileUrl: null }, [], homeUrl)).toEqual({ address, kind: "platform" });
  });

  it("is not known in the sandbox, and without the connection on a platform with many servers", () => {
    expect(checkPage({ ...unknown, sandbox: true }, undefined, [], home)).toBeNull();
    expect(checkPage(unknown, undefined, [], null)).toBeNull();
  });
});
