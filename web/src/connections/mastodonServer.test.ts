import { describe, expect, it } from "vitest";
import { applicationsPage, isNoToken, nameOfServer } from "./mastodonServer";

describe("the page for applications", () => {
  it.each([
    ["mastodon.social", "mastodon.social", "https://mastodon.social/settings/applications"],
    [" https://kaffee.example/ ", "kaffee.example", "https://kaffee.example/settings/applications"],
    ["https://kaffee.example/@lena", "kaffee.example", "https://kaffee.example/settings/applications"],
    ["@lena@kaffee.example", "kaffee.example", "https://kaffee.example/settings/applications"],
    ["lena@kaffee.example", "kaffee.example", "https://kaffee.example/settings/applications"],
    ["kaffee.example:3000", "kaffee.example:3000", "https://kaffee.example:3000/settings/applications"],
    ["http://127.0.0.1:8801/mastodon", "127.0.0.1:8801", "http://127.0.0.1:8801/settings/applications"],
  ])("of %s is that of the server %s", (typed, server, address) => {
    expect(applicationsPage(typed)).toEqual({ server, address });
  });

  it.each([
    "",
    " ",
    "mastodon",
    "mastodon.",
    "https://lena@kaffee.example",
    "javascript:alert(1)",
    "ftp://kaffee.example",
    "a b",
  ])("is not known for “%s”", (typed) => {
    expect(applicationsPage(typed)).toBeNull();
  });
});

describe("the name of the server", () => {
  it.each([
    ["mastodon.social", "mastodon.social"],
    [" https://Kaffee.example/@lena ", "kaffee.example"],
    ["http://127.0.0.1:8801/mastodon", "127.0.0.1:8801"],
    ["mastodon", null],
    ["", null],
  ])("of “%s” is %s", (typed, name) => {
    expect(nameOfServer(typed)).toBe(name);
  });
});

describe("a text that cannot be an access token", () => {
  it.each([
    ["", false],
    ["kSx2-vB8_uQ0pL5nT1wYc7RzE4aHgJdM9oiXfNbVtqs", false],
    [" kSx2-vB8_uQ0pL5nT1wYc7RzE4aHgJdM9oiXfNbVtqs ", false],
    ["secret", true],
    ["my long password with spaces", true],
    ["lena.brandt@kaffee.example", true],
    ["https://kaffee.example/oauth/token", true],
  ])("%s: %s", (typed, isNone) => {
    expect(isNoToken(typed)).toBe(isNone);
  });
});
