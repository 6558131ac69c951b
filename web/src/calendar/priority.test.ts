import { describe, expect, it } from "vitest";
import { CALENDAR } from "../strings/calendar";
import type { Face } from "../ui/Dial";
import { countStates, type Notable, notableState, splitByNeed } from "./priority";

const post = (name: string, state: Notable | null = null) => ({ name, state });
const stateOf = ({ state }: { state: Notable | null }) => state;
const names = (posts: readonly { name: string }[]) => posts.map(({ name }) => name).join("");

describe("the notable state of a post", () => {
  it.each<[Face, string[], Notable | null]>([
    ["failed", [], "failed"],
    ["partial", [], "partial"],
    ["unknown", [], "unknown"],
    ["lost", [], "lost"],
    ["held", [], "held"],
    ["approval", ["approve"], "approval"],
    ["approval", ["write"], null],
    ["rejected", ["write"], "rejected"],
    ["rejected", ["approve"], null],
    ["scheduled", ["write", "approve"], null],
    ["unchecked", ["write", "approve"], null],
    ["published", [], null],
  ])("with the face %s for a person with %j is %s", (face, scopes, state) => {
    const approvalStatus = face === "approval" ? "pending" : face === "rejected" ? "rejected" : null;
    expect(notableState({ status: "scheduled", approvalStatus }, face, scopes)).toBe(state);
  });
});

describe("a day with too many posts", () => {
  it("shows those that need a person first, then held ones, in the order of their times", () => {
    const posts = [
      post("a"),
      post("b", "held"),
      post("c"),
      post("d", "lost"),
      post("e", "held"),
      post("f", "failed"),
      post("g"),
    ];
    const { shown, hidden } = splitByNeed(posts, 3, stateOf);
    expect([names(shown), names(hidden)]).toEqual(["bdf", "aceg"]);
    expect(countStates(hidden, stateOf)).toEqual([["held", 1]]);
  });

  it("shows the earliest posts if none needs a person", () => {
    const { shown, hidden } = splitByNeed([post("a"), post("b"), post("c")], 2, stateOf);
    expect([names(shown), names(hidden)]).toEqual(["ab", "c"]);
  });

  it("shows published posts last, unless they need a person", () => {
    const posts = [post("a"), post("b", "partial"), post("c"), post("d")];
    const { shown, hidden } = splitByNeed(posts, 2, stateOf, ({ name }) => name < "c");
    expect([names(shown), names(hidden)]).toEqual(["bc", "ad"]);
  });

  it("hides nothing if all posts have room", () => {
    const { shown, hidden } = splitByNeed([post("a"), post("b", "lost")], 2, stateOf);
    expect([names(shown), hidden]).toEqual(["ab", []]);
  });
});

describe("the number of hidden posts", () => {
  it.each([
    ["+4 more", 4, []],
    ["+4, 2 will fail", 4, [post("", "lost"), post("", "lost"), post("")]],
    ["+3, 1 needs approval", 3, [post("", "approval")]],
    ["+3, 1 held", 3, [post("", "held")]],
    ["+7, 3 need attention", 7, [post("", "lost"), post("", "failed"), post("", "lost"), post("", "held")]],
    ["+7, 2 need attention", 7, [post("", "approval"), post("", "failed"), post("", "held")]],
    ["+7, 1 failed", 7, [post("", "failed"), post("", "held")]],
  ])("is %s", (text, count, posts) => {
    expect(CALENDAR.more(count, countStates(posts, stateOf))).toBe(text);
  });

  it("has a name with every state and the day", () => {
    const states = countStates([post("", "held"), post("", "lost"), post("", "failed"), post("", "lost")], stateOf);
    expect(CALENDAR.moreOn(7, states, "Thu 3 December")).toBe(
      "+7, 3 need attention: 1 failed, 2 will fail, 1 held, Thu 3 December",
    );
    expect(CALENDAR.moreOn(2, [], "Thu 3 December")).toBe("+2 more, Thu 3 December");
    expect(CALENDAR.moreOn(2, [["lost", 1]], "Thu 3 December")).toBe("+2, 1 will fail, Thu 3 December");
    expect(CALENDAR.posts(10, states)).toBe("10 posts, 1 failed, 2 will fail, 1 held");
  });
});
