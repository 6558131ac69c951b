import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";
import { loadPost } from "../api/posts";
import { LIVE } from "../strings/live";
import { firstWordsOf } from "./firstWords";

function wordsOf(key: string, data: unknown): Promise<string | null> {
  const queries = new QueryClient();
  queries.setQueryData(["posts", "other"], undefined);
  queries.setQueryData(["posts", key], data);
  return firstWordsOf("p-1", queries, false);
}

describe("the first words of a post", () => {
  it.each([
    ["one", { post: { id: "p-1", content: "Good morning" } }],
    ["first", { posts: [{ id: "p-1", content: "Good morning" }] }],
    ["list", { pages: [{ posts: [] }, { posts: [{ id: "p-1", content: "Good morning" }] }] }],
    ["calendar", { pages: [{ entries: [{ id: "p-1", text: "Good morning" }] }] }],
  ])("are known from the loaded data %s", async (key, data) => {
    expect(await wordsOf(key, data)).toBe("Good morning");
  });

  it("are unknown if no view has loaded the post, or if it has no text", async () => {
    expect(await wordsOf("first", { posts: [{ id: "p-2", content: "Good morning" }] })).toBeNull();
    expect(await wordsOf("first", { posts: [{ id: "p-1", content: "" }] })).toBeNull();
    expect(await wordsOf("sums", { totals: [] })).toBeNull();
  });

  it.each([
    ["One\n\ntwo  three", "One two three"],
    ["The first tram of the day leaves the depot at five", "The first tram of the day leaves the…"],
    ["The first tram of the day leaves the dep at five", "The first tram of the day leaves the dep…"],
    ["早".repeat(50), `${"早".repeat(40)}…`],
  ])("of %j are %j", async (content, words) => {
    expect(await wordsOf("one", { post: { id: "p-1", content } })).toBe(words);
  });
});

vi.mock("../api/posts", () => ({ loadPost: vi.fn() }));

it("the first words are loaded if no view has the post", async () => {
  vi.mocked(loadPost).mockResolvedValue({ post: { content: "Good morning" } } as Awaited<ReturnType<typeof loadPost>>);
  expect(await firstWordsOf("p-1", new QueryClient(), true)).toBe("Good morning");
  vi.mocked(loadPost).mockRejectedValue(new TypeError("Failed to fetch"));
  expect(await firstWordsOf("p-1", new QueryClient(), true)).toBeNull();
});

describe("a message about a post", () => {
  it("names the post by its first words", () => {
    expect(LIVE["post.published"]?.({}, "Hi", true).text).toBe("“\u2068Hi\u2069” was published.");
    expect(LIVE["post.published"]?.({ partial: true }, "Hi", true).text).toBe(
      "“\u2068Hi\u2069” was published, except for the cancelled rest.",
    );
    expect(LIVE["post.failed"]?.({ failureReason: "Instagram could not process the video." }, "Hi", true).text).toBe(
      "“\u2068Hi\u2069”: Instagram could not process the video.",
    );
    expect(LIVE["post.failed"]?.({}, "Hi", true).text).toBe("“\u2068Hi\u2069” could not be published.");
    expect(LIVE["publication.unknown"]?.({}, "Hi", true).text).toContain(
      "whether “\u2068Hi\u2069” was published on the platform",
    );
  });

  it("says without them that there is a post", () => {
    expect(LIVE["post.published"]?.({}, null, true).text).toBe("A post was published.");
    expect(LIVE["post.failed"]?.({}, null, true).text).toBe("A post could not be published.");
    expect(LIVE["publication.unknown"]?.({}, null, true).text).toContain(
      "whether a post was published on the platform",
    );
  });

  it.each([
    [true, "It has expired. Connect it again."],
    [false, "It has expired."],
  ])("has the next step if the person may take it: %s", (canWrite, text) => {
    expect(
      LIVE["post.failed"]?.({ failureReason: "It has expired. Connect it again, then retry the post." }, null, canWrite)
        .text,
    ).toBe(text);
  });
});
