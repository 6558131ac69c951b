import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { connectionsOf } from "../api/access";
import { ApiError, api, body } from "../api/client";
import { useMediaKinds } from "../api/media";
import type { OptionSchema, PlatformRules } from "../api/platforms";
import type { Connection, Platform, Post } from "../api/types";
import { ACCESS } from "../strings/access";
import { COMPOSER } from "../strings/composer";
import { CHOOSE, moreWith, type OptionText } from "../strings/options";
import { PLATFORMS } from "../strings/platforms";
import { SHELL } from "../strings/shell";
import { Button, ButtonLink } from "../ui/Button";
import { Dial } from "../ui/Dial";
import { SelectField, TextField } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { connectAddress } from "../ui/LostAccess";
import { Switch } from "../ui/Toggle";
import { ChoiceField, type FieldProps } from "./ChoiceField";
import { CoverField } from "./CoverField";
import type { Draft } from "./draft";
import { Findings, sentencesOf } from "./Findings";
import { Languages } from "./Languages";
import { languagesOf } from "./languages";
import styles from "./Options.module.css";
import { OwnPosts } from "./OwnPosts";
import { isOffered, type Kind, kindsWithMore } from "./offered";
import { noChoiceText, numberInAddress, optionText, shownNumber, valueText, writtenNumber } from "./optionText";
import type { ComposerProblem } from "./problems";

const NONE = "";
/** The health of a connection, and the code of an error, if the account has to be connected again. */
const LOST = "reconnect_required";

/** The options of each chosen platform, as forms that follow the platform's own schema. */
export function Options({
  draft,
  platforms,
  connections,
  variants,
  problems,
  cautions,
  onChange,
  onUpload,
}: {
  draft: Draft;
  platforms: Record<Platform, PlatformRules>;
  connections: readonly Connection[];
  /** The saved variants of the post, which may have other media. */
  variants: Post["variants"];
  problems: readonly ComposerProblem[];
  cautions: readonly ComposerProblem[];
  onChange: (changes: Partial<Draft>) => void;
  /** Called with 1 when an upload begins and with -1 when it ends. */
  onUpload: (change: 1 | -1) => void;
}) {
  const own = draft.media.map(({ url }) => url);
  const mediaOf = (platform: Platform) => variants[platform]?.mediaUrls ?? own;
  const kinds = useMediaKinds([...new Set(draft.platforms.flatMap(mediaOf))]);
  const withOptions = draft.platforms.filter(
    (platform) => Object.keys(platforms[platform].options.properties).length > 0,
  );
  if (withOptions.length === 0) return null;
  return (
    <section className="stack" id="composer-options" aria-labelledby="options">
      <h2 id="options">{COMPOSER.options}</h2>
      {withOptions.map((platform) => (
        <PlatformOptions
          key={platform}
          platform={platform}
          rules={platforms[platform]}
          connection={connectionFor(draft, connections, platform)}
          isSandboxed={
            platforms[platform].unconnected === "sandbox" && !connections.some((each) => each.platform === platform)
          }
          kind={{
            media: mediaOf(platform).map((url) => kinds.get(url) ?? null),
            type: draft.options[platform]?.type,
          }}
          values={draft.options[platform] ?? {}}
          problems={problems.filter((problem) => problem.section === "options" && problem.platform === platform)}
          cautions={cautions.filter((caution) => caution.section === "options" && caution.platform === platform)}
          onChange={(options) => onChange({ options: { ...draft.options, [platform]: options } })}
          onUpload={onUpload}
        />
      ))}
    </section>
  );
}

