import { expect, it } from "vitest";
import type { Post } from "../api/types";
import type { Intent } from "./actions";
import { savedMessage } from "./savedMessage";

const TIME = "Tue 1 December, 09:15";

it.each<[Post["status"] | null, Intent, Post["approvalStatus"], string]>([
  [null, "schedule", null, `Scheduled for ${TIME}.`],
  ["draft", "schedule", null, `Scheduled for ${TIME}.`],
  ["scheduled", "schedule", null, `Your changes are saved. The post is planned for ${TIME}.`],
  ["queued", "schedule", "approved", `Your changes are saved. The post is planned for ${TIME}.`],
  ["scheduled", "now", null, "The post is being published."],
  ["draft", "schedule", "pending", `Planned for ${TIME}. The post needs an approval.`],
  ["scheduled", "schedule", "pending", `Your changes are saved. Planned for ${TIME}. The post needs an approval.`],
  ["draft", "now", "pending", "The post needs an approval. It is published as soon as it is approved."],
])("a post that was %j and is saved to %s has a message", (status, intent, approvalStatus, text) => {
  const message = savedMessage({ id: "1", approvalStatus }, status ? { status } : undefined, intent, TIME);
  expect([message.about, message.text]).toEqual(["1", text]);
});
