import type { Post } from "../api/types";
import { POST } from "../strings/post";
import { Card } from "../ui/Card";
import { Media } from "../ui/Media";
import styles from "./Content.module.css";

/** The content of the post, with its media and its notes. */
export function Content({ post }: { post: Post }) {
  return (
    <Card isPadded>
      <p className="read" dir="auto">
        {post.content}
      </p>
      {post.mediaUrls.map((url) => (
        <Media key={url} url={url} alt={post.altTexts[url] ?? ""} />
      ))}
      <dl className={styles.facts}>
        {post.campaign && <Fact name={POST.campaign}>{post.campaign}</Fact>}
        <Fact name={POST.createdBy}>{post.createdBy}</Fact>
        <Fact name={POST.zone}>{post.timezone}</Fact>
        {post.notes && <Fact name={POST.notes}>{post.notes}</Fact>}
      </dl>
    </Card>
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
