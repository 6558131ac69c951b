import { type CalendarDate, today, type ZonedDateTime } from "@internationalized/date";
import { useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { type CalendarAnswer, type Entry, useCalendar } from "../api/calendar";
import { useConnections, useDestinations } from "../api/connections";
import { useLostFor, useLostPosts } from "../api/lost";
import { FAILED, PENDING, QUEUED, useFirstPosts, usePostsById } from "../api/posts";
import { usePauses } from "../api/queue";
import { useThumbnails } from "../api/thumbnails";
import { isCancelledInPart } from "../post/accounts";
import { accountNamesOfEntry } from "../posts/accountNames";
import { useMe } from "../session/Session";
import { ObstacleBanner } from "../shell/ObstacleBanner";
import { ObstacleLink } from "../shell/ObstacleLink";
import { Top } from "../shell/Top";
import { useTogether } from "../shell/useObstacles";
import { CALENDAR } from "../strings/calendar";
import { LOADED } from "../strings/errors";
import { SHELL } from "../strings/shell";
import { dateOf, inZone } from "../time/format";
import { useNow } from "../time/now";
import { dayFrom, daysOf, instantsOf, presentHour, step, type View } from "../time/range";
import { useZone } from "../time/zone";
import { Button, ButtonLink } from "../ui/Button";
import { Card, Empty } from "../ui/Card";
import { Icon } from "../ui/Icon";
import { Problem } from "../ui/Problem";
import { Segments } from "../ui/Segments";
import { useOnline } from "../ui/useOnline";
import { Agenda } from "./Agenda";
import { countLost, needsPerson } from "./attention";
import styles from "./Calendar.module.css";
import { DaySheet } from "./DaySheet";
import { earlierTimes } from "./earlier";
import { excerptOf } from "./excerpt";
import { Filters } from "./Filters";
import { FirstRun } from "./FirstRun";
import { byDay, keepEqualDays } from "./grouping";
import { KeysSheet } from "./KeysSheet";
import { loadedDays, progressOf } from "./loaded";
import { Month } from "./Month";
import { MoveBar } from "./MoveBar";
import {
  AccountsContext,
  type Lifted,
  MoveContext,
  ObstaclesContext,
  PostsContext,
  ThumbnailContext,
  type TimeOfDay,
} from "./MoveContext";
import { MoveSheet } from "./MoveSheet";
import { isMovable } from "./movable";
import { Ruler } from "./Ruler";
import { revealPost, revealWeek } from "./reveal";
import { type ChosenFilter, keepOnly, queryOfState, type StateChoice } from "./stateFilter";
import { titleOf } from "./title";
import { useMoves } from "./useMoves";
import { useShortcuts } from "./useShortcuts";
import { Week } from "./Week";
import { ZonePicker } from "./ZonePicker";

const NO_ANSWERS: CalendarAnswer[] = [];
const FILTERS = ["platform", "connectionId", "campaign", "status", "approvalStatus", "only", "q"] as const;

/** The posts by month, week or day, or as an agenda. The address contains the view, the day and the filters. */
export default function Calendar() {
  const [query, setQuery] = useSearchParams();
  const [, navigate] = useLocation();
  const { zone } = useZone();
  const now = useNow();
  const { scopes } = useMe();
  const canWrite = scopes.includes("write");
  const view = viewOf(query.get("view"));
  const day = dayFrom(query.get("day"), zone);
  const days = useMemo(() => daysOf(view, day), [view, day.toString()]);
  const chosen: ChosenFilter = Object.fromEntries(
    FILTERS.flatMap((name) => (query.get(name) ? [[name, query.get(name)]] : [])),
  );
  const { only, ...filter } = chosen;
  const range = instantsOf(days, zone);
  const calendar = useCalendar(range, filter);
  const lostFor = useLostFor();
  const { posts: lost, isCounted, isSettled } = useLostPosts();
  const { pauses } = usePauses();
  const obstacles = useMemo(() => ({ lostFor, pauses: pauses ?? [] }), [lostFor, pauses]);
  const isShown = useTogether(calendar.data !== undefined);
  const answers = isShown && calendar.data ? calendar.data.pages : NO_ANSWERS;
  const all = useMemo(() => answers.flatMap((page) => page.entries), [answers]);
  const found = useMemo(
    () => (only ? keepOnly(all, only, scopes, now, lostFor) : all),
    [all, only, scopes, now, lostFor],
  );
  // Thousands of posts are drawn in short steps, so that the page still responds to keys and the pointer.
  const entries = useDeferredValue(found);
  const isFiltered = Object.keys(chosen).length > 0;
  // The ruler shows the present hour in every view.
  const hour = presentHour(now, zone);
  const isPresent = !isFiltered && range.from <= hour.from && hour.to <= range.to;
  const present = useCalendar(hour, {}, !isPresent);
  const presentEntries = present.isPlaceholderData ? null : (present.data?.pages[0]?.entries ?? null);
  const latest = useRef(entries);
  latest.current = entries;
  const before = useRef(new Map<string, Entry[]>());
  const grouped = useMemo(() => {
    before.current = keepEqualDays(before.current, byDay(entries, zone));
    return before.current;
  }, [entries, zone]);

  const connections = useConnections();
  const destinations = useDestinations();
  const accountsOf = useCallback((entry: Entry) => accountNamesOfEntry(entry, destinations), [destinations]);
  const failed = useFirstPosts(FAILED);
  const queued = useFirstPosts(
    QUEUED,
    entries.some(({ status }) => status === "queued"),
  );
  const pending = useFirstPosts(
    PENDING,
    only === "attention" ||
      entries.some(
        ({ approvalStatus, scheduledAt }) => approvalStatus === "pending" && Date.parse(scheduledAt) <= now.getTime(),
      ),
  );
  // An entry does not have the platforms on which a person cancelled the post.
  const reduced = usePostsById(
    entries.filter(({ status, publicationStates }) => isCancelledInPart(status, publicationStates)).map(({ id }) => id),
  );
  const posts = useMemo(
    () =>
      new Map(
        [lost, reduced, ...[failed, queued, pending].map(({ data }) => data?.posts ?? [])]
          .flat()
          .map((post) => [post.id, post]),
      ),
    [lost, reduced, failed.data, queued.data, pending.data],
  );
  const thumbnails = useThumbnails(entries.flatMap(({ thumbnailId }) => (thumbnailId ? [thumbnailId] : [])));

  const [open, setOpen] = useState<CalendarDate | null>(null);
  const [lifted, setLifted] = useState<Lifted | null>(null);
  const dragged = useRef<Entry | null>(null);
  const [asking, setAsking] = useState<Entry | null>(null);
  const [areKeysOpen, setKeys] = useState(false);
  const set = useCallback(
    (changes: Record<string, string | null>) => setQuery((old) => withQuery(old, changes)),
    [setQuery],
  );
  const canMove = useCallback(
    (entry: Entry) => canWrite && isMovable(entry, queued.data?.posts),
    [canWrite, queued.data],
  );
  const isInView = (date: string) => days.some((each) => each.toString() === date);
  const { move, putBack } = useMoves(entries, zone, (instant) => {
    const date = dateOf(instant, zone);
    return isInView(date) ? null : `/?${withQuery(query, { day: date })}`;
  });
  const drop = useCallback(
    (entry: Entry, target: ZonedDateTime) => {
      setLifted(null);
      setAsking(null);
      move(entry, target);
    },
    [move],
  );
  const moving = useMemo(
    () => ({
      canMove,
      lift: (entry: Entry) => {
        setOpen(null);
        setLifted({ entry, target: inZone(entry.scheduledAt, zone) });
      },
      ask: (entry: Entry) => {
        setOpen(null);
        setAsking(entry);
      },
      drag: (entry: Entry) => {
        dragged.current = entry;
      },
      aim: (date: CalendarDate, time?: TimeOfDay) => dragged.current && landingOf(dragged.current, zone, date, time),
      drop: (id: string, date: CalendarDate, time?: TimeOfDay) => {
        const entry = latest.current.find((each) => each.id === id);
        if (entry && canMove(entry)) drop(entry, landingOf(entry, zone, date, time));
      },
    }),
    [canMove, zone, drop],
  );
  const compose = useCallback(
    (date: CalendarDate, hour = 9) => navigate(`/posts/new?at=${date}T${String(hour).padStart(2, "0")}:00`),
    [navigate],
  );
  const onCompose = canWrite ? compose : null;

  useShortcuts(
    {
      n: () => canWrite && navigate("/posts/new"),
      t: () => set({ day: null }),
      m: () => set({ view: null }),
      w: () => set({ view: "week" }),
      d: () => set({ view: "day" }),
      a: () => set({ view: "agenda" }),
      j: () => set({ day: step(view, day, 1).toString() }),
      k: () => set({ day: step(view, day, -1).toString() }),
      "?": () => setKeys(true),
      "/": () => document.getElementById("calendar-search")?.focus(),
    },
    lifted === null,
  );

  // While the posts of other days load, the view shows those of the days before, as far as they fit.
  const filterKey = JSON.stringify(filter);
  // Which posts will fail is known only with the access to the accounts.
  const canChoose = isCounted || only !== "lost";
  const loaded = useMemo(
    () => loadedDays(days, canChoose ? answers : NO_ANSWERS, JSON.parse(filterKey), zone),
    [days, canChoose, answers, filterKey, zone],
  );
  // A day counts as loaded in the views together with the drawing of its posts.
  const drawn = useDeferredValue(loaded);
  const isLoading = calendar.isPending || calendar.isPlaceholderData || calendar.hasNextPage || !canChoose || !isShown;
  // A request that is under way can still succeed, but offline, none begins: neither for the posts nor for the accounts.
  const isOffline = !useOnline() && calendar.fetchStatus !== "fetching";
  const isStopped = isOffline || calendar.isError || (isSettled && !canChoose);
  const progress = progressOf(days, loaded, drawn, isLoading, isStopped);
  const isWaiting = progress === "loading";
  // A number, or that there is no post, is said only of a complete answer.
  const isKnown = calendar.isSuccess && !isLoading;
  const inView = only ? all : entries;
  const lostCount = useMemo(() => countLost(inView, lostFor), [inView, lostFor]);
  const needCount = useMemo(
    () => inView.filter((entry) => needsPerson(entry, scopes, now, lostFor(entry))).length,
    [inView, scopes, now, lostFor],
  );
  // A person who works through these posts must not miss those before the view.
  const earlier =
    only === "attention"
      ? earlierTimes(
          [failed, pending].flatMap(({ data }) => data?.posts ?? []),
          range.from,
          scopes,
          now,
        )
      : [];
  // Each number leads to the posts that it counts, so it is said only where the API returns the posts of all states.
  const counts: [StateChoice, string][] = [];
  if (isKnown && !chosen.status && !chosen.approvalStatus) {
    if (needCount && only !== "attention")
      counts.push(["attention", only ? CALENDAR.others("attention", needCount) : CALENDAR.needYou(needCount)]);
    // The posts that will fail are some of those that need attention, so among these they are not other posts.
    if (lostCount && only !== "lost" && only !== "attention")
      counts.push(["lost", only ? CALENDAR.others("lost", lostCount) : CALENDAR.willFail(lostCount)]);
  }
  const [first] = entries;
  const isEmpty = isKnown && found.length === 0;
  const isEmptyFiltered = isEmpty && isFiltered;
  const { q: words, ...others } = chosen;
  const isSearchOnly = Object.keys(others).length === 0;
  const clear = () => set(Object.fromEntries(Object.keys(others).map((name) => [name, null])));
  const clearSearch = () => set({ q: null });
  const isFirstRun = isEmpty && !isFiltered && canWrite && connections.data?.connections.length === 0;
  const views = (Object.keys(CALENDAR.views) as View[]).map((id) => {
    const next = withQuery(query, { view: id === "month" ? null : id });
    return { id, label: CALENDAR.views[id], href: `/?${next}` };
  });
  const shared = { days, grouped, zone, loaded: drawn, isLoading: isWaiting, onCompose };
  const title = titleOf(view, days, day);
  const noMatch = words ? CALENDAR.emptySearch(view, title, words, !isSearchOnly) : CALENDAR.emptyFiltered(view, title);
  const leave = (
    <div className="row">
      {words && <Button onPress={clearSearch}>{CALENDAR.clearSearch}</Button>}
      {!isSearchOnly && <Button onPress={clear}>{CALENDAR.clear}</Button>}
      {words && (
        <ButtonLink href={`/posts?${new URLSearchParams({ list: "all", q: words })}`}>{CALENDAR.searchAll}</ButtonLink>
      )}
    </div>
  );

  return (
    <ThumbnailContext value={thumbnails}>
      <ObstaclesContext value={obstacles}>
        <PostsContext value={posts}>
          <AccountsContext value={accountsOf}>
            <MoveContext value={moving}>
              <Top title={title}>
                <div className={styles.steps}>
                  <Button
                    isIcon
                    look="plain"
                    aria-label={CALENDAR.earlier}
                    onPress={() => set({ day: step(view, day, -1).toString() })}
                  >
                    <Icon name="prev" />
                  </Button>
                  <Button
                    isCompact
                    onPress={() => {
                      set({ day: null });
                      const cell = document.querySelector<HTMLElement>(`[role=gridcell][data-day="${today(zone)}"]`);
                      if (cell) revealWeek(cell);
                    }}
                  >
                    {CALENDAR.today}
                  </Button>
                  <Button
                    isIcon
                    look="plain"
                    aria-label={CALENDAR.later}
                    onPress={() => set({ day: step(view, day, 1).toString() })}
                  >
                    <Icon name="next" />
                  </Button>
                </div>
                <ObstacleLink />
                <span className={styles.break} />
                <Segments label={CALENDAR.view} segments={views} current={view} />
                <ZonePicker />
                {canWrite && (
                  <ButtonLink look={isFirstRun ? undefined : "primary"} href="/posts/new" className={styles.wide}>
                    <Icon name="plus" />
                    {SHELL.newPost}
                  </ButtonLink>
                )}
              </Top>
              <Ruler
                entries={isPresent ? (drawn.has(today(zone).toString()) ? entries : null) : presentEntries}
                isLoading={isPresent ? isWaiting : present.fetchStatus === "fetching"}
                now={now}
                zone={zone}
              />
              <Filters
                filter={chosen}
                isEmpty={isEmptyFiltered}
                onChange={set}
                onClear={clear}
                onClearSearch={clearSearch}
              >
                {isWaiting && <Loading />}
                {earlier[0] && (
                  <span className="small">
                    <Button isCompact look="plain" onPress={() => set({ day: dateOf(earlier[0] as string, zone) })}>
                      {CALENDAR.earlierNeed(earlier.length)}
                    </Button>
                  </span>
                )}
                {isKnown && drawn.size > 0 && (
                  <span className={`small faint ${styles.counts}`}>
                    <span role="status">{CALENDAR.inView(entries.length)}</span>
                    {counts.map(([choice, text]) => (
                      <Button key={choice} isCompact look="plain" onPress={() => set(queryOfState(choice))}>
                        {text}
                      </Button>
                    ))}
                    {isFiltered && first && (
                      <Button isCompact look="plain" onPress={() => revealPost(first, zone)}>
                        {CALENDAR.showFirst(entries.length)}
                      </Button>
                    )}
                  </span>
                )}
              </Filters>
              <ObstacleBanner />
              {calendar.isError && (
                <Problem what={LOADED.posts} error={calendar.error} onRetry={() => calendar.refetch()} />
              )}
              <div role="status">
                {progress === "missing" && (
                  <p className={styles.missing}>
                    <Icon name="off" />
                    {view !== "agenda"
                      ? CALENDAR.notLoaded
                      : entries.length > 0
                        ? CALENDAR.notAllLoaded
                        : CALENDAR.noneLoaded}
                  </p>
                )}
              </div>
              {isFirstRun && <FirstRun />}
              {isEmptyFiltered && view !== "agenda" && (
                <Card isPadded label={noMatch} className={styles.first}>
                  <div className="row">
                    <p>{noMatch}</p>
                    {leave}
                  </div>
                </Card>
              )}
              {view === "month" && (
                <Month {...shared} day={day} isFiltered={isFiltered} lifted={lifted} onOpen={setOpen} />
              )}
              {(view === "week" || view === "day") && (
                <Week
                  {...shared}
                  day={day}
                  now={now}
                  lifted={lifted}
                  onDay={(date) => set({ day: date.toString() })}
                  onOpen={setOpen}
                />
              )}
              {view === "agenda" && (
                <Agenda {...shared} empty={isFiltered ? <Empty title={noMatch}>{leave}</Empty> : null} />
              )}
              {open && (
                <DaySheet
                  day={open}
                  entries={grouped.get(open.toString()) ?? []}
                  zone={zone}
                  onCompose={onCompose}
                  onClose={() => setOpen(null)}
                />
              )}
              {lifted && (
                <MoveBar
                  entry={lifted.entry}
                  target={lifted.target}
                  zone={zone}
                  onAim={(target) => setLifted({ entry: lifted.entry, target })}
                  onDrop={() => drop(lifted.entry, lifted.target)}
                  onCancel={() => {
                    setLifted(null);
                    const date = dateOf(lifted.entry.scheduledAt, zone);
                    if (!isInView(date)) set({ day: date });
                    putBack(lifted.entry);
                  }}
                  onShow={(date) => {
                    if (!isInView(date.toString())) set({ day: date.toString() });
                  }}
                />
              )}
              {areKeysOpen && <KeysSheet onClose={() => setKeys(false)} />}
              {asking && (
                <MoveSheet
                  post={asking}
                  scheduledAt={asking.scheduledAt}
                  text={excerptOf(asking.text)}
                  zone={zone}
                  onMove={(target) => drop(asking, target)}
                  onClose={() => setAsking(null)}
                />
              )}
            </MoveContext>
          </AccountsContext>
        </PostsContext>
      </ObstaclesContext>
    </ThumbnailContext>
  );
}

/** Says that the posts are being loaded, if that takes noticeably long. */
function Loading() {
  return (
    <span className={`small faint ${styles.loading}`} role="status">
      {CALENDAR.loading}
    </span>
  );
}

function viewOf(name: string | null): View {
  if (name && name in CALENDAR.views) return name as View;
  return "month";
}

/** Return when a post would be published on another day, at its own time if no other is given. */
function landingOf(
  { scheduledAt }: Entry,
  zone: string,
  { year, month, day }: CalendarDate,
  time?: TimeOfDay,
): ZonedDateTime {
  return inZone(scheduledAt, zone).set({ year, month, day, ...time });
}

/** Return the query of the address with some values changed, or removed if they are `null`. */
function withQuery(query: URLSearchParams, changes: Record<string, string | null>): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next;
}
