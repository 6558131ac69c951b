import type { QueryClient } from "@tanstack/react-query";
import { loadPost } from "../api/posts";
import { shortened } from "../ui/shortened";

interface Known {
  id: string;
  content?: string;
  /** The beginning of the content, in the calendar. */
  text?: string;
}

const MAX_CHARACTERS = 40;

/** Return the first words of a post from the data of a view or, if `mayLoad`, from the API, or `null`. */
export async function firstWordsOf(
  postId: string | null,
  queries: QueryClient,
  mayLoad: boolean,
): Promise<string | null> {
  if (!postId) return null;
  const found = queries
    .getQueriesData({ queryKey: ["posts"] })
    .flatMap(([, data]) => postsIn(data))
    .find(({ id }) => id === postId);
  const text = found?.content ?? found?.text ?? (mayLoad ? await contentOf(postId) : "");
  return shortened(text, MAX_CHARACTERS) || null;
}

/** Return the content of a post from the API, or nothing if it cannot be loaded. The message does not depend on it. */
async function contentOf(postId: string): Promise<string> {
  return loadPost(postId).then(
    ({ post }) => post.content,
    () => "",
  );
}

function postsIn(data: unknown): Known[] {
  const { post, posts, pages } = (data ?? {}) as {
    post?: Known;
    posts?: Known[];
    pages?: { posts?: Known[]; entries?: Known[] }[];
  };
  return [
    ...(post ? [post] : []),
    ...(posts ?? []),
    ...(pages ?? []).flatMap((page) => page.posts ?? page.entries ?? []),
  ];
}
