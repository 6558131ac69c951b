import { type ReactNode, useState } from "react";
import {
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  Autocomplete,
  Button,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SearchField,
  Select,
  SelectValue,
  Text,
  TextArea,
} from "react-aria-components";
import { classes } from "./classes";
import { Dial } from "./Dial";
import styles from "./Field.module.css";
import { Icon } from "./Icon";
import { bestFirst, isFound } from "./nameSearch";

interface Labels {
  label: ReactNode;
  /** A sentence under the field that helps to fill it in. */
  hint?: ReactNode;
  /** A sentence under the field that says what is wrong and what is allowed. */
  problem?: ReactNode;
}

/** A field for a line or, with `lines`, for several lines of text. */
export function TextField({
  label,
  hint,
  problem,
  lines,
  placeholder,
  className,
  ...props
}: Labels & Omit<AriaTextFieldProps, "className"> & { lines?: number; placeholder?: string; className?: string }) {
  return (
    <AriaTextField {...props} isInvalid={Boolean(problem)} className={classes(styles.field, className)}>
      <Label className={styles.label}>{label}</Label>
      {lines ? (
        <TextArea
          className={styles.input}
          rows={lines}
          style={{ "--rows": lines } as React.CSSProperties}
          placeholder={placeholder}
          dir="auto"
        />
      ) : (
        <Input className={styles.input} placeholder={placeholder} dir="auto" />
      )}
      {hint && (
        <Text slot="description" className={styles.hint}>
          {hint}
        </Text>
      )}
      <FieldError className={styles.problem}>
        <Dial face="failed" />
        <span>{problem}</span>
      </FieldError>
    </AriaTextField>
  );
}

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  /** A faint word after the label. */
  note?: ReactNode;
}

/** A field that takes one of several choices. */
export function SelectField<Value extends string>({
  label,
  hint,
  problem,
  choices,
  value,
  onChange,
  isLabelHidden,
  isDisabled,
  placeholder,
  searchLabel,
}: Labels & {
  choices: readonly Choice<Value>[];
  value: Value | null;
  onChange: (value: Value) => void;
  isLabelHidden?: boolean;
  isDisabled?: boolean;
  placeholder?: string;
  /** The name of the field that searches the choices. Without it, the choices have no search. */
  searchLabel?: string;
}) {
  const [typed, setTyped] = useState("");
  const items = bestFirst(choices, typed, (choice) => choice.label).map((choice) => ({ ...choice, id: choice.value }));
  const list = (
    <ListBox items={items} className={styles.list}>
      {(choice) => (
        <ListBoxItem id={choice.id} textValue={choice.label} className={styles.option}>
          <bdi>{choice.label}</bdi>
          {choice.note && <span className="faint small">{choice.note}</span>}
        </ListBoxItem>
      )}
    </ListBox>
  );
  return (
    <Select
      className={styles.field}
      value={value}
      onChange={(key) => key !== null && onChange(key as Value)}
      onOpenChange={() => setTyped("")}
      isInvalid={Boolean(problem)}
      isDisabled={isDisabled ?? false}
      placeholder={placeholder ?? ""}
    >
      <Label className={isLabelHidden ? "hidden" : styles.label}>{label}</Label>
      <Button className={classes(styles.input, styles.select)} data-chosen={value ?? undefined}>
        <SelectValue className={styles.value} />
        <Icon name="down" />
      </Button>
      {hint && (
        <Text slot="description" className={styles.hint}>
          {hint}
        </Text>
      )}
      <FieldError className={styles.problem}>
        <Dial face="failed" />
        <span>{problem}</span>
      </FieldError>
      <Popover className={styles.popover}>
        {searchLabel ? (
          <Autocomplete filter={isFound} inputValue={typed} onInputChange={setTyped}>
            <SearchField aria-label={searchLabel} autoFocus className={styles.search ?? ""}>
              <Input className={styles.input} placeholder={searchLabel} />
            </SearchField>
            {list}
          </Autocomplete>
        ) : (
          list
        )}
      </Popover>
    </Select>
  );
}
