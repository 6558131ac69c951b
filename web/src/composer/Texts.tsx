import { useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { flushSync } from "react-dom";
import type { PlatformRules } from "../api/platforms";
import type { Platform } from "../api/types";
import { COMPOSER } from "../strings/composer";
import { namesOf, PLATFORMS } from "../strings/platforms";
import { Button } from "../ui/Button";
import { classes } from "../ui/classes";
import { Dial } from "../ui/Dial";
import { TextField } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { lengthOf } from "./counting";
import { type Draft, type FurtherPart, mediaOf, textOf, type Words, withText, withWords, wordsFor } from "./draft";
import { Findings, sentencesOf } from "./Findings";
import { commentHint, offersComment, othersOf } from "./firstComment";
import type { ComposerProblem } from "./problems";
import { splitFor } from "./splitting";
import styles from "./Texts.module.css";
import { ALL, headingOf, isSharedUnused, type TextTab, tabFor } from "./tabs";

/** The text of the post for all platforms, and a separate tab for each platform with its own text. */
export function Texts({
  draft,
  platforms,
  problems,
  cautions,
  tab,
  onTab,
  onChange,
  onWrite,
}: {
  draft: Draft;
  platforms: Record<Platform, PlatformRules>;
  problems: readonly ComposerProblem[];
  cautions: readonly ComposerProblem[];
  tab: TextTab;
  onTab: (tab: TextTab) => void;
  onChange: (changes: Partial<Draft>) => void;
  /** Change the text in `tab`, and move the focus there. */
  onWrite: (changes: Partial<Draft>, tab: TextTab) => void;
}) {
  /** The texts that platforms had until they used the text for all platforms again. */
  const [aside, setAside] = useState<Draft["own"]>({});
  const problemsAt = (shown: TextTab, name: number | string) =>
    problems.filter(
      ({ section, control, platform }) =>
        section === "text" && control === name && (platform ? tabFor(draft, platform, shown) : ALL) === shown,
    );
  const hasProblem = (platform: Platform) =>
    problems.some((each) => each.platform === platform && typeof each.control === "number");
  const withoutThread = draft.platforms.filter((platform) => platforms[platform].replies !== "thread");
  const canThread = draft.platforms.length === 0 || withoutThread.length < draft.platforms.length;
  const repliesOf = (platform: Platform) => platforms[platform].replies;
  const shareWords = (platform: Platform) => {
    setAside({ ...aside, [platform]: draft.own[platform] });
    onWrite(withWords(draft, platform, draft.words), platform);
  };
  return (
    <section className="stack" id="composer-text" aria-labelledby="text">
      <h2 id="text">{headingOf(draft, tab)}</h2>
      <Tabs className={styles.texts ?? ""} selectedKey={tab} onSelectionChange={(key) => onTab(key as TextTab)}>
        <TabList aria-label={COMPOSER.tabs} className={styles.tabs ?? ""}>
          <Tab id={ALL} className={styles.tab ?? ""}>
            {COMPOSER.all}
          </Tab>
          {draft.platforms.map((platform) => (
            <Tab key={platform} id={platform} className={styles.tab ?? ""}>
              {PLATFORMS[platform].name}
              {draft.own[platform] && <span className={styles.own} aria-hidden="true" />}
              {draft.own[platform] && hasProblem(platform) && (
                <>
                  <Dial face="failed" />
                  <span className="hidden">{COMPOSER.tabProblem}</span>
                </>
              )}
              <Count words={wordsFor(draft, platform)} rules={platforms[platform]} />
            </Tab>
          ))}
        </TabList>
        <TabPanel id={ALL} className="stack">
          {isSharedUnused(draft) && <p className="small soft">{COMPOSER.unused}</p>}
          <Parts
            words={draft.words}
            canThread={canThread}
            rules={draft.platforms.map((platform) => platforms[platform])}
            problemsOf={(number) => problemsAt(ALL, number)}
            onChange={(words) => onChange({ words })}
          />
          {draft.words.parts.length > 0 && withoutThread.length > 0 && (
            <p className="small soft">{COMPOSER.noThread(namesOf(withoutThread))}</p>
          )}
        </TabPanel>
        {draft.platforms.map((platform) => (
          <TabPanel key={platform} id={platform} className="stack">
            <div className="row small">
              <span className="soft" role="status">
                {draft.own[platform]
                  ? COMPOSER.ownWords(PLATFORMS[platform].name)
                  : COMPOSER.sharedWords(draft.platforms.length > 1 ? PLATFORMS[platform].name : null)}
              </span>
              {(draft.own[platform] ?? aside[platform]) && (
                <Button
                  look="plain"
                  isCompact
                  className={`push ${styles.toggle}`}
                  onPress={() =>
                    draft.own[platform]
                      ? shareWords(platform)
                      : onWrite(withWords(draft, platform, aside[platform] ?? draft.words), platform)
                  }
                >
                  {draft.own[platform] ? COMPOSER.useAll : COMPOSER.restoreOwn(PLATFORMS[platform].name)}
                </Button>
              )}
            </div>
            <Parts
              words={wordsFor(draft, platform)}
              canThread={platforms[platform].replies === "thread"}
              rules={[platforms[platform]]}
              problemsOf={(number) => problemsAt(platform, number)}
              onChange={(words) => onChange(withWords(draft, platform, words))}
            />
          </TabPanel>
        ))}
      </Tabs>
      <Findings problems={cautions.filter(({ section }) => section === "text")} face="caution" />
      <Splits draft={draft} platforms={platforms} tab={tab} onSplit={onWrite} />
      {offersComment(draft, repliesOf) && (
        <TextField
          label={COMPOSER.firstComment}
          hint={commentHint(draft, repliesOf)}
          problem={sentencesOf(problems.filter(({ control }) => control === "firstComment"))}
          value={draft.firstComment}
          onChange={(firstComment) => onChange({ firstComment })}
          lines={1}
        />
      )}
      {othersOf(draft, repliesOf).length > 0 && (
        <div>
          <Button
            isCompact
            onPress={() => {
              flushSync(() => onChange({ ownComments: {} }));
              [...document.querySelectorAll<HTMLElement>("#composer-text textarea")].at(-1)?.focus();
            }}
          >
            {COMPOSER.useComment}
          </Button>
        </div>
      )}
    </section>
  );
}

/** The buttons that make a thread of a text that is too long, for each platform whose text is shown. */
function Splits({
  draft,
  platforms,
  tab,
  onSplit,
}: {
  draft: Draft;
  platforms: Record<Platform, PlatformRules>;
  tab: TextTab;
  onSplit: (changes: Partial<Draft>, tab: TextTab) => void;
}) {
  const splits = draft.platforms.flatMap((platform) => {
    const words = tabFor(draft, platform, tab) === tab ? splitFor(draft, platform, platforms[platform]) : null;
    return words ? [{ platform, words }] : [];
  });
  if (splits.length === 0) return null;
  const [only] = draft.platforms.length === 1 ? draft.platforms : [];
  return (
    <div className="row">
      {splits.map(({ platform, words }) => (
        <Button
          key={platform}
          isCompact
          onPress={() =>
            // The other platforms keep the text in one part.
            only && !draft.own[only]
              ? onSplit({ words }, ALL)
              : onSplit({ own: { ...draft.own, [platform]: words } }, platform)
          }
        >
          {only
            ? COMPOSER.split(words.parts.length + 1)
            : COMPOSER.splitFor(words.parts.length + 1, PLATFORMS[platform].name)}
        </Button>
      ))}
    </div>
  );
}

function Count({ words, rules }: { words: Words; rules: PlatformRules }) {
  const rule = rules.text[0];
  if (!rule) return null;
  const length = lengthOf(words.content, rule);
  const isOver = rule.limit !== null && length > rule.limit;
  return (
    <span className={classes(styles.count, isOver && styles.over)}>
      {rule.limit === null ? length : `${length} / ${rule.limit}`}
    </span>
  );
}

function Parts({
  words,
  canThread,
  rules,
  problemsOf,
  onChange,
}: {
  words: Words;
  canThread: boolean;
  rules: readonly PlatformRules[];
  problemsOf: (number: number) => readonly ComposerProblem[];
  onChange: (words: Words) => void;
}) {
  const all: FurtherPart[] = [words.content, ...words.parts];
  const write = (number: number, text: string) =>
    onChange(
      number === 0
        ? { ...words, content: text }
        : { ...words, parts: words.parts.map((part, index) => (index === number - 1 ? withText(part, text) : part)) },
    );
  const arrange = (parts: FurtherPart[], focused: number | null) => {
    flushSync(() => onChange({ ...words, parts }));
    if (focused !== null)
      document.querySelectorAll<HTMLElement>("#composer-text [role=tabpanel] textarea")[focused]?.focus();
  };
  return (
    <>
      {all.map((part, number) => (
        <div key={`part ${number + 1}`} className={styles.part}>
          <TextField
            label={
              all.length === 1 ? (
                <span className="hidden">{COMPOSER.text}</span>
              ) : (
                <span>{COMPOSER.part(number + 1)}</span>
              )
            }
            value={textOf(part)}
            hint={mediaOf(part).length > 0 && COMPOSER.partMedia(mediaOf(part).length)}
            problem={sentencesOf(problemsOf(number))}
            placeholder={number === 0 ? COMPOSER.textHint : ""}
            onChange={(value) => write(number, value)}
            lines={number === 0 ? 4 : 2}
            className={styles.write ?? ""}
          />
          <div className={styles.foot}>
            <Strictest text={textOf(part)} rules={rules} />
            {number > 0 && (
              <Button
                isIcon
                isCompact
                look="plain"
                aria-label={COMPOSER.removePart(number + 1)}
                onPress={({ pointerType }) =>
                  arrange(
                    words.parts.filter((_, index) => index !== number - 1),
                    // The focus would open the keyboard of a phone.
                    pointerType === "touch" ? null : number - 1,
                  )
                }
              >
                <Icon name="x" />
              </Button>
            )}
          </div>
        </div>
      ))}
      {canThread && (
        <div>
          <Button look="plain" isCompact onPress={() => arrange([...words.parts, ""], all.length)}>
            <Icon name="plus" />
            {COMPOSER.addPart(all.length + 1)}
          </Button>
        </div>
      )}
    </>
  );
}

/** The count for the platform with the fewest characters left. */
function Strictest({ text, rules }: { text: string; rules: readonly PlatformRules[] }) {
  const counted = rules
    .flatMap(({ name, text: [rule] }) =>
      rule?.limit ? [{ name, length: lengthOf(text, rule), limit: rule.limit }] : [],
    )
    .sort((one, other) => one.limit - one.length - (other.limit - other.length));
  const [strictest] = counted;
  if (!strictest) return null;
  const isOver = strictest.length > strictest.limit;
  return (
    <span className={classes(styles.counter, isOver && styles.over)}>
      <svg viewBox="0 0 18 18" aria-hidden="true" className={styles.ring}>
        <circle cx="9" cy="9" r="7" pathLength="100" className={styles.track} />
        <circle
          cx="9"
          cy="9"
          r="7"
          pathLength="100"
          strokeDasharray={`${Math.min(100, (strictest.length / strictest.limit) * 100)} 100`}
        />
      </svg>
      <span aria-hidden="true">
        {rules.length > 1 && `${strictest.name}: `}
        {COMPOSER.of(strictest.length, strictest.limit)}
      </span>
      <span className="hidden">{COMPOSER.countFor(strictest.name, strictest.length, strictest.limit)}</span>
    </span>
  );
}
