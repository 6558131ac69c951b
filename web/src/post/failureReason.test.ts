import { beforeAll, describe, expect, it } from "vitest";
import type { Destination } from "../api/destinations";
import type { Post, Publication } from "../api/types";
import { setPlatforms } from "../strings/platforms";
import { failureReasonOf, readableFailures, waitReasonsOf } from "./failureReason";

beforeAll(() => {
  const look = (name: string) => ({ name, monogram: "", color: "" });
  setPlatforms({ mastodon: look("Mastodon"), linkedin: look("LinkedIn") } as Parameters<typeof setPlatforms>[0]);
});

const failed = (platform: string, failureCode: string, failureReason: string) =>
  ({ platform, failureCode, failureReason, state: "failed" }) as Publication;
const ADVICE = "Mastodon gave no reason. Change the text or the media, or try again later.";
const duplicate = failed(
  "linkedin",
  "duplicate",
  "LinkedIn already has this post (https://www.linkedin.com/feed/1:2).",
);

describe("the reason of a publication", () => {
  it.each([
    ["refused", "Mastodon refused the post: Error 422.", `Mastodon refused the post: Error 422. ${ADVICE}`],
    ["refused", "Mastodon refused the post: HTTP 418", `Mastodon refused the post: HTTP 418 ${ADVICE}`],
    ["refused", "Mastodon refused the post: Text is too long.", "Mastodon refused the post: Text is too long."],
    ["server_error", "Mastodon is down: HTTP 503.", "Mastodon is down: HTTP 503."],
  ])("has the next step if the platform gave none (%s, %s)", (code, reason, text) => {
    expect(failureReasonOf(failed("mastodon", code, reason), "retry", [])).toEqual({ text, address: null });
  });

  it("asks for no step from a person without the permission", () => {
    const refused = failed("mastodon", "refused", "Mastodon refused the post: Error 422.");
    expect(failureReasonOf(refused, "none", []).text).toBe(
      "Mastodon refused the post: Error 422. Mastodon gave no reason.",
    );
  });

  it.each([
    ["It could not be published within 60 minutes of its scheduled time. Retry the post.", "time.", "time."],
    ["The account has reached its daily limit. Retry the post later.", "limit.", "limit."],
    ["It was cancelled on TikTok. To publish it, retry the post.", "TikTok.", "TikTok."],
    ["Mastodon did not respond. Retry the post. Published on Bluesky.", "respond. Published on Bluesky.", "Bluesky."],
    ["Our access has expired. Connect the account again.", "expired. Connect the account again.", "expired."],
    ["It was revoked. Connect it again, then retry the post.", "revoked. Connect it again.", "revoked."],
    [
      "None is connected. Connect one, then retry the post. Published on X.",
      "one. Published on X.",
      "connected. Published on X.",
    ],
    ["A permission is missing. Connect the account again and grant all.", "again and grant all.", "missing."],
    ["We could not confirm it. Check the account.", "Check the account.", "it. Check the account."],
    [
      "Mastodon refused the post: Retry the post in an hour.",
      "Retry the post in an hour.",
      "Retry the post in an hour.",
    ],
  ])("has only the steps that are no buttons and that the person can take: %s", (sentence, end, endForOthers) => {
    const failure = failed("mastodon", "server_error", sentence);
    const { text } = failureReasonOf(failure, "retry", []);
    const { text: textForOthers } = failureReasonOf(failure, "none", []);
    expect([text.slice(-end.length), textForOthers.slice(-endForOthers.length)]).toEqual([end, endForOthers]);
    expect([text, textForOthers].map((each) => sentence.startsWith(each.slice(0, 10)))).toEqual([true, true]);
  });

  it("has the address of the other post apart", () => {
    expect(failureReasonOf(duplicate, "retry", [])).toEqual({
      text: "LinkedIn already has this post.",
      address: "https://www.linkedin.com/feed/1:2",
    });
  });

  it("has no address that a platform wrote", () => {
    const reason = "Mastodon refused the post: see (https://example.com).";
    expect(failureReasonOf(failed("mastodon", "refused", reason), "retry", [])).toEqual({
      text: reason,
      address: null,
    });
  });

  it("is readable in the failures of a post, without a button that the list lacks", () => {
    const publications = [duplicate, failed("mastodon", "refused", "Mastodon refused the post: Error 422.")];
    const failures = publications.map(({ failureReason }) => failureReason).join(" ");
    expect(readableFailures(failures, { publications } as Post, "change", [])).toBe(
      `LinkedIn already has this post. Mastodon refused the post: Error 422. Mastodon gave no reason. Change the text or the media.`,
    );
  });
});

describe("the reason of a failure without access to the account", () => {
  const accounts = (health: Destination["health"], handle = "@popup") => [
    { id: "c", platform: "mastodon", handle, health } as Destination,
  ];
  const missing = {
    ...failed("mastodon", "not_connected", "The account is no longer connected. Connect the account again."),
    connectionId: "c",
  };
  const NAMED = "The account \u2068@popup\u2069 on Mastodon";
  const GONE = `${NAMED} is no longer connected.`;

  it("names a disconnected account, and the steps of a person who may take them", () => {
    const steps = "Connect it again, or duplicate the post for another account.";
    expect(failureReasonOf(missing, "retry", accounts("gone")).text).toBe(`${GONE} ${steps}`);
    expect(failureReasonOf(missing, "none", accounts("gone")).text).toBe(GONE);
    expect(failureReasonOf({ ...missing, state: "unknown" }, "retry", accounts("gone")).text).toBe(GONE);
  });

  it("does not say that an account is disconnected which is connected again", () => {
    expect(failureReasonOf(missing, "retry", accounts("ok")).text).toBe(`${NAMED} was not connected.`);
  });

  it("names the account that has to be connected again after what the platform said", () => {
    const refused = failed(
      "mastodon",
      "reconnect_required",
      "Mastodon refused it (Unknown). Connect the account again.",
    );
    expect(failureReasonOf({ ...refused, connectionId: "c" }, "retry", accounts("reconnect_required")).text).toBe(
      "Mastodon refused it (Unknown). Connect the account \u2068@popup\u2069 on Mastodon again.",
    );
    expect(failureReasonOf({ ...refused, connectionId: "c" }, "none", accounts("reconnect_required")).text).toBe(
      "Mastodon refused it (Unknown).",
    );
  });

  it("stays as it is if the account or its handle is not known", () => {
    for (const known of [[], accounts("gone", "")]) {
      expect(failureReasonOf(missing, "retry", known).text).toBe(missing.failureReason);
    }
  });

  it("names each of several accounts in the failures of a post", () => {
    const publications = [missing, { ...missing, connectionId: "d" }];
    const failures = publications.map(({ failureReason }) => failureReason).join(" ");
    const other = { ...accounts("gone", "@main")[0], id: "d" } as Destination;
    expect(readableFailures(failures, { publications } as Post, "none", [...accounts("gone"), other])).toBe(
      `${GONE} The account \u2068@main\u2069 on Mastodon is no longer connected.`,
    );
  });
});

it("says once why publications of a queued post wait for another attempt", () => {
  const queued = (failureReason: string | null) =>
    ({ platform: "mastodon", state: "queued", failureReason }) as Publication;
  const publications = [queued("Busy."), queued("Busy."), queued(null), failed("linkedin", "refused", "Refused.")];
  expect(waitReasonsOf({ publications })).toEqual(["Busy."]);
});
