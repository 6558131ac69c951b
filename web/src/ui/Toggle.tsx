import {
  Checkbox as AriaCheckbox,
  Switch as AriaSwitch,
  type CheckboxProps,
  type SwitchProps,
} from "react-aria-components";
import { Icon } from "./Icon";
import styles from "./Toggle.module.css";

/** A checkbox. Without children, it needs an `aria-label`. */
export function Checkbox({
  children,
  ...props
}: Omit<CheckboxProps, "className" | "children"> & { children?: React.ReactNode }) {
  return (
    <AriaCheckbox {...props} className={styles.check ?? ""}>
      {({ isIndeterminate, isSelected }) => (
        <>
          <span className={styles.box} data-on={isSelected || isIndeterminate || undefined}>
            <Icon name={isIndeterminate ? "dash" : "check"} />
          </span>
          {children}
        </>
      )}
    </AriaCheckbox>
  );
}

/** A switch whose change takes effect immediately. */
export function Switch({
  children,
  ...props
}: Omit<SwitchProps, "className" | "children"> & { children: React.ReactNode }) {
  return (
    <AriaSwitch {...props} className={styles.check ?? ""}>
      <span className={styles.switch} />
      {children}
    </AriaSwitch>
  );
}
