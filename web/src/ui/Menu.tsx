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
    <MenuTrigger>
      <Button isIcon look="plain" aria-label={label}>
        <Icon name="more" />
      </Button>
      <Popover className={styles.popover ?? ""} placement="bottom end">
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
