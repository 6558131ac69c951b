import { describe, expect, it } from "vitest";
import { ANALYTICS, mainAndOthers, metricName } from "./analytics";

describe("the metrics of a post", () => {
  it.each([
    ["reactions", "Reactions"],
    ["quoteCount", "Quotes, among the reposts"],
    ["repostCount", "Reposts without quotes"],
    ["ig_reels_avg_watch_time", "Average watch time"],
    ["post_reactions_by_type_total.love", "Reactions: love"],
    ["video_10s_view", "Video 10s view"],
    ["post_activity_by_action_type.event.rsvp", "Post activity by action type event rsvp"],
    ["newViewCount", "New view count"],
  ])("have everyday names: %s is %j", (name, words) => {
    expect(metricName(name)).toBe(words);
  });

  it("are the main ones in a fixed order, and the others", () => {
    const names = ["newViewCount", "quoteCount", "reactions", "repostCount", "reposts", "views"];
    const [main, others] = mainAndOthers(names.map((name) => ({ name })));

    expect(main.map(({ name }) => name)).toEqual(["views", "reactions", "reposts", "quoteCount"]);
    expect(others.map(({ name }) => name)).toEqual(["newViewCount", "repostCount"]);
  });

  it("count the publications that have them", () => {
    expect(ANALYTICS.of(1230, 1234)).toBe("1,230 of 1,234");
  });
});

it.each([
  [312, "312 more than on Mon 2 November"],
  [-1200, "1,200 fewer than on Mon 2 November"],
  [0, "as many as on Mon 2 November"],
])("a change of the followers by %d is said in words", (change, words) => {
  expect(ANALYTICS.followersChange(change, "Mon 2 November")).toBe(words);
});
