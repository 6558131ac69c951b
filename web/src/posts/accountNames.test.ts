import { describe, expect, it } from "vitest";
import type { Destination } from "../api/destinations";
import type { Post, Publication } from "../api/types";
import { accountNames, accountNamesOfEntry } from "./accountNames";
import { samplePlace } from "./samplePlace";

const main = samplePlace("x", "@main", { isDefault: true });
const popup = samplePlace("x", "@popup");
const gone = samplePlace("x", "@gone", { health: "gone" });
const none = samplePlace("x", "", { id: "none x", health: "none", isDefault: true });
const single = samplePlace("bluesky", "one.bsky.social", { isDefault: true });

const post = (changes: Partial<Post> = {}) =>
  ({ platforms: ["x", "bluesky"], connectionIds: [], publications: [], ...changes }) as unknown as Post;
const publication = (connectionId: string | null) => ({ platform: "x", connectionId }) as Publication;
const namesOn = (changes: Partial<Post>, ...destinations: Destination[]) =>
  Object.fromEntries(accountNames(post(changes), destinations));

describe("the account names of a post", () => {
  it("are shown only on a platform with several accounts", () => {
    expect(namesOn({}, main, single)).toEqual({});
    expect(namesOn({}, main, popup, single)).toEqual({ x: ["@main"] });
    expect(namesOn({ platforms: ["bluesky"] }, main, popup, single)).toEqual({});
  });

  it("are those of the named accounts, or else of the default account", () => {
    expect(namesOn({ connectionIds: [popup.id] }, main, popup)).toEqual({ x: ["@popup"] });
    expect(namesOn({ connectionIds: [popup.id, main.id] }, main, popup)).toEqual({ x: ["@main", "@popup"] });
  });

  it("include a disconnected account, which counts as one", () => {
    expect(namesOn({}, main, gone)).toEqual({ x: ["@main"] });
    expect(namesOn({ connectionIds: [gone.id] }, main, gone)).toEqual({ x: ["@gone"] });
    expect(namesOn({ connectionIds: [gone.id] }, gone, none)).toEqual({});
  });

  it("are those of the publications, even if the default account has changed since", () => {
    expect(namesOn({ publications: [publication(popup.id), publication(popup.id)] }, main, popup)).toEqual({
      x: ["@popup"],
    });
    expect(namesOn({ publications: [publication(null)] }, main, popup)).toEqual({});
  });

  it("name no account instead of one that is not known", () => {
    expect(namesOn({ connectionIds: ["forgotten"], platforms: ["x"] }, main, popup)).toEqual({});
  });
});

describe("the account names of a post of the calendar", () => {
  const entry = (changes: object) =>
    ({
      status: "scheduled",
      platforms: ["x", "bluesky"],
      connectionIds: [],
      publicationStates: [],
      publicationConnectionIds: [],
      ...changes,
    }) as Parameters<typeof accountNamesOfEntry>[0];
  const names = (changes: object) => Object.fromEntries(accountNamesOfEntry(entry(changes), [main, popup, single]));
  const published = { status: "published", publicationStates: ["published"] };

  it("are those of the named accounts, or else of the default account, before it is published", () => {
    expect(names({ connectionIds: [popup.id] })).toEqual({ x: ["@popup"] });
    expect(names({})).toEqual({ x: ["@main"] });
  });

  it("are those of the publications", () => {
    expect(names({ ...published, publicationConnectionIds: [popup.id, single.id] })).toEqual({ x: ["@popup"] });
  });

  it("do not include the default account after the post was published elsewhere", () => {
    expect(names(published)).toEqual({});
    expect(names({ ...published, publicationConnectionIds: ["forgotten"] })).toEqual({});
  });

  it("include the planned account of a post that is scheduled again", () => {
    expect(names({ publicationStates: ["published"], publicationConnectionIds: [single.id] })).toEqual({
      x: ["@main"],
    });
  });

  it("are unknown before the accounts are", () => {
    expect(accountNamesOfEntry(entry({ connectionIds: [popup.id] }), null).size).toBe(0);
  });
});