/** The options of a platform. They open when a problem is found, and stay open when it is fixed. */
function PlatformOptions({
  platform,
  rules,
  connection,
  isSandboxed,
  kind,
  values,
  problems,
  cautions,
  onChange,
  onUpload,
}: {
  platform: Platform;
  rules: PlatformRules;
  connection: Connection | null;
  /** Without an account on the platform, the post goes to the sandbox. */
  isSandboxed: boolean;
  kind: Kind;
  values: Record<string, unknown>;
  problems: readonly ComposerProblem[];
  cautions: readonly ComposerProblem[];
  onChange: (values: Record<string, unknown>) => void;
  onUpload: (change: 1 | -1) => void;
}) {
  const required = rules.options.required ?? [];
  const [isOpen, setOpen] = useState(required.length > 0);
  const all = Object.entries(rules.options.properties).filter(([, schema]) => isShown(schema));
  // An option with a value stays, so that a person can remove the value.
  const applies = ([name]: (typeof all)[number]) => name in values || isOffered(platform, name, kind);
  const shown = all.filter(applies);
  const hidden = all.filter((each) => !applies(each)).map(([name]) => name);
  const more = kindsWithMore(platform, hidden, kind);
  const isUnfolded = isOpen || problems.length > 0;
  const isElsewhere = ({ control }: ComposerProblem) => !shown.some(([name]) => name === control);
  return (
    <details className={styles.platform} open={isUnfolded} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{PLATFORMS[platform].name}</summary>
      <div className={styles.fields}>
        {shown.map(([name, schema]) => (
          <Option
            key={name}
            platform={platform}
            text={optionText(platform, name, schema)}
            name={name}
            schema={schema}
            isRequired={required.includes(name)}
            connection={connection}
            isSandboxed={isSandboxed}
            isVisible={isUnfolded}
            value={values[name]}
            problem={sentencesOf(problems.filter(({ control }) => control === name))}
            onChange={(value) => {
              const { [name]: _, ...others } = values;
              onChange(value === undefined ? others : { ...others, [name]: value });
            }}
            onUpload={onUpload}
          />
        ))}
      </div>
      {more.length > 0 && <p className={`small soft ${styles.more}`}>{moreWith(more)}</p>}
      <Findings problems={problems.filter(isElsewhere)} />
      <Findings problems={cautions} face="caution" />
    </details>
  );
}

/** Return whether the page has a field for an option. Options with several fields of their own have none. */
function isShown({ type, items }: OptionSchema): boolean {
  return type !== "object" && items?.type !== "object";
}

/** Return the connection whose boards, playlists and so on can be chosen: the first one that the post goes to. */
function connectionFor(draft: Draft, connections: readonly Connection[], platform: Platform): Connection | null {
  const first = connectionsOf(draft, connections).find((each) => each.platform === platform);
  return connections.find(({ id }) => id === first?.id) ?? null;
}

function Option({
  platform,
  text,
  name,
  schema,
  isRequired,
  connection,
  isSandboxed,
  isVisible,
  value,
  problem,
  onChange,
  onUpload,
}: {
  platform: Platform;
  text: OptionText;
  name: string;
  schema: OptionSchema;
  isRequired: boolean;
  connection: Connection | null;
  isSandboxed: boolean;
  isVisible: boolean;
  value: unknown;
  problem: ReactNode;
  onChange: (value: unknown) => void;
  onUpload: (change: 1 | -1) => void;
}) {
  const { label, hint, isOnByDefault = false } = text;
  const type = Array.isArray(schema.type) ? schema.type.find((each) => each !== "null") : schema.type;
  const noChoice = { value: NONE, label: isRequired ? COMPOSER.chooseOne : noChoiceText(platform, name) };
  // The choices are those of an account. The sandbox has none, so it takes every number.
  const isFree = isSandboxed && schema["x-choices"] !== undefined && !schema.enum;
  const written = typeof value === "string" || typeof value === "number" ? String(value) : "";
  const field = { label, hint, noChoice, value: written, problem, onChange };
  if (schema["x-choices"] && connection) {
    return <Choices {...field} name={schema["x-choices"]} connection={connection} />;
  }
  if (schema.enum) {
    return (
      <SelectField
        label={label}
        hint={hint}
        problem={problem}
        choices={[
          noChoice,
          ...schema.enum.map((choice) => ({ value: String(choice), label: valueText(name, String(choice)) })),
        ]}
        value={written}
        onChange={(chosen) =>
          onChange(chosen === NONE ? undefined : schema.enum?.find((each) => String(each) === chosen))
        }
      />
    );
  }
  if (type === "boolean") {
    return (
      <div className={styles.switch}>
        <Switch
          isSelected={value === undefined ? isOnByDefault : value === true}
          onChange={(isOn) => onChange(isOn === isOnByDefault ? undefined : isOn)}
        >
          {label}
        </Switch>
        {hint && <p className="small soft">{hint}</p>}
        {problem && (
          <p className={styles.problem}>
            <Dial face="failed" />
            <span>{problem}</span>
          </p>
        )}
      </div>
    );
  }
  if (type === "integer" || type === "number") {
    return <NumberField text={text} value={value} problem={problem} onChange={onChange} />;
  }
  if (text.isLanguage) {
    const isList = type === "array";
    return (
      <Languages
        label={label}
        noChoice={noChoice.label}
        problem={problem}
        max={isList ? (schema.maxItems ?? 1) : 1}
        values={languagesOf(value)}
        onChange={(tags) => onChange(isList && tags.length > 0 ? tags : tags[0])}
      />
    );
  }
  if (type === "array") {
    return (
      <TextField
        label={label}
        hint={hint}
        problem={problem}
        value={Array.isArray(value) ? value.join(", ") : ""}
        onChange={(changed) => {
          const items = changed.split(",").map((item) => item.trimStart());
          onChange(items.some(Boolean) ? items : undefined);
        }}
      />
    );
  }
  if (text.isOwnPost) {
    return <OwnPosts {...field} platform={platform} isVisible={isVisible} />;
  }
  if (text.images) {
    return (
      <CoverField
        label={label}
        types={text.images}
        value={written}
        problem={problem}
        onChange={onChange}
        onUpload={onUpload}
      />
    );
  }
  return (
    <TextField
      label={label}
      hint={isFree ? COMPOSER.anyNumber : hint}
      problem={problem}
      value={written}
      inputMode={isFree ? "numeric" : "text"}
      onChange={(changed) => onChange((text.isInAddress ? numberInAddress(changed) : changed) || undefined)}
    />
  );
}

