import type { ReactNode } from "react";
import { useFirstPosts } from "../api/posts";
import type { Platform } from "../api/types";
import { momentOf } from "../time/format";
import { useZone } from "../time/zone";
import { type Choice, SelectField } from "../ui/Field";
import { shortened } from "../ui/shortened";
import { ownPosts } from "./ownPosts";

const MAX_CHARACTERS = 60;

/** The choice of one of the owner's posts on a platform, for platforms that show nobody the number of a post. */
export function OwnPosts({
  platform,
  label,
  hint,
  noChoice,
  value,
  problem,
  onChange,
}: {
  platform: Platform;
  label: string;
  hint: string | undefined;
  noChoice: Choice<string>;
  value: string;
  problem: ReactNode;
  onChange: (value: unknown) => void;
}) {
  const { zone } = useZone();
  const posts = useFirstPosts({ status: "published,archived", platform, orderBy: "latest" });
  const found = ownPosts(posts.data?.posts ?? [], platform).map(({ remoteId, publishedAt, content }) => ({
    value: remoteId,
    label: `${momentOf(publishedAt, zone)}: ${shortened(content, MAX_CHARACTERS)}`,
  }));
  // The number of a post that is not one of these stays visible.
  const all = value && !found.some((choice) => choice.value === value) ? [...found, { value, label: value }] : found;
  return (
    <SelectField
      label={label}
      hint={hint}
      problem={problem}
      choices={[noChoice, ...all]}
      value={value}
      onChange={(chosen) => onChange(chosen || undefined)}
      isDisabled={posts.isPending}
    />
  );
}
