import { useCallback, useEffect, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import { useLocation, useSearchParams } from "wouter";
import { archivePost, usePostAction } from "../api/actions";
import type { Destination } from "../api/destinations";
import type { PlatformRules } from "../api/platforms";
import type { PostDetails } from "../api/posts";
import { usePauses } from "../api/queue";
import { NewerVersion, type Saved, useSave, useValidation } from "../api/saving";
import { useOwnerSettings } from "../api/settings";
import type { Connection, HistoryEvent, Platform, Post, PostFields } from "../api/types";
import { canArchive } from "../post/changes";
import { toastNeighbours } from "../post/neighbourToasts";
import { useUnscheduled } from "../post/useUnscheduled";
import { useMe } from "../session/Session";
import { COMPOSER } from "../strings/composer";
import { SHELL } from "../strings/shell";
import { isRejected } from "../strings/states";
import { VERSIONS } from "../strings/versions";
import { momentOf, timeOf } from "../time/format";
import { readWallClock } from "../time/wallClock";
import { useZone } from "../time/zone";
import { Button, ButtonLink } from "../ui/Button";
import { ConfirmSheet } from "../ui/ConfirmSheet";
import { aboutPost } from "../ui/messages";
import { Problem, sentenceOf } from "../ui/Problem";
import { State } from "../ui/State";
import { toast } from "../ui/Toasts";
import { Switch } from "../ui/Toggle";
import { useNarrow } from "../ui/useNarrow";
import { Accounts } from "./Accounts";
import { actionsOf, buttonOf, type Intent } from "./actions";
import { CloseButton } from "./CloseButton";
import { ConflictSheet } from "./ConflictSheet";
import { Decision } from "./Decision";
import { Details } from "./Details";
import { type Draft, draftOf, fieldsOf, mediaFor } from "./draft";
import styles from "./Editor.module.css";
import { earlierTime } from "./earlierTime";
import { existingIds, failingSentence, lostConnections, refusedAccounts } from "./failing";
import { KeptPosts } from "./KeptPosts";
import { limitsOf } from "./limits";
import { MediaList } from "./MediaList";
import { compareVersions, isNewlyDecided, mergeDrafts } from "./merge";
import { listToCheck, notSentSentence } from "./notSent";
import { Options } from "./Options";
import { Preview } from "./Preview";
import { PublishNowSheet } from "./PublishNowSheet";
import { waitingSentence } from "./paused";
import { type ComposerPlace, cautionsOf, prevents, problemsOf } from "./problems";
import { planNow } from "./publishNow";
import { coversFailures } from "./replacement";
import { SendBar } from "./SendBar";
import { isSandboxOnly } from "./sandbox";
import { savedMessage } from "./savedMessage";
import { Texts } from "./Texts";
import { ALL, inAccountOrder, type TextTab, tabFor } from "./tabs";
import { type KeptPost, keepUnsaved, keyOfNew } from "./unsaved";
import { useUnsaved } from "./useUnsaved";
import { When } from "./When";

/** The composer of one post, with its preview. */
export function Editor({
  storageKey,
  newId,
  initial,
  saved,
  source,
  history,
  begun,
  isRestored,
  platforms,
  connections,
  destinations,
}: {
  /** The key under which unsaved work is kept on this device. */
  storageKey: string;
  /** The id of a new post on this device, or `null` for a saved post. */
  newId: string | null;
  initial: Draft;
  saved: Post | undefined;
  /** The post that is edited or copied, with the media of its variants, which this page does not change. */
  source: Post | undefined;
  /** The events of the saved post. */
  history: readonly HistoryEvent[];
  /** The version of the saved post with which the person began, and the post itself, if it is known. */
  begun: { version: number | null; base: Post | null };
  isRestored: boolean;
  platforms: Record<Platform, PlatformRules>;
  connections: readonly Connection[];
  /** All places to which the post may go, or cannot go any longer. */
  destinations: readonly Destination[];
}) {
  const { zone } = useZone();
  const [, navigate] = useLocation();
  const [, setQuery] = useSearchParams();
  const { owner, publishWithinSeconds } = useMe();
  const [written, setDraft] = useState(initial);
  const settings = useOwnerSettings();
  const mustBeApproved = newId !== null && settings.data?.settings.requireApproval === true;
  const draft = useMemo(
    () => (mustBeApproved ? { ...written, approvalRequired: true } : written),
    [written, mustBeApproved],
  );
  const [{ version, base }, setBegun] = useState(begun);
  const [isChanged, setChanged] = useState(isRestored);
  const [uploads, setUploads] = useState(0);
  const [covers, setCovers] = useState(0);
  /** The newer version that a person has to compare, and how the post was to be saved. */
  const [conflict, setConflict] = useState<{ intent: Intent; newest: PostDetails } | null>(null);
  const [tried, setTried] = useState<Intent | null>(null);
  const [wantedTab, setWantedTab] = useState<TextTab>(ALL);
  const [previewed, setPreviewed] = useState<Platform | null>(null);
  const isNarrow = useNarrow();
  /** The action that the person has to confirm, until it is confirmed. */
  const [asked, setAsked] = useState<Intent | null>(null);
  const { keptAt, keepNow, forget } = useUnsaved(storageKey, draft, { version, base }, isChanged, newId !== null);
  const [isDiscarding, setDiscarding] = useState(false);
  const pauses = usePauses().pauses ?? [];
  const save = useSave();
  const archive = usePostAction(archivePost);
  /** The failed post that this new post replaces, unless it may be public where it is not known. */
  const failed = newId !== null && source?.status === "failed" && canArchive(source) ? source : null;
  const [wantsArchive, setWantsArchive] = useState<boolean | null>(null);
  // Otherwise, a failure that nobody took care of would leave the list.
  const archivesFailed = wantsArchive ?? (failed !== null && coversFailures(draft, failed, destinations));
  const sayUnscheduled = useUnscheduled();
  /** The last attempt to save: its intent, and whether the browser was offline then. */
  const [sent, setSent] = useState<{ intent: Intent; isOffline: boolean } | null>(null);

  const change = (changes: Partial<Draft>) => {
    setDraft((old) => ({ ...old, ...changes }));
    setChanged(true);
  };
  // A reload continues this post, not another one.
  useEffect(() => {
    if (newId && isChanged)
      setQuery((old) => new URLSearchParams([...[...old].filter(([name]) => name !== "kept"), ["kept", newId]]), {
        replace: true,
      });
  }, [newId, isChanged, setQuery]);
  const continueKept = (kept: KeptPost) => {
    // A post without a time gets the one with which this composer was opened.
    if (!kept.draft.at && initial.at && kept.draft.timezone === initial.timezone)
      keepUnsaved(keyOfNew(owner, kept.id), { ...kept, draft: { ...kept.draft, at: initial.at } });
    // The button that closes the composer leads back to the view before it.
    flushSync(() => navigate(`/posts/new?kept=${kept.id}`, { replace: true }));
    focusText();
  };
  const repliesOf = useCallback((platform: Platform) => platforms[platform].replies, [platforms]);
  const fields = useMemo(() => fieldsOf(draft, repliesOf, source), [draft, repliesOf, source]);
  const actions = useMemo(() => actionsOf(draft, repliesOf, saved), [draft, repliesOf, saved]);
  const clock = readWallClock(draft.at, draft.timezone);
  const earlier = saved ? earlierTime(saved.status, history, draft.timezone, new Date()) : null;
  // With the time, the API looks for similar posts. It would find the saved version of a post, too.
  const time = !saved && "instant" in clock && Date.parse(clock.instant) > Date.now() ? clock.instant : null;
  const existing = existingIds(draft, destinations);
  const validated = JSON.stringify(existing);
  const validation = useValidation(
    useMemo(() => {
      const checked = { ...fields, connectionIds: JSON.parse(validated) };
      return time ? { ...checked, scheduledAt: time } : checked;
    }, [fields, validated, time]),
  );
  const rules = limitsOf(platforms, validation.data);
  const refused = refusedAccounts(draft, saved, destinations);
  // A problem already names the accounts that the API refuses.
  const lost = lostConnections(draft, destinations, clock).filter(
    ({ health }) => health !== "gone" || refused.length === 0,
  );
  const problems = [...refused, ...problemsOf(draft, validation.data, clock, saved, rules)];
  const cautions = cautionsOf(draft, validation.data, rules);
  // An empty field counts as a problem only after an attempt to send the post.
  const shown = problems.filter((each) => !each.isMissing || (tried && prevents(each, tried)));
  const setTab = (chosen: TextTab) => {
    setWantedTab(chosen);
    if (chosen !== ALL) setPreviewed(chosen);
  };
  const tab = wantedTab !== ALL && !draft.platforms.includes(wantedTab) ? ALL : wantedTab;

  /** Say where unsaved work stays when the composer is closed. */
  const sayKept = () => {
    if (!isChanged || !keepNow()) return;
    const href = newId ? `/posts/new?kept=${newId}` : `/posts/${saved?.id}/edit`;
    toast({ face: "draft", text: COMPOSER.keptOnClose, about: storageKey, href, linkText: COMPOSER.continueKept });
  };
  const leave = (post: Post) => {
    forget();
    navigate(`/posts/${post.id}`);
  };
  const archiveFailed = async (postId: string) => {
    try {
      await archive.mutateAsync(postId);
      toast({ face: "archived", text: COMPOSER.failedArchived, ...aboutPost(postId) });
    } catch (error) {
      toast({ face: "failed", text: sentenceOf(error), ...aboutPost(postId) });
    }
  };
  const draftOfPost = (post: Post) => draftOf(post, repliesOf);
  /** Return the draft as it is saved: a time that is not sent is no change of the time. */
  const sentDraft = (intent: Intent, from: Draft, since: Post | null): Draft => {
    if (intent === "draft") return { ...from, at: "" };
    return intent === "now" && since ? { ...from, at: draftOfPost(since).at, timezone: since.timezone } : from;
  };
  const compare = (intent: Intent, from: Draft, since: Post | null, newer: Post) =>
    compareVersions(since && draftOfPost(since), sentDraft(intent, from, since), draftOfPost(newer), connections);
  /** Return the fields that keep the changes of both, unless the person has to look at those of the newer version. */
  const rebase = (intent: Intent, from: Draft, since: Post | null, newer: Post): PostFields | null => {
    const differences = compare(intent, from, since, newer);
    if (differences.some(({ changedBy }) => changedBy !== "mine")) return null;
    const merged = mergeDrafts(sentDraft(intent, from, since), draftOfPost(newer), differences, {});
    const needsDecision = newer.approvalStatus === "rejected" || actionsOf(merged, repliesOf, newer).approval !== null;
    return isNewlyDecided(since, newer) && needsDecision ? null : requestOf(intent, merged, newer);
  };
  const requestOf = (intent: Intent, from: Draft, post = source): PostFields => {
    const { connectionIds, ...others } = fieldsOf(from, repliesOf, post);
    // Accounts that stay the same are not sent if one is gone, because the API refuses to name it.
    const namesGone = existingIds(from, destinations).length < from.connectionIds.length;
    const written = namesGone ? others : { ...others, connectionIds };
    return intent === "now" ? written : { ...written, scheduledAt: (intent === "schedule" && from.at) || null };
  };
  /** Save a draft over the version of the post from which it was written. */
  const send = (intent: Intent, from = draft, start = { version, base, post: source }) => {
    setSent({ intent, isOffline: !navigator.onLine });
    save.mutate(
      {
        postId: saved?.id ?? null,
        version: start.version,
        fields: requestOf(intent, from, start.post),
        isNow: intent === "now",
        rebase: (newer) => rebase(intent, from, start.base, newer),
      },
      {
        onSuccess: ({ post, warnings }: Saved) => {
          // Before a new post is saved, the page shows them.
          if (saved) toastNeighbours(post.id, warnings, draft.timezone);
          if (post.scheduledAt && post.status !== "draft") {
            const time = momentOf(post.scheduledAt, zone);
            toast(savedMessage(post, saved, intent, time));
          }
          if (intent === "draft" && saved?.scheduledAt) sayUnscheduled(post, saved.scheduledAt);
          else if (intent === "draft" && draft.at)
            toast({ face: "draft", text: COMPOSER.draftWithoutTime, about: post.id });
          // Otherwise, it would still ask for a step, and a colleague might publish it a second time.
          if (failed && archivesFailed && intent !== "draft") void archiveFailed(failed.id);
          leave(post);
        },
        onError: (error) => {
          if (error instanceof NewerVersion) setConflict({ intent, newest: error.newest });
        },
      },
    );
  };
  /**
   * Return how a merged post is saved: the time that somebody else gave to a draft stays, and a post that is not to be
   * published now any longer, such as one that needs an approval, is only saved.
   */
  const intentOf = (merged: Draft, { intent, newest }: { intent: Intent; newest: PostDetails }): Intent => {
    if (intent === "draft" && merged.at) return "schedule";
    return intent === "now" && !actionsOf(merged, repliesOf, newest.post).now ? "schedule" : intent;
  };
  const goTo = ({ section, platform, isRefused }: ComposerPlace) => {
    if (section === "text") flushSync(() => setTab(platform ? tabFor(draft, platform, tab) : ALL));
    focusIn(isRefused ? "access" : section);
  };
  const write = (changes: Partial<Draft>, shownTab: TextTab) => {
    flushSync(() => {
      change(changes);
      setTab(shownTab);
    });
    focusText();
  };
  /** Whether the post has changes that it keeps as a draft, which has no time. */
  const savesChanges =
    saved !== undefined &&
    JSON.stringify(requestOf("draft", draft)) !== JSON.stringify(requestOf("draft", draftOfPost(saved)));
  const nowPlan = planNow({ ...draft, campaign: draft.campaign.trim() || null }, destinations, pauses);
  const savedTime = saved?.scheduledAt ? momentOf(saved.scheduledAt, saved.timezone) : null;
  const chosenTime = "instant" in clock ? momentOf(clock.instant, draft.timezone) : null;
  const tryTo = (intent: Intent) => {
    const first = problems.find((each) => prevents(each, intent));
    if (first) {
      flushSync(() => setTried(intent));
      goTo(first);
    } else if (intent === "draft" && savedTime) {
      setAsked(intent);
    } else if (intent === "now" && (savedTime ?? chosenTime ?? nowPlan.failing ?? nowPlan.waiting)) {
      setAsked(intent);
    } else {
      send(intent);
    }
  };
  const sendAsked = (intent: Intent) => {
    setAsked(null);
    send(intent);
  };
  const isKept = isChanged && keptAt !== null;
  const failure =
    sent && save.isError
      ? { ...sent, error: save.error, button: buttonOf(sent.intent, actions), isNew: !saved, isKept }
      : null;
  const list = failure && listToCheck(failure);

  /** The draft as the page shows it. A saved post may have its platforms in another order. */
  const ordered = { ...draft, platforms: inAccountOrder(draft, destinations) };
  const preview = (
    <Preview
      draft={ordered}
      destinations={destinations}
      platforms={rules}
      wanted={previewed}
      mediaFor={(platform) => mediaFor(draft, platform, source)}
      missingMedia={(platform) =>
        problems.find((each) => each.section === "media" && each.platform === platform)?.message
      }
      when={chosenTime}
      onChange={setPreviewed}
      isSection={isNarrow}
    />
  );

  return (
    <div className={styles.compose}>
      <header className={styles.bar}>
        <CloseButton postId={saved?.id} onClose={sayKept} />
        <h1>{saved ? SHELL.editPost : SHELL.newPost}</h1>
        <span className="small faint" role="status">
          {keptAt && COMPOSER.kept(timeOf(keptAt, zone))}
        </span>
        {actions.approval && (
          <span className="push">
            <State face="approval" isBadge>
              {actions.approval}
            </State>
          </span>
        )}
      </header>
      <main className={styles.editor} id="main">
        {isRestored && (
          <div className="row">
            <span className="soft">{COMPOSER.restore}</span>
            <Button isCompact onPress={() => setDiscarding(true)}>
              {COMPOSER.discard}
            </Button>
          </div>
        )}
        {saved && (isRejected(saved) || saved.approvalStatus === "approved") && (
          <Decision post={saved} advice={isRejected(saved) ? VERSIONS.askAgain : VERSIONS.approvalEnds} />
        )}
        {newId && <KeptPosts owner={owner} id={newId} zone={zone} onContinue={continueKept} />}
        <Accounts
          draft={draft}
          connections={connections}
          destinations={destinations}
          platforms={platforms}
          problems={shown}
          clock={clock}
          isSaved={saved !== undefined}
          onChange={change}
        />
        <Texts
          draft={ordered}
          platforms={rules}
          problems={shown}
          cautions={cautions}
          tab={tab}
          onTab={setTab}
          onChange={change}
          onWrite={write}
        />
        <MediaList draft={draft} problems={shown} cautions={cautions} onChange={change} onUploads={setUploads} />
        <When draft={draft} earlier={earlier} clock={clock} problems={shown} cautions={cautions} onChange={change} />
        {isNarrow && preview}
        <Options
          draft={ordered}
          platforms={platforms}
          connections={connections}
          variants={source?.variants ?? {}}
          problems={shown}
          cautions={cautions}
          onChange={change}
          onUpload={(by) => setCovers((count) => count + by)}
        />
        {failed && (
          <section className="stack" aria-labelledby="failed-post">
            <h2 id="failed-post">{COMPOSER.failedPost}</h2>
            <Switch isSelected={archivesFailed} onChange={setWantsArchive}>
              {COMPOSER.archiveFailed}
            </Switch>
          </section>
        )}
        <Details draft={draft} usual={publishWithinSeconds} mustBeApproved={mustBeApproved} onChange={change} />
      </main>
      {!isNarrow && preview}
      <SendBar
        problems={shown}
        // The message about the failed attempt says what to do next.
        next={save.isError ? undefined : problems[0]}
        cautions={cautions}
        failing={failingSentence(lost, destinations)}
        waiting={waitingSentence(draft, pauses)}
        isChecking={validation.isChecking}
        isBusy={save.isPending || uploads + covers > 0}
        clock={clock}
        timezone={draft.timezone}
        actions={actions}
        isSandboxOnly={isSandboxOnly(draft, platforms, connections)}
        onGoTo={goTo}
        onSend={tryTo}
      >
        {save.isError && !(save.error instanceof NewerVersion) && (
          <Problem
            error={save.error}
            sentence={failure && notSentSentence(failure)}
            onlineAgain={sent && COMPOSER.onlineAgain(buttonOf(sent.intent, actions), sent.intent === "now")}
          >
            {list && (
              <ButtonLink isCompact href={list} onPress={sayKept}>
                {COMPOSER.showList}
              </ButtonLink>
            )}
          </Problem>
        )}
      </SendBar>
      {isDiscarding && (
        <ConfirmSheet
          title={saved ? COMPOSER.discardChangesTitle : COMPOSER.discardTitle}
          text={COMPOSER.discardText}
          action={COMPOSER.discardKept}
          look="danger"
          onConfirm={() => {
            forget();
            window.location.reload();
          }}
          onClose={() => setDiscarding(false)}
        />
      )}
      {asked === "now" && (
        <PublishNowSheet
          plan={nowPlan}
          when={savedTime ?? chosenTime}
          isOnApproval={actions.approval !== null}
          onConfirm={() => sendAsked("now")}
          onClose={() => setAsked(null)}
        />
      )}
      {asked === "draft" && savedTime && (
        <ConfirmSheet
          title={COMPOSER.unscheduleTitle}
          text={COMPOSER.unscheduleText(savedTime, savesChanges)}
          action={COMPOSER.unschedule}
          onConfirm={() => sendAsked("draft")}
          onClose={() => setAsked(null)}
        />
      )}
      {conflict && saved && (
        <ConflictSheet
          base={base}
          mine={sentDraft(conflict.intent, draft, base)}
          theirs={draftOfPost(conflict.newest.post)}
          newest={conflict.newest}
          differences={compare(conflict.intent, draft, base, conflict.newest.post)}
          actionFor={(merged) =>
            buttonOf(intentOf(merged, conflict), actionsOf(merged, repliesOf, conflict.newest.post))
          }
          onTakeTheirs={() => {
            const { post } = conflict.newest;
            setDraft(draftOfPost(post));
            setBegun({ version: post.version, base: post });
            setChanged(false);
            forget();
            setConflict(null);
            save.reset();
          }}
          onSave={(merged) => {
            const { post } = conflict.newest;
            setDraft(merged);
            setBegun({ version: post.version, base: post });
            setConflict(null);
            send(intentOf(merged, conflict), merged, { version: post.version, base: post, post });
          }}
          onClose={() => setConflict(null)}
        />
      )}
      <span className="hidden" role="status">
        {save.isPending && SHELL.loading}
      </span>
    </div>
  );
}

/** Move the focus to the text. */
function focusText() {
  document.querySelector<HTMLElement>("#composer-text textarea")?.focus();
}

/** Move the focus to the first field of a section that has a problem, or to its first field or link. */
function focusIn(section: ComposerPlace["section"]) {
  const place = document.getElementById(`composer-${section}`);
  const field =
    place?.querySelector<HTMLElement>("[data-invalid] :is(textarea, input, button)") ??
    place?.querySelector<HTMLElement>("textarea, input, button, a");
  field?.closest("details")?.setAttribute("open", "");
  field?.scrollIntoView({ block: "center" });
  field?.focus();
}
