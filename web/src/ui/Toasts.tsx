import { useEffect, useRef } from "react";
import {
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components";
import { useLocation } from "wouter";
import { SHELL } from "../strings/shell";
import { Button, ButtonLink } from "./Button";
import { Dial, type Face } from "./Dial";
import { Icon } from "./Icon";
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
import styles from "./Toasts.module.css";

const queue = new ToastQueue<Message>({ maxVisibleToasts: MAX_SHOWN });
/** The messages of the queue, with the newest first. */
let messages: readonly Timed[] = [];
/** The path of the open view. */
let openPath = "";
/** Whether the person has moved the pointer to the messages. A message may also appear under a pointer that rests. */
let isPointed = false;

/**
 * Show a message for a few seconds. The message of a failed or unknown publication stays until a person closes it. A
 * message that leads to the open view is not shown, because the view shows what it says.
 */
export function toast(message: Message): void {
  // A message that is not shown does not replace one that is.
  if (leadsTo(message, openPath)) return;
  close(replacedBy(message, messages));
  const key = queue.add(message, {
    onClose: () => {
      messages = messages.filter((each) => each.key !== key);
    },
  });
  messages = [{ key, message, secondsLeft: secondsOf(message) }, ...messages];
  close(crowdedOut(messages));
}

/** Close the messages about something that say, by their face, what is no longer true. */
export function closeMessages(about: string, face: Face): void {
  close(messages.filter(({ message }) => message.about === about && message.face === face));
}

function close(closed: readonly Timed[]): void {
  for (const { key } of closed) queue.close(key);
}

/** The corner of the page in which the messages appear. */
export function Toasts() {
  const [path] = useLocation();
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => {
    openPath = path;
    close(messages.filter(({ message }) => leadsTo(message, path)));
  }, [path]);
  useEffect(() => {
    const point = ({ movementX, movementY, pointerType, target }: PointerEvent) => {
      if (movementX || movementY)
        isPointed = pointerType === "mouse" && Boolean(region.current?.contains(target as Node));
    };
    document.addEventListener("pointermove", point);
    const timer = setInterval(() => {
      if (messages.length === 0) isPointed = false;
      if (isInUse(region.current)) return;
      messages = afterSecond(messages);
      close(messages.filter(({ secondsLeft }) => secondsLeft !== null && secondsLeft <= 0));
    }, 1000);
    return () => {
      clearInterval(timer);
      document.removeEventListener("pointermove", point);
      openPath = "";
    };
  }, []);
  return (
    <ToastRegion ref={region} queue={queue} className={styles.region ?? ""} aria-label={SHELL.messages}>
      {({ toast: { content, key } }) => (
        <Toast toast={{ content, key }} className={`${styles.toast} is-${content.face}`}>
          <Dial face={content.face} />
          <ToastContent className={styles.content ?? ""}>
            <Text slot="title" dir="auto">
              {content.text}
            </Text>
          </ToastContent>
          <div className={styles.actions}>
            {content.href && (
              <ButtonLink isCompact href={content.href} onPress={() => queue.close(key)}>
                {content.linkText ?? SHELL.openPost}
              </ButtonLink>
            )}
            {[content.next, content.action].map(
              (action) =>
                action && (
                  <Button
                    key={action.text}
                    isCompact
                    onPress={() => {
                      queue.close(key);
                      action.onPress();
                    }}
                  >
                    {action.text}
                  </Button>
                ),
            )}
            <Button slot="close" isIcon isCompact look="plain" aria-label={SHELL.close}>
              <Icon name="x" />
            </Button>
          </div>
        </Toast>
      )}
    </ToastRegion>
  );
}

/**
 * Return whether the time of the messages stands still: while the person reads them with the pointer or the focus, or while
 * nobody sees the page.
 */
function isInUse(region: HTMLElement | null): boolean {
  if (document.visibilityState === "hidden" || !region) return true;
  return (isPointed && region.matches(":hover")) || region.matches(":focus-within");
}
