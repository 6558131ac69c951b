import type { Post } from "../api/types";
import { type Draft, emptyDraft, isWritten, textOf } from "./draft";

/** Unsaved work on this device. */
export interface Kept {
  draft: Draft;
  /** The version of the post that the person began to edit, or `null` for a new post. */
  version: number | null;
  /** The post as the person began to edit it. An earlier version of this page did not keep it. */
  base?: Post | null;
  /** The instant at which it was last kept. */
  at: string;
}

/** Unsaved work on a new post. `id`: the id of the composer in which it was begun. */
export interface KeptPost extends Kept {
  id: string;
}

/** Return the key of the changes of a saved post. */
export function keyOfChanges(owner: string, postId: string): string {
  return `minutehand.unsaved.${owner} ${postId}`;
}

/** Return the key of a new post. Each composer has its own, so that no text replaces another one. */
export function keyOfNew(owner: string, id: string): string {
  return `${newKeys(owner)}${id}`;
}

/** Return the beginning of the keys of an owner's new posts. */
function newKeys(owner: string): string {
  return `minutehand.new/${encodeURIComponent(owner)}/`;
}

/** Keep unsaved work. Return whether the browser had room for it. */
export function keepUnsaved(key: string, kept: Kept): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

/** Return unsaved work, or `null` if none is kept. */
export function unsavedWork(key: string): Kept | null {
  const stored = localStorage.getItem(key);
  if (!stored) return null;
  const kept: Kept = JSON.parse(stored);
  // An earlier version of this page may have kept a draft with fewer fields.
  return { ...kept, draft: { ...emptyDraft(kept.draft.timezone), ...kept.draft } };
}

/** Forget unsaved work, because it was saved or discarded. */
export function forgetUnsaved(key: string): void {
  localStorage.removeItem(key);
}

/** Return the new posts of an owner that are kept on this device, the newest first. */
export function keptPosts(owner: string): KeptPost[] {
  const begin = newKeys(owner);
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(begin))
    .flatMap((key) => {
      const kept = unsavedWork(key);
      return kept ? [{ ...kept, id: key.slice(begin.length) }] : [];
    })
    .sort((one, other) => other.at.localeCompare(one.at));
}

/** Return the first text that a person wrote for a post, or an empty text. */
export function firstTextOf(draft: Draft): string {
  const words = [draft.words, ...Object.values(draft.own)];
  const options = Object.values(draft.options).flatMap((each) => Object.values(each));
  const texts = [
    ...words.flatMap(({ content, parts }) => [content, ...parts.map(textOf)]),
    draft.firstComment,
    ...draft.media.map(({ alt }) => alt),
    draft.notes,
    draft.campaign,
    ...options.filter((value) => typeof value === "string"),
  ];
  return texts.map((text) => text.trim()).find(Boolean) ?? "";
}

/** Return whether a new post has something that a person would miss: a text, media, or the text of an option. */
export function isWorthKeeping(draft: Draft): boolean {
  const words = [draft.words, ...Object.values(draft.own)];
  return firstTextOf(draft) !== "" || draft.media.length > 0 || words.some(({ parts }) => parts.some(isWritten));
}
