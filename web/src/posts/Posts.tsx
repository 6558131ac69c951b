import { useDeferredValue, useState } from "react";
import { Link, SearchField } from "react-aria-components";
import { useSearchParams } from "wouter";
import { lostFor, sandboxedPlatforms } from "../api/access";
import { useDestinations } from "../api/connections";
import { type BulkAction, PENDING, type PostFilter, REJECTED, usePosts } from "../api/posts";
import { usePauses } from "../api/queue";
import { useThumbnails } from "../api/thumbnails";
import type { Post } from "../api/types";
import { useMe } from "../session/Session";
import { ObstacleBanner } from "../shell/ObstacleBanner";
import { ObstacleLink } from "../shell/ObstacleLink";
import { Top } from "../shell/Top";
import { countText, useAttention } from "../shell/useAttention";
import { useTogether } from "../shell/useObstacles";
import { LOADED } from "../strings/errors";
import { POSTS } from "../strings/posts";
import { SHELL } from "../strings/shell";
import { Button, ButtonLink } from "../ui/Button";
import { Card, Empty, Skeleton } from "../ui/Card";
import { Icon } from "../ui/Icon";
import { Problem } from "../ui/Problem";
import { SearchInput } from "../ui/SearchInput";
import { useNarrow } from "../ui/useNarrow";
import { BulkBar, BulkResults, type Done } from "./Bulk";
import { PostRow } from "./PostRow";
import styles from "./Posts.module.css";
import { ScheduledCounts } from "./ScheduledCounts";
import { useTabStrip } from "./useTabStrip";

const NONE: readonly never[] = [];

export type Tab = keyof typeof POSTS.tabs;

const TABS = Object.keys(POSTS.tabs) as Tab[];
/** On a phone, the lists of posts that need a person come first, because only some tabs are in view. */
const NARROW_TABS: readonly Tab[] = [
  "draft",
  "scheduled",
  "failed",
  "approval",
  "rejected",
  "published",
  "archived",
  "all",
];

/** The filters of each list, and its order: by the times that the rows show. Drafts have no times. */
const FILTERS: Record<Tab, PostFilter> = {
  draft: { status: "draft" },
  scheduled: { status: "scheduled,queued", orderBy: "scheduled" },
  published: { status: "published", orderBy: "latest" },
  failed: { status: "failed", orderBy: "latest" },
  approval: PENDING,
  rejected: { ...REJECTED, orderBy: "scheduled" },
  archived: { status: "archived", orderBy: "latest" },
  all: { orderBy: "latest" },
};

/** The actions on the chosen posts of each list. */
const ACTIONS: Record<Tab, readonly BulkAction[]> = {
  draft: ["duplicate", "delete"],
  scheduled: ["shift", "cancel", "duplicate", "delete"],
  published: ["duplicate", "archive"],
  failed: ["retry", "duplicate", "archive", "delete"],
  approval: ["approve", "delete"],
  rejected: ["duplicate", "delete"],
  archived: ["duplicate"],
  all: ["duplicate"],
};

/** The lists whose empty state leads to a new post. */
const BEGINS: readonly Tab[] = ["draft", "scheduled", "published", "all"];

