import { Input, type InputProps } from "react-aria-components";
import { Button } from "./Button";
import { Icon } from "./Icon";
import styles from "./SearchInput.module.css";

/** The input of a `SearchField`, and the button that clears it. A phone shows the browser's own button only at times. */
export function SearchInput({ isEmpty, ...props }: { isEmpty: boolean } & Pick<InputProps, "id" | "placeholder">) {
  return (
    <>
      <Input {...props} className={styles.input ?? ""} />
      {!isEmpty && (
        <Button isIcon isCompact look="plain" className={styles.clear}>
          <Icon name="x" />
        </Button>
      )}
    </>
  );
}
