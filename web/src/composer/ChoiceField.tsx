import type { ReactNode } from "react";
import { type Choice, SelectField } from "../ui/Field";

/** What the fields of an option have in common. */
export interface FieldProps {
  label: string;
  hint: string | undefined;
  noChoice: Choice<string>;
  value: string;
  problem: ReactNode;
  onChange: (value: unknown) => void;
}

/** The choice of an option from a list that is loaded. A value that is not in the list stays visible. */
export function ChoiceField({
  noChoice,
  value,
  found,
  isLoading,
  onChange,
  ...texts
}: FieldProps & { found: readonly Choice<string>[]; isLoading: boolean }) {
  const isListed = !value || found.some((choice) => choice.value === value);
  return (
    <SelectField
      {...texts}
      choices={[noChoice, ...found, ...(isListed ? [] : [{ value, label: value }])]}
      value={value}
      onChange={(chosen) => onChange(chosen || undefined)}
      isDisabled={isLoading}
    />
  );
}
