import { connectionsOf } from "../api/access";
import type { Connection, Platform } from "../api/types";
import { LATE } from "../strings/late";
import { PLATFORMS } from "../strings/platforms";
import { VERSIONS } from "../strings/versions";
import { momentOf } from "../time/format";
import { readWallClock } from "../time/wallClock";
import { type Draft, type FurtherPart, isWritten, type MediaItem, mediaOf, textOf, type Words } from "./draft";
import { optionText, valueText } from "./optionText";

/** One field of a draft, as people see it: how to read it, to take it from another draft, and to show it. */
export interface DraftField {
  key: string;
  name: string;
  /** The fields of the API that hold it. */
  stored: readonly string[];
  /** The key of the field without which it does not exist: the account of its platform, or the media of its text. */
  owner?: string;
  /** Return whether a draft can have the field: its platform or its media item is chosen. */
  exists: (draft: Draft) => boolean;
  /** Return the value, or `undefined` if there is none. Equal values have the same JSON. */
  read: (draft: Draft) => unknown;
  /** Return the draft with the value of another one. */
  take: (draft: Draft, from: Draft) => Draft;
  /** Return a value in words. */
  show: (value: unknown) => string;
  /** The value is a list of the addresses of media. */
  isMedia?: boolean;
}

/** Return the key of the field that holds the accounts on a platform. */
const accountsKey = (platform: Platform) => `accounts ${platform}`;
const MEDIA = "media";

/** Return all fields that one of the drafts has. `connections` are those of the owner. */
export function draftFields(drafts: readonly Draft[], connections: readonly Connection[]): DraftField[] {
  const platforms = unique(drafts.flatMap((draft) => draft.platforms));
  const urls = unique(drafts.flatMap(({ media }) => media.map(({ url }) => url)));
  const gone = unique(drafts.flatMap(({ connectionIds }) => connectionIds)).filter(
    (id) => !connections.some((each) => each.id === id),
  );
  return [
    ...wordsFields(drafts),
    ...platforms.flatMap((platform) => ownFields(drafts, platform)),
    text("firstComment", VERSIONS.firstComment, ["platformOptions"]),
    ...platforms.map(commentField),
    mediaField(),
    ...urls.map(altField),
    ...platforms.map((platform) => accountsField(platform, connections)),
    ...gone.map(goneField),
    ...platforms.flatMap((platform) => optionFields(drafts, platform)),
    timeField(),
    { ...text("campaign", VERSIONS.campaign, ["campaign"]), read: ({ campaign }) => campaign.trim() },
    { ...text("notes", VERSIONS.notes, ["notes"]), read: ({ notes }) => notes.trim() },
    {
      key: "publishWithinSeconds",
      name: LATE.label,
      stored: ["publishWithinSeconds"],
      exists: () => true,
      read: (draft) => draft.publishWithinSeconds ?? undefined,
      take: (draft, { publishWithinSeconds }) => ({ ...draft, publishWithinSeconds }),
      show: (value) => (typeof value === "number" ? LATE.until(value) : VERSIONS.usual),
    },
    {
      ...text("approvalRequired", VERSIONS.approval, ["approvalRequired"]),
      show: (value) => (value ? VERSIONS.needed : VERSIONS.notNeeded),
    },
  ];
}

/** A field with its value under its own name in the draft. */
function text(
  key: "firstComment" | "campaign" | "notes" | "approvalRequired",
  name: string,
  stored: readonly string[],
): DraftField {
  return {
    key,
    name,
    stored,
    exists: () => true,
    read: (draft) => draft[key],
    take: (draft, from) => ({ ...draft, [key]: from[key] }),
    show: plain,
  };
}

/** The text of all platforms and the further parts of its thread. */
function wordsFields(drafts: readonly Draft[]): DraftField[] {
  return textFields(
    drafts.map(({ words }) => words),
    {
      key: "words",
      name: VERSIONS.text,
      partName: VERSIONS.part,
      threadName: VERSIONS.thread,
      stored: ["content"],
      exists: () => true,
      get: ({ words }) => words,
      set: (draft, words) => ({ ...draft, words }),
    },
  );
}

