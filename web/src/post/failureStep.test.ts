import { describe, expect, it } from "vitest";
import type { Connection, Publication } from "../api/types";
import { onlyFailed, onlyRetried, retryPlatforms, splitReason, stepOf, stepOfPost } from "./failureStep";

const LOST = "reconnect_required";
const unnamed = { connectionIds: [] };
const failed = (platform: string, failureCode: string, failureReason = "") =>
  ({ platform, state: "failed", failureCode, failureReason }) as Publication;
const unknown = { platform: "x", state: "unknown", failureCode: "outcome_unknown" } as Publication;
const published = { platform: "bluesky", state: "published", failureCode: null } as Publication;

describe("the step about a publication", () => {
  it.each([
    ["reconnect_required", { action: "reconnect", platform: "linkedin" }],
    ["not_connected", { action: "connect", platform: "linkedin" }],
    ["invalid_content", { action: "edit" }],
    ["refused", { action: "edit" }],
    ["media_too_large", { action: "edit" }],
    ["missed_window", { action: "retry" }],
  ])("follows its failure code %s", (code, step) => {
    expect(stepOf(failed("linkedin", code), unnamed, [])).toEqual(step);
    expect(stepOf(failed("linkedin", code), unnamed, null)).toEqual(step);
  });

  it.each([
    ["reconnect_required", "reconnect_required", { action: "reconnect", platform: "linkedin" }],
    ["reconnect_required", "ok", { action: "retry" }],
    ["not_connected", "ok", { action: "retry" }],
    ["refused", "reconnect_required", { action: "edit" }],
  ])("after %s with an account that is %s", (code, health, step) => {
    const now = [{ id: "1", platform: "linkedin", health, isDefault: true }] as Connection[];
    expect(stepOf(failed("linkedin", code), unnamed, now)).toEqual(step);
  });

  it.each<[string, string[], Partial<Connection>[], string]>([
    ["that has no other account", [], [], "connect"],
    ["that goes to the default account", [], [{ id: "other" }], "retry"],
    ["that names it, with another account", ["gone"], [{ id: "other" }], "replace"],
    ["that names it, with another account without access", ["gone"], [{ id: "other", health: LOST }], "connect"],
    ["that names it, with an account elsewhere", ["gone"], [{ id: "other", platform: "x" }], "connect"],
    ["that names it, after it was connected again", ["gone"], [{ id: "gone" }], "retry"],
  ])("of a disconnected account, for a post %s", (_, connectionIds, changes, action) => {
    const publication = { ...failed("linkedin", "not_connected"), connectionId: "gone" };
    const now = changes.map((each) => ({ platform: "linkedin", health: "ok", isDefault: true, ...each }) as Connection);
    expect(stepOf(publication, { connectionIds }, now).action).toBe(action);
  });

  it("is a check if the publication is unknown", () => {
    expect(stepOf(unknown, unnamed, null)).toEqual({ action: "check" });
  });
});

describe("the step about a post", () => {
  it("is a check if one of its publications is unknown", () => {
    expect(stepOfPost({ ...unnamed, publications: [failed("mastodon", "refused"), unknown] }, [])).toEqual({
      action: "check",
    });
  });

  it("connects an account before the post is edited or sent again", () => {
    const publications = [published, failed("mastodon", "refused"), failed("linkedin", "reconnect_required")];
    expect(stepOfPost({ ...unnamed, publications }, [])).toEqual({ action: "reconnect", platform: "linkedin" });
    expect(stepOfPost({ ...unnamed, publications: publications.slice(0, 2) }, [])).toEqual({ action: "edit" });
  });

  it("is another try if no publication says otherwise", () => {
    expect(stepOfPost({ ...unnamed, publications: [] }, [])).toEqual({ action: "retry" });
  });
});

describe("a retry of a failed post", () => {
  it("names the platforms on which it failed, unless it failed everywhere", () => {
    const publications = [published, failed("mastodon", "refused"), failed("x", "server_error")];
    expect(onlyFailed({ publications })).toEqual(["mastodon", "x"]);
    expect(onlyFailed({ publications: [unknown, failed("mastodon", "refused")] })).toEqual(["mastodon"]);
    expect(onlyFailed({ publications: publications.slice(1) })).toEqual([]);
  });

  it("also goes to the platforms on which a person cancelled it", () => {
    const cancelled = { ...published, platform: "x", connectionId: "x", state: "cancelled" } as typeof published;
    const retried = [failed("mastodon", "refused"), cancelled];
    expect(retryPlatforms({ publications: retried })).toEqual(["mastodon", "x"]);
    expect(onlyRetried({ publications: retried })).toEqual([]);
    expect(onlyRetried({ publications: [published, ...retried] })).toEqual(["mastodon", "x"]);
  });
});

describe("the reason of a failed post", () => {
  it("ends where the publications' own sentences end", () => {
    const failureReason = "Mastodon refused the post. Part 2: X is down. Published on Bluesky.";
    const publications = [
      failed("mastodon", "refused", "Mastodon refused the post."),
      published,
      failed("x", "server_error", "X is down."),
    ];
    expect(splitReason({ failureReason, publications })).toEqual({
      failures: "Mastodon refused the post. Part 2: X is down.",
      rest: "Published on Bluesky.",
    });
  });

  it("is a failure as a whole if no publication has a sentence of it", () => {
    const failureReason = "The window has closed.";
    expect(splitReason({ failureReason, publications: [published] })).toEqual({ failures: failureReason, rest: "" });
  });
});
