import type { Face } from "./Dial";

export interface MessageAction {
  text: string;
  onPress: () => void;
}

/** A short message over the page, about something that happened elsewhere or that has just been done. */
export interface Message {
  face: Face;
  text: string;
  /** What the message is about, such as the id of a post. A newer message about the same replaces it. */
  about?: string | undefined;
  /** The view that shows more. The message leaves when the person goes there. */
  href?: string | undefined;
  /** The name of the link to `href`; without one, it opens a post. */
  linkText?: string | undefined;
  /** A button that does something, such as taking the change back. */
  action?: MessageAction | undefined;
  /** A button with the next step, such as approving a post that was moved. */
  next?: MessageAction | undefined;
}

/** A message in the queue, with the seconds for which it is still shown, or `null` if it stays until it is closed. */
export interface Timed {
  key: string;
  message: Message;
  secondsLeft: number | null;
}

/** The maximum number of messages that are shown at the same time. */
export const MAX_SHOWN = 3;
const SECONDS_TO_READ = 6;
/** Somebody who wants to press a button of a message needs more time (WCAG 2.2.1). */
const SECONDS_TO_ACT = 10;

/** Return for how many seconds a message is shown, or `null` if it stays until a person closes it. */
export function secondsOf({ face, href, action, next }: Message): number | null {
  if (face === "failed" || face === "unknown") return null;
  return href || action || next ? SECONDS_TO_ACT : SECONDS_TO_READ;
}

/** Return what makes a message one about a post, which leads to it. */
export function aboutPost(postId: string): Pick<Message, "about" | "href"> {
  return { about: postId, href: `/posts/${postId}` };
}

/** Return whether a message leads to the view at `path`, which shows more than the message. */
export function leadsTo({ href }: Message, path: string): boolean {
  return href === path;
}

/** Return the messages that a new message about the same replaces. */
export function replacedBy(message: Message, queue: readonly Timed[]): Timed[] {
  return message.about === undefined ? [] : queue.filter((each) => each.message.about === message.about);
}

/**
 * Return the messages for which there is no room and that would leave: they do not come back later. `queue`: the newest
 * first.
 */
export function crowdedOut(queue: readonly Timed[]): Timed[] {
  return queue.slice(MAX_SHOWN).filter(({ secondsLeft }) => secondsLeft !== null);
}

/** Return the queue after one second, in which only the shown messages come closer to their end. */
export function afterSecond(queue: readonly Timed[]): Timed[] {
  return queue.map((each, index) =>
    index < MAX_SHOWN && each.secondsLeft !== null ? { ...each, secondsLeft: each.secondsLeft - 1 } : each,
  );
}
