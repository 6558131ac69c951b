import { Button as AriaButton, type ButtonProps as AriaButtonProps, Link, type LinkProps } from "react-aria-components";
import styles from "./Button.module.css";
import { classes } from "./classes";

export interface ButtonLook {
  /**
   * `primary` is the one filled button of a view; `danger` is the same for an action that cannot be undone; `plain` has
   * no outline; the default has an outline.
   */
  look?: "primary" | "danger" | "plain" | undefined;
  /** A square button with an icon only. It needs an `aria-label`. */
  isIcon?: boolean;
  isCompact?: boolean;
  className?: string | undefined;
}

function classesOf({ look, isIcon, isCompact, className }: ButtonLook) {
  return classes(
    styles.button,
    look === "primary" && styles.primary,
    look === "danger" && styles.danger,
    look === "plain" && styles.plain,
    isIcon && styles.icon,
    isCompact && styles.compact,
    className,
  );
}

/** A button that does something on this page. Its text is a verb with its object. */
export function Button({
  look,
  isIcon,
  isCompact,
  className,
  ...props
}: ButtonLook & Omit<AriaButtonProps, "className">) {
  return <AriaButton {...props} className={classesOf({ look, isIcon, isCompact, className })} />;
}

/** A link that looks like a button, for an action that leads to another page. */
export function ButtonLink({
  look,
  isIcon,
  isCompact,
  className,
  ...props
}: ButtonLook & Omit<LinkProps, "className">) {
  return <Link {...props} className={classesOf({ look, isIcon, isCompact, className })} />;
}
