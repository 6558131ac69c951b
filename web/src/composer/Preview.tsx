import type { ReactNode } from "react";
import { connectionsOf } from "../api/access";
import type { Destination } from "../api/destinations";
import type { PlatformRules } from "../api/platforms";
import type { Platform } from "../api/types";
import { ACCESS } from "../strings/access";
import { COMPOSER } from "../strings/composer";
import { PLATFORMS } from "../strings/platforms";
import { Avatar } from "../ui/Avatar";
import { classes } from "../ui/classes";
import { SelectField } from "../ui/Field";
import { Handle } from "../ui/Handle";
import { Icon } from "../ui/Icon";
import { Media } from "../ui/Media";
import { Tile } from "../ui/Tile";
import { lengthOf } from "./counting";
import { commentFor, type Draft, hasComment, isWritten, type MediaItem, mediaOf, textOf, wordsFor } from "./draft";
import styles from "./Preview.module.css";
import { fittingEnd } from "./splitting";

/** The platforms that show the media above the name of the account. */
const MEDIA_ABOVE_NAME: readonly Platform[] = ["pinterest", "youtube"];

/**
 * A rough preview of the post on one of its platforms: text, thread, media and first comment. On a phone, it is a section
 * of the form.
 */
export function Preview({
  draft,
  destinations,
  platforms,
  wanted,
  mediaFor,
  missingMedia,
  when,
  onChange,
  isSection,
}: {
  draft: Draft;
  destinations: readonly Destination[];
  platforms: Record<Platform, PlatformRules>;
  /** The platform to show, if the post is published there. */
  wanted: Platform | null;
  mediaFor: (platform: Platform) => readonly MediaItem[];
  /** Return the server's sentence about the media of a platform, or `undefined`. */
  missingMedia: (platform: Platform) => string | undefined;
  /** The time of the post, or `null`. */
  when: string | null;
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
            <Mimic
              draft={draft}
              platform={platform}
              rules={platforms[platform]}
              destinations={destinations}
              media={mediaFor(platform)}
              missing={missingMedia(platform)}
              when={when}
            />
            <p className="small soft">{COMPOSER.previewHint}</p>
          </>
        )}
      </div>
    </Frame>
  );
}

/**
 * The post in the order of its platform. Where posts form threads, each part stands at the right of its author. Where
 * each post needs media, the media come first. Elsewhere, they follow the text.
 */
function Mimic({
  draft,
  platform,
  rules,
  destinations,
  media,
  missing,
  when,
}: {
  draft: Draft;
  platform: Platform;
  rules: PlatformRules;
  destinations: readonly Destination[];
  media: readonly MediaItem[];
  missing: string | undefined;
  when: string | null;
}) {
  const words = wordsFor(draft, platform);
  const account = connectionsOf(draft, destinations).find((each) => each.platform === platform);
  const name = account ? account.handle || ACCESS.isNone : COMPOSER.sandboxName;
  const parts = rules.replies === "thread" ? words.parts.filter(isWritten) : [];
  const comment = hasComment(draft, platform, rules.replies) ? commentFor(draft, platform) : "";
  const title = draft.options[platform]?.title;

  const head = (
    <header className={styles.head}>
      <Avatar name={name} />
      <div className={styles.author}>
        <Handle className="strong">{name}</Handle>
        <span className="small soft">{[PLATFORMS[platform].name, when].filter(Boolean).join(" · ")}</span>
      </div>
      <span className="push">
        <Tile platform={platform} />
      </span>
    </header>
  );
  const pictures = (media.length > 0 || rules.media.required || missing) && (
    <Pictures
      media={media}
      missing={missing ?? COMPOSER.noMedia(PLATFORMS[platform].name, rules.media.maxImages > 0)}
    />
  );
  const text = (
    <>
      {typeof title === "string" && title.trim() && (
        <p className="strong" dir="auto">
          {title}
        </p>
      )}
      <Words text={words.content} rules={rules} />
    </>
  );
  const isMediaFirst = rules.media.required;
  const isMediaOnTop = MEDIA_ABOVE_NAME.includes(platform);
  return (
    <article
      className={classes(styles.mimic, rules.replies === "thread" && styles.thread, isMediaFirst && styles.wide)}
      aria-label={COMPOSER.previewOn(PLATFORMS[platform].name)}
    >
      {isMediaOnTop && pictures}
      {head}
      {isMediaFirst && !isMediaOnTop && pictures}
      <div className={styles.body}>
        {text}
        {!isMediaFirst && pictures}
      </div>
      {parts.map((part, index) => (
        <Reply key={`part ${index + 2}`} name={COMPOSER.part(index + 2)}>
          <Words text={textOf(part)} rules={rules} />
          {mediaOf(part).length > 0 && <Gallery media={mediaOf(part)} />}
        </Reply>
      ))}
      {comment && (
        <Reply name={COMPOSER.firstComment}>
          <p className={styles.words} dir="auto">
            {comment}
          </p>
        </Reply>
      )}
    </article>
  );
}

/** A text in which the end that does not fit is marked. */
function Words({ text, rules }: { text: string; rules: PlatformRules }) {
  const end = fittingEnd(text, rules.text);
  const rule = rules.text.find((each) => each.limit !== null && lengthOf(text, each) > each.limit);
  return (
    <>
      <p className={styles.words} dir="auto">
        {text.slice(0, end)}
        {end < text.length && <mark className={styles.beyond}>{text.slice(end)}</mark>}
      </p>
      {end < text.length && rule?.limit && (
        <p className={styles.note}>{COMPOSER.beyond(rules.name, rule.limit, rule.unit === "bytes")}</p>
      )}
    </>
  );
}

/** The media of the post, or a sentence at their place that they are missing. */
function Pictures({ media, missing }: { media: readonly MediaItem[]; missing: string }) {
  if (media.length === 0) {
    return (
      <p className={styles.missing}>
        <Icon name="image" />
        <span>{missing}</span>
      </p>
    );
  }
  return <Gallery media={media} />;
}

function Gallery({ media }: { media: readonly MediaItem[] }) {
  return (
    <div className={styles.media}>
      {media.map(({ url, alt }) => (
        <Media key={url} url={url} alt={alt} />
      ))}
    </div>
  );
}

function Reply({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.reply}>
      <p className="small faint">{name}</p>
      {children}
    </div>
  );
}
