import { useDestinations } from "../api/connections";
import type { Destination } from "../api/destinations";
import type { Connection, Platform, Post } from "../api/types";
import type { MediaItem } from "../composer/draft";
import { useMe } from "../session/Session";
import { LATE } from "../strings/late";
import { namesOf, PLATFORMS } from "../strings/platforms";
import { POST } from "../strings/post";
import { Card } from "../ui/Card";
import { classes } from "../ui/classes";
import { Media } from "../ui/Media";
import { Tile } from "../ui/Tile";
import styles from "./Content.module.css";
import { connectionsOf, type PublishedText, textsOf } from "./texts";

/** Everything that the post publishes on each account: its texts, its media and its first comments, and the notes. */
export function Content({ post, connections }: { post: Post; connections: readonly Connection[] }) {
  // An account that was disconnected is not among the connections of the post.
  const accounts = useDestinations() ?? connections;
  const { publishWithinSeconds: usual } = useMe();
  const texts = textsOf(post);
  const isOne = texts.length === 1;
  const [first] = texts;
  const hasSameMedia = texts.every((text) => mediaKey(text) === (first && mediaKey(first)));
  const shared = hasSameMedia ? (first?.parts[0].media ?? []) : [];
  // The publications name the accounts already.
  const showsAccounts = !isOne || post.publications.length === 0;
  return (
    <Card isPadded labelledBy="content">
      <h2 id="content">{POST.content}</h2>
      {texts.map((text) => (
        <section
          key={text.platforms.join()}
          className={classes(styles.text, !isOne && styles.one)}
          aria-label={isOne ? undefined : POST.textOn(namesOf(text.platforms))}
        >
          {showsAccounts && text.platforms.length > 0 && (
            <ul className={styles.accounts} aria-label={POST.accounts}>
              {text.platforms.map((platform) => (
                <Account key={platform} post={post} platform={platform} connections={accounts} />
              ))}
            </ul>
          )}
          <Parts text={text} isOne={isOne} hasSharedMedia={hasSameMedia} />
        </section>
      ))}
      {shared.length > 0 && (
        <div className={isOne ? undefined : styles.part}>
          {!isOne && <p className="small faint">{POST.mediaOfAll}</p>}
          <Gallery media={shared} />
        </div>
      )}
      <dl className={styles.facts}>
        {post.campaign && <Fact name={POST.campaign}>{post.campaign}</Fact>}
        <Fact name={POST.createdBy}>{post.createdBy}</Fact>
        <Fact name={POST.zone}>{post.timezone.replaceAll("_", " ")}</Fact>
        {post.status !== "published" && post.status !== "archived" && (
          <Fact name={LATE.label}>{LATE.until(post.publishWithinSeconds ?? usual)}</Fact>
        )}
        {post.notes && <Fact name={POST.notes}>{post.notes}</Fact>}
      </dl>
    </Card>
  );
}

const mediaKey = ({ parts: [{ media }] }: PublishedText) => JSON.stringify(media);

/** A platform, and the accounts on it on which the post is published. */
function Account({
  post,
  platform,
  connections,
}: {
  post: Post;
  platform: Platform;
  connections: readonly Destination[];
}) {
  return (
    <li>
      <Tile platform={platform} />
      <span className="strong">{PLATFORMS[platform].name}</span>
      {connectionsOf(post, platform, connections).map(({ id, handle }) => (
        <bdi key={id} className="soft">
          {handle}
        </bdi>
      ))}
    </li>
  );
}

/** A text with the further parts of its thread and its first comment. Each further one names its platforms. */
function Parts({
  text: { platforms, parts, firstComment },
  isOne,
  hasSharedMedia,
}: {
  text: PublishedText;
  isOne: boolean;
  hasSharedMedia: boolean;
}) {
  const names = namesOf(platforms);
  const nameOf = (number: number) =>
    isOne ? POST.partOfAll(number, parts.length) : POST.partOnOfAll(names, number, parts.length);
  return (
    <>
      {parts.map(({ content, media }, index) => (
        <div key={index} className={index > 0 ? styles.part : styles.first}>
          {index > 0 && <p className="small faint">{nameOf(index + 1)}</p>}
          <p className="read" dir="auto">
            {content}
          </p>
          {!(index === 0 && hasSharedMedia) && <Gallery media={media} />}
        </div>
      ))}
      {firstComment && (
        <div className={styles.part}>
          <p className="small faint">{POST.firstCommentOn(names)}</p>
          <p className="read" dir="auto">
            {firstComment}
          </p>
        </div>
      )}
    </>
  );
}

function Gallery({ media }: { media: readonly MediaItem[] }) {
  return (
    <div className={styles.gallery}>
      {media.map(({ url, alt }) => (
        <figure key={url} className={styles.media}>
          <Media url={url} alt={alt} />
          <figcaption className="small faint" aria-hidden="true">
            {alt ? POST.alt(alt) : POST.noAlt}
          </figcaption>
        </figure>
      ))}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt className="faint">{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}
