import { describe, expect, it } from "vitest";
import { noChoiceText, numberInAddress, optionText, shownNumber, valueText, writtenNumber } from "./optionText";

describe("the texts of an option", () => {
  it("are those of everyday words", () => {
    expect(optionText("tiktok", "aiGenerated", { description: "Whether a video is labelled as made by AI." })).toEqual({
      label: "Made with AI",
    });
    expect(optionText("pinterest", "title", { description: "The title of the pin." })).toEqual({ label: "Title" });
    expect(valueText("privacy", "SELF_ONLY")).toBe("Only you");
  });

  it("are made of the API's words if there are no others", () => {
    expect(optionText("bluesky", "newOption", { description: "What it does." })).toEqual({
      label: "New option",
      hint: "What it does.",
    });
    expect(["someUrl", "placeId", "delayMs"].map((name) => optionText("bluesky", name).label)).toEqual([
      "Some URL",
      "Place",
      "Delay",
    ]);
    expect(["unlisted", "SOME_VALUE"].map((value) => valueText("newOption", value))).toEqual([
      "Unlisted",
      "Some value",
    ]);
  });
});

describe("an option without a choice", () => {
  it.each([
    ["tiktok", "privacy", "Everyone (default)"],
    ["youtube", "privacy", "Public (default)"],
    ["linkedin", "visibility", "Public (default)"],
    ["youtube", "categoryId", "People & Blogs (default)"],
    ["x", "replySettings", "Everybody (default)"],
    ["mastodon", "visibility", "As set on Mastodon"],
    ["threads", "replyControl", "As the platform decides"],
    ["threads", "quotePostId", "No post"],
  ] as const)("of %s, %s, is named %j", (platform, name, words) => {
    expect(noChoiceText(platform, name)).toBe(words);
  });
});

describe("a number of an option", () => {
  it.each([
    ["coverTimestampMs", 1100, "1.1"],
    ["coverTimestampMs", 1100, "1,1"],
    ["coverKeyFrameTime", 3, "3"],
    ["coverIndex", 0, "1"],
    ["coverIndex", "last", "last"],
  ])("%s is %j if a person writes %j", (name, value, written) => {
    const text = optionText("tiktok", name);
    expect(writtenNumber(written, text)).toBe(value);
    if (typeof value === "number") expect(String(shownNumber(value, text))).toBe(written.replace(",", "."));
  });
});

describe("the number in an address", () => {
  it.each([
    ["https://x.com/tidemark/status/1790000000000000001", "1790000000000000001"],
    ["https://x.com/tidemark/status/1790000000000000001/photo/1?s=20", "1790000000000000001"],
    ["x.com/i/communities/1471580197908586507", "1471580197908586507"],
    ["https://www.facebook.com/pages/Hafen-Hamburg/110774245616525/", "110774245616525"],
    ["https://www.facebook.com/Hafen-Hamburg-110774245616525", "110774245616525"],
    [" 110774245616525 ", "110774245616525"],
    ["https://x.com/tidemark", "https://x.com/tidemark"],
    ["harbour", "harbour"],
  ])("%j is %s", (written, number) => {
    expect(numberInAddress(written)).toBe(number);
  });
});
