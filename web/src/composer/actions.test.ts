import { describe, expect, it } from "vitest";
import type { Post } from "../api/types";
import { actionsOf, buttonOf } from "./actions";
import { type Draft, draftOf, emptyDraft, fieldsOf } from "./draft";

const replies = () => "thread" as const;
const NOW = Date.parse("2027-03-24T08:29:00.000Z");

function post(fields: Partial<Post>): Post {
  const written = fieldsOf({ ...emptyDraft("Europe/Berlin"), words: { content: "One", parts: [] } }, replies);
  return {
    ...written,
    status: "scheduled",
    publications: [],
    scheduledAt: "2027-03-24T08:30:00.000Z",
    scheduledAtLocal: "2027-03-24T09:30:00.000+01:00",
    ...fields,
  } as Post;
}

function actions(saved: Post, changes: Partial<Draft> = {}) {
  const { main, draft, now, approval } = actionsOf({ ...draftOf(saved, replies), ...changes }, replies, saved, NOW);
  return [main, draft, now, approval];
}

describe("the actions of the composer", () => {
  it("schedule or publish a new post and a saved draft", () => {
    const fresh = ["Schedule", "Save as draft", "Publish now", null];
    expect(Object.values(actionsOf(emptyDraft("UTC"), replies))).toEqual(fresh);
    expect(actions(post({ status: "draft" }))).toEqual(fresh);
  });

  it("ask for the approval of a new post and of a saved draft, even if the draft was approved", () => {
    const asks = [
      "Ask for approval",
      "Save as draft",
      "Publish when approved",
      "Needs approval before it is published",
    ];
    const draft: Partial<Post> = { status: "draft", approvalRequired: true };
    expect(Object.values(actionsOf({ ...emptyDraft("UTC"), approvalRequired: true }, replies))).toEqual(asks);
    expect(actions(post({ status: "draft" }), { approvalRequired: true })).toEqual(asks);
    expect(actions(post({ ...draft, approvalStatus: "pending" }))).toEqual(asks);
    expect(actions(post({ ...draft, approvalStatus: "approved" }))).toEqual(asks);
  });

  it("are named after their buttons", () => {
    const fresh = actionsOf(emptyDraft("UTC"), replies);
    expect((["draft", "now", "schedule"] as const).map((intent) => buttonOf(intent, fresh))).toEqual([
      "Save as draft",
      "Publish now",
      "Schedule",
    ]);
    const queued = actionsOf(draftOf(post({ status: "queued" }), replies), replies, post({ status: "queued" }));
    expect(buttonOf("schedule", queued)).toBe("Save changes");
  });

  it("save the changes of a scheduled or queued post, or publish it before its time", () => {
    expect(actions(post({}))).toEqual(["Save changes", "Unschedule", "Publish now", null]);
    expect(actions(post({ status: "queued" }))).toEqual(["Save changes", null, "Publish now", null]);
    const late = post({ status: "queued", scheduledAt: "2027-03-24T08:28:00.000Z" });
    expect(actions(late)).toEqual(["Save changes", null, null, null]);
  });

  const asks = ["Save and ask for approval", "Unschedule", null, "Needs approval after you save it"];
  const keeps = ["Save changes", "Unschedule", null, null];

  it("ask for an approval while the post has none", () => {
    expect(actions(post({ approvalRequired: true, approvalStatus: "pending" }))).toEqual(asks);
    expect(actions(post({}), { approvalRequired: true })).toEqual(asks);
    expect(actions(post({ approvalRequired: true, approvalStatus: "pending" }), { approvalRequired: false })).toEqual(
      keeps,
    );
  });

  it.each<[string, Partial<Draft>, (string | null)[]]>([
    ["the text", { words: { content: "Two", parts: [] } }, asks],
    ["the time", { at: "2027-03-24T10:30" }, asks],
    ["the notes", { notes: "Look at the light" }, keeps],
    ["nothing", {}, keeps],
  ])("of an approved post follow a change of %s", (_, changes, expected) => {
    expect(actions(post({ approvalRequired: true, approvalStatus: "approved" }), changes)).toEqual(expected);
  });
});
