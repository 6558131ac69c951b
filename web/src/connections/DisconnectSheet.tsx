import { usePosts } from "../api/posts";
import type { Connection } from "../api/types";
import { CONNECTIONS } from "../strings/connections";
import { PLATFORMS } from "../strings/platforms";
import { ConfirmSheet } from "../ui/ConfirmSheet";

/** The dialog that disconnects an account. It says how many scheduled posts go to the account. */
export function DisconnectSheet({
  connection,
  onConfirm,
  onClose,
}: {
  connection: Connection;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const { id, platform, handle } = connection;
  const found = usePosts({ status: "scheduled", connectionId: id });
  const first = found.data?.pages[0];
  return (
    <ConfirmSheet
      title={CONNECTIONS.disconnectTitle(PLATFORMS[platform].name, handle)}
      text={first ? textOf(first.posts.length, found.hasNextPage) : CONNECTIONS.disconnectText}
      action={CONNECTIONS.disconnect}
      look="danger"
      onConfirm={onConfirm}
      onClose={onClose}
    />
  );
}

function textOf(count: number, areMore: boolean): string {
  if (count === 0) return CONNECTIONS.disconnectUnused;
  return CONNECTIONS.disconnectPosts(areMore ? CONNECTIONS.atLeast(count) : String(count), count === 1);
}