/** The field of a number. It keeps the text while a person writes `1.`, which is the same number as `1`. */
function NumberField({
  text,
  value,
  problem,
  onChange,
}: {
  text: OptionText;
  value: unknown;
  problem: ReactNode;
  onChange: (value: unknown) => void;
}) {
  const [written, setWritten] = useState("");
  const number = written.trim() === "" ? undefined : writtenNumber(written, text);
  const saved = typeof value === "number" ? String(shownNumber(value, text)) : typeof value === "string" ? value : "";
  return (
    <TextField
      label={text.label}
      hint={text.hint}
      problem={problem}
      inputMode="decimal"
      value={number === value ? written : saved}
      onChange={(changed) => {
        setWritten(changed);
        onChange(changed.trim() === "" ? undefined : writtenNumber(changed, text));
      }}
    />
  );
}

function Choices({ name, connection, ...field }: FieldProps & { name: string; connection: Connection }) {
  const { label, value, problem, onChange } = field;
  const choices = useQuery({
    queryKey: ["connections", "options", connection.id],
    queryFn: (): Promise<{ options: Record<string, { value: string; label: string }[]> }> =>
      body(api.GET("/api/social/connections/options", { params: { query: { connectionId: connection.id } } })),
    enabled: connection.health !== LOST,
    staleTime: 60_000,
  });
  const isLost = connection.health === LOST || (choices.error instanceof ApiError && choices.error.code === LOST);
  if (isLost) {
    return (
      <div className={styles.failed}>
        <span className={styles.label}>{label}</span>
        {value && <bdi>{value}</bdi>}
        <ButtonLink
          isCompact
          className={styles.reconnect}
          target="_blank"
          href={connectAddress(connection.platform, connection.id)}
        >
          <Icon name="link" />
          {ACCESS.reconnectTo(connection.platform, CHOOSE[name] ?? ACCESS.choose)}
        </ButtonLink>
        {problem && <p className={styles.problem}>{problem}</p>}
      </div>
    );
  }
  if (choices.isError) {
    return (
      <div className={styles.failed}>
        <TextField
          label={label}
          hint={COMPOSER.choicesFailed}
          problem={problem}
          value={value}
          onChange={(written) => onChange(written || undefined)}
        />
        <Button isCompact isDisabled={choices.isFetching} onPress={() => choices.refetch()}>
          {SHELL.tryAgain}
        </Button>
      </div>
    );
  }
  return <ChoiceField {...field} found={choices.data?.options[name] ?? []} isLoading={choices.isPending} />;
}
