import { expect, it } from "vitest";
import { defaultFirst } from "./defaultFirst";

it("puts the default connection of a platform first, and keeps everything else in order", () => {
  const connection = (id: string, platform: "bluesky" | "x", isDefault = false) => ({ id, platform, isDefault });
  const connections = [
    connection("branch", "bluesky"),
    connection("office", "bluesky"),
    connection("main", "bluesky", true),
    connection("only", "x", true),
  ];

  expect(defaultFirst(connections).map(({ id }) => id)).toEqual(["main", "branch", "office", "only"]);
});
