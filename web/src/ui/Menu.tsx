import type { ReactNode } from "react";
import { Menu as AriaMenu, MenuItem as AriaMenuItem, MenuTrigger, Popover } from "react-aria-components";
import { Button } from "./Button";
import styles from "./Field.module.css";
import { Icon, type IconName } from "./Icon";

export interface Action {
  id: string;
  label: string;
  icon?: IconName;
  href?: string;
  onAction?: () => void;
}

/** A button with three dots and the menu of further actions that it opens. */
export function MoreMenu({ label, actions }: { label: string; actions: readonly Action[] }) {
  return (
    <ActionMenu actions={actions} placement="bottom end">
      <Button isIcon look="plain" aria-label={label}>
        <Icon name="more" />
      </Button>
    </ActionMenu>
  );
}

/** The menu of actions that the button `children` opens. */
export function ActionMenu({
  actions,
  placement,
  children,
}: {
  actions: readonly Action[];
  placement: "bottom end" | "top end";
  children: ReactNode;
}) {
  return (
    <MenuTrigger>
      {children}
      <Popover className={styles.popover ?? ""} placement={placement}>
        <AriaMenu items={actions} className={styles.list ?? ""}>
          {(action) => (
            <AriaMenuItem
              id={action.id}
              textValue={action.label}
              className={styles.option ?? ""}
              {...(action.href ? { href: action.href } : {})}
              {...(action.onAction ? { onAction: action.onAction } : {})}
            >
              <span className="row">
                {action.icon && <Icon name={action.icon} />}
                {action.label}
              </span>
            </AriaMenuItem>
          )}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
