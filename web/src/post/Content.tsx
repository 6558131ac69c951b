import type { Platform, Post } from "../api/types";
import { draftOf, type Words } from "../composer/draft";
import { PLATFORMS } from "../strings/platforms";
import { POST } from "../strings/post";
import { Card } from "../ui/Card";
import { Media } from "../ui/Media";
import styles from "./Content.module.css";

/** Everything that the post publishes: its texts, its media and its first comment. The notes are not published. */
export function Content({ post }: { post: Post }) {
  const { words, own, firstComment } = draftOf(post);
  return (
    <Card isPadded labelledBy="content">
      <h2 id="content">{POST.content}</h2>
      <Texts words={words} />
      {(Object.entries(own) as [Platform, Words][]).map(([platform, text]) => (
        <div key={platform} className={styles.part}>
          <p className="small faint">{POST.ownText(PLATFORMS[platform].name)}</p>
          <Texts words={text} />
        </div>
      ))}
      {firstComment && <Part name={POST.firstComment}>{firstComment}</Part>}
      <div className={styles.gallery}>
        {post.mediaUrls.map((url) => (
          <figure key={url} className={styles.media}>
            <Media url={url} alt={post.altTexts[url] ?? ""} />
            <figcaption className="small faint" aria-hidden="true">
              {post.altTexts[url] ? POST.alt(post.altTexts[url]) : POST.noAlt}
            </figcaption>
          </figure>
        ))}
      </div>
      <dl className={styles.facts}>
        {post.campaign && <Fact name={POST.campaign}>{post.campaign}</Fact>}
        <Fact name={POST.createdBy}>{post.createdBy}</Fact>
        <Fact name={POST.zone}>{post.timezone.replaceAll("_", " ")}</Fact>
        {post.notes && <Fact name={POST.notes}>{post.notes}</Fact>}
      </dl>
    </Card>
  );
}

/** A text and the further parts of its thread. */
function Texts({ words }: { words: Words }) {
  return (
    <>
      <p className="read" dir="auto">
        {words.content}
      </p>
      {words.parts.map((part, index) => (
        <Part key={`part ${index + 2}`} name={POST.partOf(index + 2)}>
          {part}
        </Part>
      ))}
    </>
  );
}

function Part({ name, children }: { name: string; children: string }) {
  return (
    <div className={styles.part}>
      <p className="small faint">{name}</p>
      <p className="read" dir="auto">
        {children}
      </p>
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
