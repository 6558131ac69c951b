import { describe, expect, it } from "vitest";
import type { Post, PublicationState } from "../api/types";
import {
  canArchive,
  canBecomeDraft,
  canChange,
  canChangeAsDraft,
  canChangePost,
  canDelete,
  canPublishNow,
  canUnscheduleRest,
} from "./changes";

const post = (status: Post["status"], ...states: PublicationState[]) =>
  ({ status, publications: states.map((state) => ({ state, startedAt: null })) }) as unknown as Post;

describe("a post", () => {
  it.each<[Post["status"], PublicationState[], boolean, boolean]>([
    ["draft", [], true, true],
    ["scheduled", [], true, true],
    ["scheduled", ["published", "cancelled"], true, false],
    ["queued", ["queued", "waiting"], true, true],
    ["queued", ["held"], true, true],
    ["queued", ["processing"], true, true],
    ["queued", ["queued", "published"], false, false],
    ["queued", ["queued", "unknown"], false, false],
    ["published", ["published"], false, false],
    ["failed", ["failed", "cancelled"], false, true],
    ["failed", ["failed", "published"], false, false],
    ["failed", ["unknown"], false, false],
    ["archived", ["published"], false, false],
  ])("that is %s with %j can be changed: %s, and deleted: %s", (status, states, isOpen, isDeletable) => {
    expect(canChange(status, states)).toBe(isOpen);
    expect(canChangePost(post(status, ...states))).toBe(isOpen);
    expect(canDelete(post(status, ...states))).toBe(isDeletable);
  });

  it.each<[Post["status"], PublicationState[], boolean]>([
    ["draft", [], false],
    ["scheduled", ["published", "cancelled"], false],
    ["queued", ["published", "queued"], false],
    ["published", ["published"], true],
    ["failed", ["failed", "cancelled"], true],
    ["failed", ["failed", "published"], true],
    ["failed", ["failed", "unknown"], false],
    ["archived", ["published"], false],
  ])("that is %s with %j can be archived: %s", (status, states, isArchivable) => {
    expect(canArchive(post(status, ...states))).toBe(isArchivable);
  });

  it.each<[Post["status"], PublicationState[], boolean]>([
    ["queued", ["published", "held"], true],
    ["queued", ["processing", "queued"], true],
    ["queued", ["unknown", "waiting"], true],
    ["queued", ["held", "queued"], false],
    ["queued", ["published", "publishing"], false],
    ["published", ["published"], false],
    ["failed", ["published", "failed"], false],
  ])("that is %s with %j can be unscheduled in part: %s", (status, states, isStoppable) => {
    expect(canUnscheduleRest(post(status, ...states))).toBe(isStoppable);
  });

  it.each<PublicationState>(["publishing", "failed"])(
    "can be changed while a publication without a publish call is %s",
    (state) => {
      expect(canChangePost(post("queued", "queued", state))).toBe(true);
      expect(canDelete(post("queued", "queued", state))).toBe(true);
      // The state alone does not say that there was no publish call.
      expect(canChange("queued", ["queued", state])).toBe(false);
    },
  );

  it.each<[string, Partial<Post>, boolean]>([
    ["scheduled", {}, true],
    ["scheduled, and needs an approval", { approvalRequired: true }, false],
    ["a draft without a time", { status: "draft", scheduledAt: null }, false],
    ["queued before its time", { status: "queued", scheduledAt: "2027-03-24T08:31:00.000Z" }, true],
    ["queued after its time", { status: "queued" }, false],
    ["published", { status: "published" }, false],
  ])("that is %s can be published now: %#", (_, fields, isOffered) => {
    const scheduled = { ...post("scheduled"), scheduledAt: "2027-03-24T08:30:00.000Z", approvalRequired: false };
    expect(canPublishNow({ ...scheduled, ...fields }, Date.parse("2027-03-24T08:30:30.000Z"))).toBe(isOffered);
  });

  it("cannot be changed after a publish call that is repeated", () => {
    const publications = [{ state: "queued", startedAt: "2027-03-24T08:30:00.000Z" }] as Post["publications"];
    expect(canChangePost({ status: "queued", publications })).toBe(false);
    expect(canChangeAsDraft({ status: "queued", publications })).toBe(true);
    expect(canChangeAsDraft(post("queued", "queued"))).toBe(false);
    expect(canChangeAsDraft(post("queued", "queued", "published"))).toBe(false);
  });
});

describe("a queued post that is unscheduled", () => {
  it.each<[PublicationState[], boolean]>([
    [["queued", "failed"], true],
    [["held", "cancelled"], true],
    [["queued", "published"], false],
    [["queued", "unknown"], false],
    [["publishing"], false],
  ])("with %j becomes a draft: %s", (states, isDraft) => {
    expect(canBecomeDraft(post("queued", ...states))).toBe(isDraft);
  });
});
