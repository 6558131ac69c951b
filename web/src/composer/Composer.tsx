import { useMemo, useState } from "react";
import { useSearchParams } from "wouter";
import { useConnections, useDestinations } from "../api/connections";
import { usePlatforms } from "../api/platforms";
import { usePost } from "../api/posts";
import type { Platform, Post } from "../api/types";
import { useMe } from "../session/Session";
import { COMPOSER } from "../strings/composer";
import { LOADED } from "../strings/errors";
import { PLATFORMS } from "../strings/platforms";
import { SHELL } from "../strings/shell";
import { useZone } from "../time/zone";
import { Empty, Skeleton } from "../ui/Card";
import { Problem } from "../ui/Problem";
import { type Draft, draftOf, emptyDraft, forFailed, type RepliesOf } from "./draft";
import { Editor } from "./Editor";
import { Frame } from "./Frame";
import { presetTime } from "./quickTimes";
import { type Kept, keyOfChanges, keyOfNew, unsavedWork } from "./unsaved";

/**
 * The page that writes a new post, or edits the post `postId`. `?copy=` begins with a copy, for the accounts on which
 * the post failed if `&accounts=failed` follows; `?at=` begins with a time; `?kept=` continues a post that is kept on
 * this device.
 */
export default function Composer({ postId }: { postId?: string | undefined }) {
  const [query] = useSearchParams();
  const copyOf = query.get("copy");
  const source = postId ?? copyOf;
  const { zone } = useZone();
  const me = useMe();
  const platforms = usePlatforms();
  const connections = useConnections();
  const destinations = useDestinations();
  const post = usePost(source ?? "", source !== null && source !== undefined);
  const [newId] = useState(() => crypto.randomUUID());
  const id = query.get("kept") ?? newId;
  const key = postId ? keyOfChanges(me.owner, postId) : keyOfNew(me.owner, id);
  // What this composer itself keeps later is not restored.
  const kept = useMemo(() => unsavedWork(key), [key]);

  const failed = [
    { query: platforms, what: LOADED.platforms },
    { query: connections, what: LOADED.connections },
    ...(source ? [{ query: post, what: LOADED.post }] : []),
  ].find(({ query: { isError } }) => isError);
  const canWrite = me.scopes.includes("write");
  if (!canWrite || failed || !platforms.data || !connections.data || !destinations || (source && !post.data)) {
    return (
      <Frame postId={postId}>
        {!canWrite ? (
          <Empty title={COMPOSER.cannotWrite}>
            <p>{COMPOSER.askWriter}</p>
          </Empty>
        ) : failed ? (
          <Problem what={failed.what} error={failed.query.error} onRetry={() => failed.query.refetch()} />
        ) : (
          <Skeleton lines={9} label={SHELL.loading} />
        )}
      </Frame>
    );
  }

  const rules = platforms.data;
  const repliesOf = (platform: Platform) => rules[platform].replies;
  const saved = postId ? post.data?.post : undefined;
  const first = query.get("first");
  const initial: Draft =
    kept?.draft ??
    (post.data
      ? postId
        ? draftOf(post.data.post, repliesOf)
        : copyOfPost(post.data.post, repliesOf, query.get("accounts") === "failed")
      : {
          ...emptyDraft(zone),
          at: presetTime(query.get("at") ?? "", new Date(), zone),
          platforms: platformsOf(first),
        });
  return (
    <Editor
      key={key}
      storageKey={key}
      newId={postId ? null : id}
      initial={initial}
      saved={saved}
      source={post.data?.post}
      history={(saved && post.data?.history) ?? []}
      begun={begunFrom(kept, saved)}
      isRestored={kept !== null}
      platforms={rules}
      connections={connections.data.connections}
      destinations={destinations}
    />
  );
}

/** A copy has no time, because the time of the original has often passed. */
function copyOfPost(post: Post, repliesOf: RepliesOf, isForFailed: boolean): Draft {
  const draft = draftOf(post, repliesOf);
  return { ...(isForFailed ? forFailed(draft, post) : draft), at: "" };
}

/** Return the version of the post with which the person began, if it is known. */
function begunFrom(kept: Kept | null, saved: Post | undefined): { version: number | null; base: Post | null } {
  const version = kept?.version ?? saved?.version ?? null;
  return { version, base: kept?.base ?? (saved?.version === version ? saved : null) };
}

function platformsOf(name: string | null): Platform[] {
  return name && name in PLATFORMS ? [name as Platform] : [];
}
