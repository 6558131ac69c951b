import {
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components";
import { SHELL } from "../strings/shell";
import { Button, ButtonLink } from "./Button";
import { Dial, type Face } from "./Dial";
import { Icon } from "./Icon";
import styles from "./Toasts.module.css";

interface Message {
  face: Face;
  text: string;
  href?: string;
}

const queue = new ToastQueue<Message>({ maxVisibleToasts: 4 });
const SECONDS = 6;

/**
 * Show a message about an event elsewhere. The message of a failed or unknown publication, and a caution, stay until
 * a person closes them.
 */
export function toast(message: Message): void {
  const stays = ["failed", "unknown", "caution"].includes(message.face);
  queue.add(message, stays ? {} : { timeout: SECONDS * 1000 });
}

/** The corner of the page in which the messages appear. */
export function Toasts() {
  return (
    <ToastRegion queue={queue} className={styles.region ?? ""} aria-label={SHELL.messages}>
      {({ toast: { content, key } }) => (
        <Toast toast={{ content, key }} className={`${styles.toast} is-${content.face}`}>
          <Dial face={content.face} />
          <ToastContent className={styles.content ?? ""}>
            <Text slot="title" dir="auto">
              {content.text}
            </Text>
          </ToastContent>
          {content.href && (
            <ButtonLink isCompact href={content.href} onPress={() => queue.close(key)}>
              {SHELL.openPost}
            </ButtonLink>
          )}
          <Button slot="close" isIcon isCompact look="plain" aria-label={SHELL.close}>
            <Icon name="x" />
          </Button>
        </Toast>
      )}
    </ToastRegion>
  );
}