/** The text of one platform and its further parts. If a draft has no such text, it is one field. */
function ownFields(drafts: readonly Draft[], platform: Platform): DraftField[] {
  const { name } = PLATFORMS[platform];
  const exists = (draft: Draft) => draft.platforms.includes(platform);
  const having = drafts.filter(exists);
  const key = `own ${platform}`;
  const owner = accountsKey(platform);
  const owned = { exists, owner, stored: ["variants", "platformOptions"] };
  const set = (draft: Draft, words: Words | undefined): Draft => ({
    ...draft,
    own: withValue(draft.own, platform, words),
  });
  const written = having.flatMap(({ own }) => own[platform] ?? []);
  if (written.length === 0) return [];
  if (written.length < having.length) {
    return [
      {
        ...owned,
        key,
        name: VERSIONS.textFor(name),
        read: ({ own }) => own[platform] && { ...own[platform], parts: own[platform].parts.filter(isWritten) },
        take: (draft, from) => set(draft, from.own[platform]),
        show: (value) =>
          value
            ? [(value as Words).content, ...(value as Words).parts.map(partText)].join("\n\n")
            : VERSIONS.commonText,
      },
    ];
  }
  return textFields(written, {
    ...owned,
    key,
    name: VERSIONS.textFor(name),
    partName: (number) => VERSIONS.partOn(name, number),
    threadName: VERSIONS.threadOn(name),
    get: ({ own }) => own[platform],
    set,
  });
}

/** A text and its further parts: one field each, or all parts together if their numbers differ. */
function textFields(
  versions: readonly Words[],
  {
    key,
    name,
    partName,
    threadName,
    stored,
    get,
    set,
    ...rest
  }: Pick<DraftField, "key" | "name" | "stored" | "owner" | "exists"> & {
    partName: (number: number) => string;
    threadName: string;
    get: (draft: Draft) => Words | undefined;
    set: (draft: Draft, words: Words) => Draft;
  },
): DraftField[] {
  const partsOf = (draft: Draft) => get(draft)?.parts.filter(isWritten);
  const change = (draft: Draft, changes: Partial<Words>) =>
    set(draft, { ...(get(draft) ?? { content: "", parts: [] }), ...changes });
  const first: DraftField = {
    ...rest,
    key,
    name,
    stored,
    read: (draft) => get(draft)?.content,
    take: (draft, from) => change(draft, { content: get(from)?.content ?? "" }),
    show: plain,
  };
  const further = { ...rest, stored: ["platformOptions"] };
  const [count = 0, ...otherCounts] = unique(versions.map(({ parts }) => parts.filter(isWritten).length));
  if (otherCounts.length > 0) {
    const thread: DraftField = {
      ...further,
      key: `${key} parts`,
      name: threadName,
      read: partsOf,
      take: (draft, from) => change(draft, { parts: partsOf(from) ?? [] }),
      show: (value) => ((value ?? []) as FurtherPart[]).map(partText).join("\n\n"),
    };
    return [first, thread];
  }
  const each = Array.from(
    { length: count },
    (_, index): DraftField => ({
      ...further,
      key: `${key} part ${index + 2}`,
      name: partName(index + 2),
      read: (draft) => partsOf(draft)?.[index],
      take: (draft, from) =>
        change(draft, { parts: (partsOf(draft) ?? []).toSpliced(index, 1, partsOf(from)?.[index] ?? "") }),
      show: (value) => (value === undefined ? "" : partText(value as FurtherPart)),
    }),
  );
  return [first, ...each];
}

/** The first comment of a platform that differs from that of the others. */
function commentField(platform: Platform): DraftField {
  return {
    key: `comment ${platform}`,
    name: VERSIONS.firstCommentOn(PLATFORMS[platform].name),
    stored: ["platformOptions"],
    owner: accountsKey(platform),
    exists: (draft) => draft.platforms.includes(platform),
    read: ({ ownComments }) => ownComments[platform],
    take: (draft, from) => ({
      ...draft,
      ownComments: withValue(draft.ownComments, platform, from.ownComments[platform]),
    }),
    show: (value) => (value === undefined ? VERSIONS.commonComment : String(value)),
  };
}

function mediaField(): DraftField {
  return {
    key: MEDIA,
    name: VERSIONS.media,
    stored: ["mediaUrls"],
    exists: () => true,
    read: ({ media }) => media.map(({ url }) => url),
    take: (draft, from) => ({
      ...draft,
      media: from.media.map((item) => draft.media.find(({ url }) => url === item.url) ?? item),
    }),
    show: (value) => VERSIONS.items((value as string[]).length),
    isMedia: true,
  };
}

function altField(url: string): DraftField {
  const isIt = (item: MediaItem) => item.url === url;
  return {
    key: `alt ${url}`,
    name: VERSIONS.alt(url.split("/").at(-1) ?? url),
    stored: ["altTexts"],
    owner: MEDIA,
    exists: ({ media }) => media.some(isIt),
    read: ({ media }) => media.find(isIt)?.alt.trim() ?? "",
    take: (draft, from) => ({
      ...draft,
      media: draft.media.map((item) => (isIt(item) ? (from.media.find(isIt) ?? item) : item)),
    }),
    show: plain,
  };
}

/**
 * The accounts of a platform. A platform without a chosen connection has its default connection, which an approval adds
 * to the post: this is no change.
 */
