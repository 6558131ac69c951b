import { usePosts } from "../api/posts";
import type { Connection, Post } from "../api/types";
import { CONNECTIONS } from "../strings/connections";
import { PLATFORMS, refusingPlatforms } from "../strings/platforms";
import { dateOf } from "../time/format";
import { useZone } from "../time/zone";
import { ButtonLink } from "../ui/Button";
import { ConfirmSheet } from "../ui/ConfirmSheet";
import { Icon } from "../ui/Icon";
import { leavingOf, leavingSentences, numberOf } from "./leaving";

/** The dialog that disconnects an account. It says what becomes of the planned posts of the account. */
export function DisconnectSheet({
  connection,
  connections,
  onConfirm,
  onClose,
}: {
  connection: Connection;
  connections: readonly Connection[];
  onConfirm: () => void;
  onClose: () => void;
}) {
  const { zone } = useZone();
  const { id, platform, handle } = connection;
  const found = usePosts({ status: "scheduled,queued", connectionId: id, orderBy: "scheduled" });
  const listed = found.data?.pages[0]?.posts ?? null;
  const leaving = listed && leavingOf(connection, listed, connections, refusingPlatforms());
  const posts = leaving?.posts ?? [];
  const [text = CONNECTIONS.disconnectText, ...more] = leaving
    ? leavingSentences(leaving, { platform: PLATFORMS[platform].name, handle }, found.hasNextPage)
    : [];
  const [first] = posts;
  const isOne = posts.length === 1 && !found.hasNextPage;
  return (
    <ConfirmSheet
      title={CONNECTIONS.disconnectTitle(PLATFORMS[platform].name, handle)}
      text={text}
      action={CONNECTIONS.disconnect}
      look="danger"
      onConfirm={onConfirm}
      onClose={onClose}
    >
      {more.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {first && (
        <div>
          <ButtonLink href={postsOf(id, first, zone)}>
            <Icon name="calendar" />
            {CONNECTIONS.showPosts(numberOf(posts.length, found.hasNextPage), isOne)}
          </ButtonLink>
        </div>
      )}
    </ConfirmSheet>
  );
}

/** Return the address of the planned posts of an account, from the day of the first one. */
export function postsOf(connectionId: string, first: Pick<Post, "scheduledAt">, zone: string): string {
  const query = new URLSearchParams({ view: "agenda", connectionId });
  if (first.scheduledAt) query.set("day", dateOf(first.scheduledAt, zone));
  return `/?${query}`;
}
