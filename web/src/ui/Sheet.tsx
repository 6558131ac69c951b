import { useEffect } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { SHELL } from "../strings/shell";
import { Button } from "./Button";
import { classes } from "./classes";
import { Icon } from "./Icon";
import styles from "./Sheet.module.css";
import { shieldPage } from "./shield";

/**
 * A dialog over the middle of the page, or at the bottom on a phone. It closes with Escape, with a click outside, and
 * with its button. Never open a sheet over another sheet.
 */
export function Sheet({
  title,
  isOpen,
  onClose,
  children,
  foot,
  isWide,
}: {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: React.ReactNode;
  /** The buttons of a long dialog, which stay in view while the person reads. */
  foot?: React.ReactNode;
  isWide?: boolean;
}) {
  useEffect(() => (isOpen ? shieldPage : undefined), [isOpen]);
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable
      className={styles.overlay ?? ""}
    >
      <Modal className={classes(styles.modal, isWide && styles.wide)}>
        <Dialog className={styles.dialog ?? ""}>
          <header className={styles.head}>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <Button isIcon look="plain" aria-label={SHELL.close} onPress={onClose} className="push">
              <Icon name="x" />
            </Button>
          </header>
          {children}
          {foot && <div className={`row ${styles.foot}`}>{foot}</div>}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
