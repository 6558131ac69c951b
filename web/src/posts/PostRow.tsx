import { Link } from "react-aria-components";
import type { Post } from "../api/types";
import { useMe } from "../session/Session";
import { namesOf } from "../strings/platforms";
import { POSTS } from "../strings/posts";
import { lookOfPost } from "../strings/states";
import { dayOf, minutesOf, timeOf, zoneName } from "../time/format";
import { useZone } from "../time/zone";
import { ButtonLink } from "../ui/Button";
import { classes } from "../ui/classes";
import { Icon } from "../ui/Icon";
import { State } from "../ui/State";
import { Tiles } from "../ui/Tile";
import { Checkbox } from "../ui/Toggle";
import styles from "./PostRow.module.css";

/** One post of a list: its time, text and state and, if it needs a person, the reason and the next step. */
export function PostRow({
  post,
  thumbnail,
  isChosen,
  onChoose,
}: {
  post: Post;
  thumbnail: string | undefined;
  isChosen: boolean;
  onChoose: ((isChosen: boolean) => void) | undefined;
}) {
  const { zone } = useZone();
  const look = lookOfPost(post);
  const when = post.scheduledAt && `${dayOf(post.scheduledAt, zone)}, ${timeOf(post.scheduledAt, zone)}`;
  return (
    <li className={classes(styles.row, isChosen && styles.chosen)}>
      {onChoose ? (
        <Checkbox
          aria-label={when ? POSTS.choose(when) : POSTS.chooseDraft}
          isSelected={isChosen}
          onChange={onChoose}
        />
      ) : (
        <span />
      )}
      <div className={styles.when}>
        {post.scheduledAt ? (
          <>
            <span className="strong">{dayOf(post.scheduledAt, zone)}</span>
            <span className="small soft">
              {timeOf(post.scheduledAt, zone)} <span className="faint">{zoneName(post.scheduledAt, zone)}</span>
            </span>
          </>
        ) : (
          <span className="faint">{POSTS.noTime}</span>
        )}
      </div>
      <div className={styles.body}>
        <Link href={`/posts/${post.id}`} className={styles.text ?? ""}>
          <span dir="auto">{post.content}</span>
        </Link>
        <div className="row small">
          <State face={look.face} minutes={post.scheduledAt ? minutesOf(post.scheduledAt, zone) : undefined}>
            {look.label}
          </State>
          <Tiles platforms={post.platforms} />
          <span className="hidden">{namesOf(post.platforms)}</span>
          {post.campaign && <bdi className="faint">{post.campaign}</bdi>}
        </div>
        {post.failureReason && post.status === "failed" && (
          <p className={classes("small", styles.reason, `is-${look.face}`)} dir="auto">
            {post.failureReason}
          </p>
        )}
        {post.approvalStatus === "rejected" && post.approvalComment && (
          <p className={classes("small", styles.reason, "is-approval")} dir="auto">
            {post.approvalComment}
          </p>
        )}
      </div>
      <div
        className={classes(
          styles.act,
          (post.status === "failed" || post.approvalStatus === "pending") && styles.decide,
        )}
      >
        <NextStep post={post} />
      </div>
      {thumbnail && <img className={styles.picture} src={thumbnail} alt="" loading="lazy" />}
    </li>
  );
}

function NextStep({ post }: { post: Post }) {
  const { scopes } = useMe();
  if (post.approvalStatus === "pending" && scopes.includes("approve")) {
    return (
      <ButtonLink href={`/posts/${post.id}`}>
        <Icon name="approve" />
        {POSTS.readAndDecide}
      </ButtonLink>
    );
  }
  if (post.status === "failed") {
    return (
      <ButtonLink href={`/posts/${post.id}`}>
        <Icon name="next" />
        {POSTS.checkAndDecide}
      </ButtonLink>
    );
  }
  if (scopes.includes("write") && (post.status === "draft" || post.status === "scheduled")) {
    return (
      <ButtonLink href={`/posts/${post.id}/edit`} aria-label={POSTS.edit}>
        <Icon name="pen" />
        {POSTS.edit}
      </ButtonLink>
    );
  }
  return null;
}