function accountsField(platform: Platform, connections: readonly Connection[]): DraftField {
  const on = connections.filter((each) => each.platform === platform);
  const isOn = (id: string) => on.some((each) => each.id === id);
  return {
    key: accountsKey(platform),
    name: VERSIONS.accountsOn(PLATFORMS[platform].name),
    stored: ["platforms", "connectionIds"],
    exists: () => true,
    read: (draft) =>
      draft.platforms.includes(platform)
        ? connectionsOf(draft, connections)
            .map(({ id }) => id)
            .filter(isOn)
            .sort()
        : null,
    take: (draft, from) => {
      const connectionIds = [...draft.connectionIds.filter((id) => !isOn(id)), ...from.connectionIds.filter(isOn)];
      if (!from.platforms.includes(platform)) {
        return { ...draft, connectionIds, platforms: draft.platforms.filter((each) => each !== platform) };
      }
      if (draft.platforms.includes(platform)) return { ...draft, connectionIds };
      // The texts and the options of the platform come with it.
      return {
        ...draft,
        connectionIds,
        platforms: [...draft.platforms, platform],
        own: withValue(draft.own, platform, from.own[platform]),
        ownComments: withValue(draft.ownComments, platform, from.ownComments[platform]),
        options: withValue(draft.options, platform, from.options[platform]),
      };
    },
    show: (value) => {
      if (value === null) return VERSIONS.notChosen;
      const handles = on.filter(({ id }) => (value as string[]).includes(id)).map(({ handle }) => handle);
      return handles.length > 0 ? handles.join(", ") : VERSIONS.chosen;
    },
  };
}

/** A connection that the owner no longer has. */
function goneField(id: string): DraftField {
  return {
    key: `gone ${id}`,
    name: VERSIONS.goneAccount,
    stored: ["connectionIds"],
    exists: () => true,
    read: ({ connectionIds }) => connectionIds.includes(id),
    take: (draft, from) => {
      const others = draft.connectionIds.filter((each) => each !== id);
      return { ...draft, connectionIds: from.connectionIds.includes(id) ? [...others, id] : others };
    },
    show: (value) => (value ? VERSIONS.chosen : VERSIONS.notChosen),
  };
}

/** The options of a platform, each on its own. */
function optionFields(drafts: readonly Draft[], platform: Platform): DraftField[] {
  const names = unique(drafts.flatMap(({ options }) => Object.keys(options[platform] ?? {})));
  return names.map((name) => ({
    key: `option ${platform} ${name}`,
    name: VERSIONS.optionOn(PLATFORMS[platform].name, optionText(platform, name).label),
    stored: ["platformOptions"],
    owner: accountsKey(platform),
    exists: (draft) => draft.platforms.includes(platform),
    read: ({ options }) => options[platform]?.[name],
    take: (draft, from) => ({
      ...draft,
      options: {
        ...draft.options,
        [platform]: withValue(draft.options[platform] ?? {}, name, from.options[platform]?.[name]),
      },
    }),
    show: (value) => optionWords(name, value),
  }));
}

function optionWords(name: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "boolean") return value ? VERSIONS.yes : VERSIONS.no;
  if (Array.isArray(value)) return value.map((each) => optionWords(name, each)).join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  // A value that people choose is a short name of the API. Any other text is a person's own.
  return /^[a-z]+(_[a-z]+)*$/i.test(String(value)) ? valueText(name, String(value)) : String(value);
}

/** The time and its zone, which belong together. */
function timeField(): DraftField {
  type Time = Pick<Draft, "at" | "timezone">;
  return {
    key: "time",
    name: VERSIONS.time,
    stored: ["scheduledAt", "timezone"],
    exists: () => true,
    read: ({ at, timezone }): Time => ({ at, timezone }),
    take: (draft, { at, timezone }) => ({ ...draft, at, timezone }),
    show: (value) => {
      const { at, timezone } = value as Time;
      const clock = readWallClock(at, timezone);
      return "instant" in clock ? momentOf(clock.instant, timezone) : at ? at.replace("T", ", ") : VERSIONS.noTime;
    },
  };
}

function plain(value: unknown): string {
  return value === undefined ? "" : String(value);
}

/** Return a part in words, with the number of its media. */
function partText(part: FurtherPart): string {
  const count = mediaOf(part).length;
  return [textOf(part), ...(count > 0 ? [`(${VERSIONS.items(count)})`] : [])].filter(Boolean).join("\n");
}

/** Return an object with a value of a key, or without the key if the value is `undefined`. */
function withValue<Value>(
  values: Partial<Record<string, Value>>,
  key: string,
  value: Value | undefined,
): Partial<Record<string, Value>> {
  const { [key]: _, ...others } = values;
  return value === undefined ? others : { ...others, [key]: value };
}

function unique<Each>(values: readonly Each[]): Each[] {
  return [...new Set(values)];
}
