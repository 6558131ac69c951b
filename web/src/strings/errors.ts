/** The error of a call: the code and the status of the response. */
interface Failure {
  code: string;
  status: number;
}

/** What a call loads, such as "Your posts", or `null` if the call changes something. */
type What = string | null;

const NOW = "cannot be loaded at the moment. Nothing you saved before is lost. Try again in a minute.";
const MISTAKE = "Something went wrong on the server.";
/** What to do with the request id that stands below the sentence. */
export const REPORT = "If it happens again, tell the operator the request id below.";
const UNSURE = "Your change may be missing. Check whether it was made, then try again.";

const trouble = (what: What) => (what ? `${what} ${NOW}` : `The server has a problem. ${UNSURE}`);

/** The sentences for errors that people see often and have not caused. Each key is a code of the API. */
const SENTENCES: Record<string, (what: What) => string> = {
  database_unavailable: trouble,
  unavailable: trouble,
  internal_error: (what) =>
    what
      ? `${what} cannot be loaded. ${MISTAKE} Nothing you saved before is lost. Try again. ${REPORT}`
      : `${MISTAKE} ${UNSURE} ${REPORT}`,
  timeout: (what) =>
    what ? `${what} cannot be loaded. The server took too long. Try again.` : `The server took too long. ${UNSURE}`,
  post_not_found: () => "This post does not exist, or is not one of yours. It may have been deleted.",
  version_conflict: () =>
    "Somebody else has changed this post, so your change was not made. Look at the post, then try again.",
  too_many_requests: () => "The server has too many requests at the moment. Wait a minute, then try again.",
};

/** The codes that stand for a response without a code of the API, by status. */
const CODES: Record<number, string> = {
  429: "too_many_requests",
  500: "unavailable",
  502: "unavailable",
  503: "unavailable",
  504: "timeout",
};

/**
 * Return the sentence for an error that people see often, or `null` for the others, about which the API's own sentence
 * says more. After such an error, a change may have been made or not.
 */
export function sentenceFor({ code, status }: Failure, what: What): string | null {
  return SENTENCES[code || (CODES[status] ?? "")]?.(what) ?? null;
}

/** The things that a page loads, as the beginning of a sentence. */
export const LOADED = {
  posts: "Your posts",
  post: "This post",
  connections: "Your accounts",
  metrics: "The metrics",
  settings: "The settings",
  platforms: "The platforms",
  /** Under a title that says that the planner cannot be opened. */
  planner: "Its data",
  queue: "The queue",
  other: "This",
} as const;
