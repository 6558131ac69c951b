import type { PlatformRules } from "../api/platforms";
import type { Connection, Platform } from "../api/types";
import { COMPOSER } from "../strings/composer";
import { PLATFORMS } from "../strings/platforms";
import { Avatar } from "../ui/Avatar";
import { SelectField } from "../ui/Field";
import { Media } from "../ui/Media";
import { Tile } from "../ui/Tile";
import { type Draft, wordsFor } from "./draft";
import styles from "./Preview.module.css";

/**
 * A rough preview of the post on one of its platforms: text, thread, media and first comment. On a phone, it is a section
 * of the form.
 */
export function Preview({
  draft,
  connections,
  platforms,
  wanted,
  onChange,
  isSection,
}: {
  draft: Draft;
  connections: readonly Connection[];
  platforms: Record<Platform, PlatformRules>;
  /** The platform to show, if the post is published there. */
  wanted: Platform | null;
  onChange: (platform: Platform) => void;
  isSection: boolean;
}) {
  const platform = wanted && draft.platforms.includes(wanted) ? wanted : draft.platforms[0];
  const Frame = isSection ? "section" : "aside";
  return (
    <Frame className={styles.preview} aria-label={COMPOSER.preview}>
      <div className={styles.stays}>
        <h2>{COMPOSER.preview}</h2>
        {!platform && <p className="soft">{COMPOSER.previewEmpty}</p>}
        {platform && (
          <>
            <SelectField
              label={COMPOSER.preview}
              isLabelHidden
              choices={draft.platforms.map((value) => ({ value, label: PLATFORMS[value].name }))}
              value={platform}
              onChange={onChange}
            />
            <Mimic draft={draft} platform={platform} rules={platforms[platform]} connections={connections} />
            <p className="small soft">{COMPOSER.previewHint}</p>
          </>
        )}
      </div>
    </Frame>
  );
}

function Mimic({
  draft,
  platform,
  rules,
  connections,
}: {
  draft: Draft;
  platform: Platform;
  rules: PlatformRules;
  connections: readonly Connection[];
}) {
  const words = wordsFor(draft, platform);
  const of = connections.filter((each) => each.platform === platform);
  const account = of.find(({ id }) => draft.connectionIds.includes(id)) ?? of.find(({ isDefault }) => isDefault);
  const name = account?.handle ?? COMPOSER.sandbox;
  const parts = rules.replies === "thread" ? words.parts.filter((part) => part.trim()) : [];
  const comment = parts.length === 0 && rules.replies !== "none" ? draft.firstComment.trim() : "";
  return (
    <article className={styles.mimic} aria-label={COMPOSER.previewOn(PLATFORMS[platform].name)}>
      <header className={styles.head}>
        <Avatar name={name} />
        <bdi className="strong">{name}</bdi>
        <span className="push">
          <Tile platform={platform} />
        </span>
      </header>
      <p className={styles.words} dir="auto">
        {words.content}
      </p>
      {draft.media.length > 0 && (
        <div className={styles.media}>
          {draft.media.map(({ url, alt }) => (
            <Media key={url} url={url} alt={alt} />
          ))}
        </div>
      )}
      {parts.map((part, index) => (
        <Reply key={`part ${index + 2}`} name={COMPOSER.part(index + 2)} text={part} />
      ))}
      {comment && <Reply name={COMPOSER.firstComment} text={comment} />}
    </article>
  );
}

function Reply({ name, text }: { name: string; text: string }) {
  return (
    <div className={styles.reply}>
      <p className="small faint">{name}</p>
      <p className={styles.words} dir="auto">
        {text}
      </p>
    </div>
  );
}
