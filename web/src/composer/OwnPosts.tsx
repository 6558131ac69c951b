import { useFirstPosts } from "../api/posts";
import type { Platform } from "../api/types";
import { momentOf } from "../time/format";
import { useZone } from "../time/zone";
import { shortened } from "../ui/shortened";
import { ChoiceField, type FieldProps } from "./ChoiceField";
import { ownPosts } from "./ownPosts";

const MAX_CHARACTERS = 60;

/**
 * The choice of one of the owner's posts on a platform, for platforms that show nobody the number of a post. The posts are
 * loaded when the field is visible.
 */
export function OwnPosts({ platform, isVisible, ...field }: FieldProps & { platform: Platform; isVisible: boolean }) {
  const { zone } = useZone();
  const posts = useFirstPosts({ status: "published,archived", platform, orderBy: "latest" }, isVisible);
  const found = ownPosts(posts.data?.posts ?? [], platform).map(({ remoteId, publishedAt, content }) => ({
    value: remoteId,
    label: `${momentOf(publishedAt, zone)}: ${shortened(content, MAX_CHARACTERS)}`,
  }));
  return <ChoiceField {...field} found={found} isLoading={posts.isPending} />;
}