/** The lists of posts by state, with search and with actions on several posts. */
export default function Posts() {
  const [query, setQuery] = useSearchParams();
  const tab = tabOf(query.get("list"));
  const words = query.get("q") ?? "";
  const search = useDeferredValue(words.trim());
  const posts = usePosts({ ...FILTERS[tab], ...(search ? { q: search } : {}) });
  const isShown = useTogether(posts.isSuccess);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [results, setResults] = useState<{ done: Done; posts: Post[] } | null>(null);
  const scopes = useMe().scopes;
  const attention = useAttention();
  const counts: Partial<Record<Tab, number>> = {
    scheduled: attention.lost,
    failed: attention.failed,
    approval: attention.approval,
    rejected: attention.rejected,
  };
  const isNarrow = useNarrow();
  const strip = useTabStrip(JSON.stringify([tab, counts, attention.held]));
  const destinations = useDestinations();
  const pauses = usePauses().pauses ?? NONE;
  const canWrite = scopes.includes("write");
  const all = posts.data?.pages.flatMap((page) => page.posts) ?? [];
  const thumbnails = useThumbnails(all.flatMap((post) => pictureOf(post) ?? []));
  const actions = ACTIONS[tab].filter((action) => (action === "approve" ? scopes.includes("approve") : canWrite));

  const choose = (id: string, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(id);
    else next.delete(id);
    setChosen(next);
  };

  const find = (q: string) =>
    setQuery(
      (old) => {
        const next = new URLSearchParams(old);
        if (q) next.set("q", q);
        else next.delete("q");
        return next;
      },
      { replace: true },
    );

  return (
    <>
      <Top title={POSTS.title}>
        <ObstacleLink />
        <SearchField className={styles.search ?? ""} aria-label={POSTS.search} value={words} onChange={find}>
          <Icon name="search" />
          <SearchInput isEmpty={words === ""} placeholder={POSTS.search} />
        </SearchField>
        {canWrite && (
          <ButtonLink look="primary" href="/posts/new" className={styles.wide}>
            <Icon name="plus" />
            {SHELL.newPost}
          </ButtonLink>
        )}
      </Top>
      <nav className={styles.tabs} ref={strip} aria-label={POSTS.state}>
        {(isNarrow ? NARROW_TABS : TABS).map((id) => (
          <Link
            key={id}
            href={`/posts?list=${id}`}
            className={styles.tab ?? ""}
            onPress={() => {
              setChosen(new Set());
              setResults(null);
            }}
            {...(id === tab ? { "aria-current": "page" as const } : {})}
          >
            {POSTS.tabs[id]}
            {id === "scheduled" ? (
              <ScheduledCounts lost={attention.lost} held={attention.held} />
            ) : (
              Boolean(counts[id]) && (
                <span className={`${styles.count} ${id === "approval" ? "is-approval" : "is-failed"}`}>
                  {countText(counts[id] ?? 0)}
                </span>
              )
            )}
          </Link>
        ))}
      </nav>
      <ObstacleBanner />
      {results && (
        <BulkResults
          {...results}
          onNext={(done) => setResults({ ...results, done })}
          onClose={() => setResults(null)}
        />
      )}
      {chosen.size > 0 && (
        <BulkBar
          actions={actions}
          chosen={all.filter(({ id }) => chosen.has(id))}
          onAll={chosen.size < all.length ? () => setChosen(new Set(all.map(({ id }) => id))) : null}
          onClear={() => setChosen(new Set())}
          onDone={(done) => {
            setResults({ done, posts: all });
            setChosen(new Set());
          }}
        />
      )}
      {(posts.isPending || (posts.isSuccess && !isShown)) && <Skeleton lines={9} label={SHELL.loading} />}
      {posts.isError && <Problem what={LOADED.posts} error={posts.error} onRetry={() => posts.refetch()} />}
      {posts.isSuccess && isShown && (
        <Card label={POSTS.tabs[tab]}>
          {all.length === 0 ? (
            <Empty title={search ? POSTS.emptySearch(tab, search) : POSTS.empty[tab][0]}>
              {!search && <p>{POSTS.empty[tab][1]}</p>}
              {search && tab !== "all" && (
                <ButtonLink href={`/posts?${new URLSearchParams({ list: "all", q: search })}`}>
                  {POSTS.searchAll}
                </ButtonLink>
              )}
              {search && <Button onPress={() => find("")}>{POSTS.clearSearch}</Button>}
              {canWrite && !search && BEGINS.includes(tab) && (
                <ButtonLink href="/posts/new">{SHELL.newPost}</ButtonLink>
              )}
            </Empty>
          ) : (
            <ul className={styles.posts}>
              {all.map((post) => (
                <PostRow
                  key={post.id}
                  post={post}
                  lost={destinations && lostFor(post, destinations)}
                  sandboxed={sandboxedPlatforms(post, destinations)}
                  pauses={pauses}
                  thumbnail={thumbnails.get(pictureOf(post) ?? "")}
                  isChosen={chosen.has(post.id)}
                  onChoose={actions.length ? (isChosen) => choose(post.id, isChosen) : undefined}
                />
              ))}
            </ul>
          )}
        </Card>
      )}
      {posts.hasNextPage && isShown && (
        <Button className={styles.more} onPress={() => posts.fetchNextPage()} isPending={posts.isFetchingNextPage}>
          {POSTS.more}
        </Button>
      )}
    </>
  );
}

/** Return the id of the first media item of a post, if it is in the media library. */
function pictureOf({ mediaUrls: [first] }: Post): string | null {
  return first?.startsWith("media:") ? first.slice("media:".length) : null;
}

function tabOf(name: string | null): Tab {
  return name && name in POSTS.tabs ? (name as Tab) : "scheduled";
}
