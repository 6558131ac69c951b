import type { Destination } from "../api/destinations";
import type { Pause } from "../api/queue";
import type { Platform, Post, PublicationState } from "../api/types";
import { accountsOf, countPublished, isCancelledInPart, platformsWith } from "../post/accounts";
import { type Coming, comingPlatforms, pauseLabel, pausesOn } from "../post/pauses";
import type { Face } from "../ui/Dial";
import type { Mark } from "../ui/Tile";
import { ACCESS } from "./access";
import { placesOf } from "./platforms";

/**
 * The look of a state: its clock face, its name, and the platforms that need a person, if not all do, that are paused, or
 * on which a person cancelled the post.
 */
export interface Look {
  face: Face;
  label: string;
  marks?: Partial<Record<Platform, Mark>>;
  /** What will go wrong after the decision that the label asks for. */
  warning?: string;
  /** What is paused now, so that the post waits if the pause lasts. */
  pause?: string;
}

/** The looks of the states of a publication. */
export const PUBLICATION: Record<PublicationState, Look> = {
  queued: { face: "queued", label: "Queued" },
  waiting: { face: "waiting", label: "Waiting for the part before it" },
  publishing: { face: "publishing", label: "Publishing" },
  processing: { face: "processing", label: "Processing" },
  held: { face: "held", label: "Held" },
  published: { face: "published", label: "Published" },
  failed: { face: "failed", label: "Failed" },
  unknown: { face: "unknown", label: "Unknown" },
  cancelled: { face: "draft", label: "Cancelled" },
};

const POST = {
  draft: { face: "draft", label: "Draft" },
  scheduled: { face: "scheduled", label: "Scheduled" },
  queued: { face: "queued", label: "Queued" },
  published: { face: "published", label: "Published" },
  failed: { face: "failed", label: "Failed" },
  archived: { face: "archived", label: "Archived" },
} as const satisfies Record<Post["status"], Look>;

/** The look of a post that is published on some accounts, or in some parts, and failed on the others. */
const PARTIAL: Look = { face: "partial", label: "Partly failed" };

/** The look of a post that is published, except where a person cancelled it. */
const CANCELLED_IN_PART: Look = { face: "inPart", label: "Published in part" };

/**
 * The look of a scheduled post before the access to its accounts is known, and so whether it will fail. The label says only
 * that the post has a time. It is short, so that nothing moves when the state is known.
 */
const UNCHECKED: Look = { face: "unchecked", label: "Planned" };

const BUSY: readonly PublicationState[] = ["held", "processing", "publishing"];

/** Return whether an approver rejected a post that can still be changed and approved. */
export function isRejected({ status, approvalStatus }: Pick<Post, "status" | "approvalStatus">): boolean {
  return approvalStatus === "rejected" && (status === "draft" || status === "scheduled");
}

/**
 * Return the look of a post. States that need a person come first: an unknown publication, a failure, a missing
 * approval, a rejection. A queued post has the look of its active publication.
 */
export function lookOf(
  { status, approvalStatus }: Pick<Post, "status" | "approvalStatus">,
  publications: readonly PublicationState[],
): Look {
  if (status === "failed" && publications.includes("unknown")) return PUBLICATION.unknown;
  if (isCancelledInPart(status, publications)) return CANCELLED_IN_PART;
  if (status === "failed" && publications.includes("published")) return PARTIAL;
  if (status === "draft" || status === "scheduled") {
    if (approvalStatus === "pending") return { face: "approval", label: "Needs approval" };
    if (approvalStatus === "rejected") return { face: "rejected", label: "Rejected" };
  }
  if (status === "queued") {
    const busy = BUSY.find((state) => publications.includes(state));
    if (busy) return PUBLICATION[busy];
  }
  return POST[status];
}

/** The states that the label of a post names with their platforms, in the order of the label. */
const NAMED: readonly PublicationState[] = [...BUSY, "queued", "waiting", "unknown", "failed"];

/** The states that only time ends. Between them, a post has one look. */
const COMING: readonly PublicationState[] = ["processing", "publishing", "queued", "waiting"];

/** The states that need a person, or the end of a pause. */
const MARKED = ["held", "unknown", "failed"] as const satisfies readonly Mark[];

/**
 * Return the look of a post with its publications, which will fail on the `lost` connections; see `withLost`. If its state
 * is not the same on all accounts, the label says on which platforms it is not published: "Failed on X, 4 published".
 */
export function lookOfPost(
  post: Pick<Post, "status" | "approvalStatus" | "publications">,
  lost: readonly Pick<Destination, "platform">[] | null = [],
): Look {
  const look = lookOf(
    post,
    post.publications.map(({ state }) => state),
  );
  return withLost({ ...look, ...differences(post) }, lost);
}

/** Return the label and the marks of a post whose state is not the same on all accounts. */
function differences({ status, publications }: Pick<Post, "status" | "publications">): Partial<Look> {
  const all = accountsOf(publications);
  const states = publications.map(({ state }) => state);
  if (isCancelledInPart(status, states)) {
    const cancelled = platformsWith(all, "cancelled");
    return { label: publishedExcept(cancelled), marks: marked(cancelled, "cancelled") };
  }
  if (status !== "failed" && status !== "queued") return {};
  const accounts = all.filter(({ state }) => state !== "cancelled");
  if (new Set(accounts.map(({ state }) => (COMING.includes(state) ? "queued" : state))).size < 2) return {};
  const published = countPublished(accounts);
  const clauses = [
    ...NAMED.flatMap((state) => {
      const platforms = platformsWith(accounts, state);
      return platforms.length ? [`${state} on ${placesOf(platforms)}`] : [];
    }),
    ...(published ? [`${published} published`] : []),
  ].join(", ");
  return {
    label: clauses.charAt(0).toUpperCase() + clauses.slice(1),
    marks: Object.assign({}, ...MARKED.map((state) => marked(platformsWith(accounts, state), state))),
  };
}

/**
 * Return the look of a post that will fail on the `lost` connections, which are `null` if they are not known. A decision
 * about the post comes first: its look then keeps the face and has a warning.
 */
export function withLost(look: Look, lost: readonly Pick<Destination, "platform">[] | null): Look {
  if (lost === null) return look.face === "scheduled" ? UNCHECKED : look;
  if (lost.length === 0) return look;
  const platforms = lost.map(({ platform }) => platform);
  const [warning, marks] = [ACCESS.willFail(platforms), { ...look.marks, ...marked(platforms, "lost") }];
  return look.face === "scheduled" ? { face: "lost", label: warning, marks } : { ...look, marks, warning };
}

/**
 * Return the look of a coming post to which pauses apply. A pause is no failure, so the face and the label stay. Where the
 * post will fail, a pause does not matter.
 */
export function withPauses(look: Look, post: Coming, pauses: readonly Pause[]): Look {
  const { campaign } = post;
  const paused = comingPlatforms(post).filter(
    (platform) => !look.marks?.[platform] && pausesOn({ campaign }, [platform], pauses).length > 0,
  );
  const pause = pauseLabel({ campaign }, paused, pauses);
  return pause ? { ...look, pause, marks: { ...look.marks, ...marked(paused, "paused") } } : look;
}

/** Return the label of a post that was cancelled on some platforms, or on these in some of its parts. */
function publishedExcept(cancelled: readonly Platform[]): string {
  return cancelled.length > 0 ? `Published, cancelled on ${placesOf(cancelled)}` : CANCELLED_IN_PART.label;
}

function marked(platforms: readonly Platform[], mark: Mark): Partial<Record<Platform, Mark>> {
  return Object.fromEntries(platforms.map((platform) => [platform, mark]));
}
