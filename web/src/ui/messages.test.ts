import { describe, expect, it } from "vitest";
import {
  afterSecond,
  crowdedOut,
  leadsTo,
  MAX_SHOWN,
  type Message,
  replacedBy,
  secondsOf,
  type Timed,
} from "./messages";

const timed = (key: string, secondsLeft: number | null = 6, about?: string): Timed => ({
  key,
  message: { face: "published", text: key, about },
  secondsLeft,
});
const keys = (queue: readonly Timed[]) => queue.map(({ key }) => key);

describe("secondsOf", () => {
  const table: [string, Partial<Message>, number | null][] = [
    ["a success", { face: "scheduled" }, 6],
    ["a success with a link", { face: "published", href: "/posts/1" }, 10],
    ["a success with a button", { face: "scheduled", action: { text: "Undo", onPress: () => {} } }, 10],
    ["a caution with a link", { face: "caution", href: "/posts/1" }, 10],
    ["a failure", { face: "failed" }, null],
    ["an unknown outcome with a link", { face: "unknown", href: "/posts/1" }, null],
  ];
  it.each(table)("gives %s its time", (_, message, seconds) => {
    expect(secondsOf({ face: "published", text: "", ...message })).toBe(seconds);
  });
});

describe("leadsTo", () => {
  it("is true only for the view that the message names", () => {
    const message: Message = { face: "published", text: "", href: "/posts/1" };
    expect([leadsTo(message, "/posts/1"), leadsTo(message, "/posts/12"), leadsTo(message, "/")]).toEqual([
      true,
      false,
      false,
    ]);
    expect(leadsTo({ face: "published", text: "" }, "/")).toBe(false);
  });
});

describe("replacedBy", () => {
  it("finds the older messages about the same post", () => {
    const queue = [timed("a", 6, "post 1"), timed("b", 6, "post 2"), timed("c", null, "post 1")];
    expect(keys(replacedBy({ face: "failed", text: "", about: "post 1" }, queue))).toEqual(["a", "c"]);
  });
  it("leaves messages about nothing in particular", () => {
    expect(replacedBy({ face: "failed", text: "" }, [timed("a")])).toEqual([]);
  });
});

describe("crowdedOut", () => {
  it("names the oldest messages that would leave, and no failure", () => {
    const shown = Array.from({ length: MAX_SHOWN }, (_, number) => timed(`new ${number}`));
    expect(keys(crowdedOut([...shown, timed("old"), timed("failure", null)]))).toEqual(["old"]);
  });
});

describe("afterSecond", () => {
  it("takes a second from the shown messages that leave", () => {
    const queue = [timed("a", 6), timed("b", null), timed("c", 1), timed("waits", 6)];
    expect(afterSecond(queue).map(({ secondsLeft }) => secondsLeft)).toEqual([5, null, 0, 6]);
  });
});
