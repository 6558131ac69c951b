import type { ReactNode } from "react";
import { LANGUAGES } from "../strings/options";
import { SelectField } from "../ui/Field";
import { languageChoices } from "./languages";

/** The languages of a post, each in a field of its own. An empty field follows, up to `max` languages. */
export function Languages({
  label,
  noChoice,
  problem,
  max,
  values,
  onChange,
}: {
  label: string;
  /** What happens without a language. */
  noChoice: string;
  problem: ReactNode;
  max: number;
  values: readonly string[];
  onChange: (values: string[]) => void;
}) {
  const fields = values.length < max ? [...values, ""] : values;
  return fields.map((value, index) => (
    <SelectField
      key={index}
      label={index === 0 ? label : LANGUAGES.another(index + 1)}
      problem={index === 0 ? problem : undefined}
      searchLabel={LANGUAGES.search}
      choices={[{ value: "", label: index === 0 ? noChoice : LANGUAGES.none }, ...languageChoices(value)]}
      value={value}
      onChange={(chosen) => onChange([...new Set(fields.with(index, chosen))].filter(Boolean))}
    />
  ));
}
