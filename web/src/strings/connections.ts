import { isolated } from "./isolated";

/** The texts of the connections. */
export const CONNECTIONS = {
  title: "Connections",
  connect: "Connect an account",
  connectTo: (platform: string) => `Connect ${platform}`,
  reconnect: (platform: string) => `Reconnect ${platform}`,
  emptyTitle: "No account is connected",
  emptyText: "Connect an account, and posts for its platform are published there.",
  emptyAsk:
    "Ask a person with the role “editor” or “admin” to connect an account. Posts for its platform are then published there.",
  ask: "Ask a person with the role “editor” or “admin” to connect it.",
  makeDefault: "Make it the default",
  otherPlatform: "Choose another platform",
  disconnect: "Disconnect",
  disconnectTitle: (platform: string, handle: string) => `Disconnect ${isolated(handle)} from ${platform}?`,
  disconnectText: "A scheduled post to this account fails unless you choose another account for it.",
  disconnectPosts: (count: string, isOne: boolean) =>
    isOne
      ? `${count} scheduled post goes to this account and will fail, unless you choose another account for it.`
      : `${count} scheduled posts go to this account and will fail, unless you choose another account for them.`,
  disconnectMoved: (count: string, isOne: boolean, platform: string, other: string | null) => {
    const posts = `${count} ${isOne ? "scheduled post" : "scheduled posts"}`;
    const because = `because no account on ${platform} was chosen for ${isOne ? "it" : "them"}`;
    if (other !== null) return `${posts} ${isOne ? "goes" : "go"} to ${isolated(other)} instead, ${because}.`;
    return `${posts} will not appear on ${platform}. ${isOne ? "It goes" : "They go"} to the sandbox, a test that nobody else sees, ${because}.`;
  },
  disconnectHeals: (handle: string, isOne: boolean, needsDefault: boolean) =>
    `If you connect ${isolated(handle)} again ${needsDefault ? "and make it the default " : ""}before ${isOne ? "its time, the post is" : "their times, the posts are"} published there as planned.`,
  showPosts: (count: string, isOne: boolean) => (isOne ? "Show the post" : `Show the posts (${count.toLowerCase()})`),
  disconnectUnused: "No scheduled post goes to this account.",
  atLeast: (count: number) => `At least ${count}`,
  more: (handle: string) => `More for ${handle}`,
  health: {
    ok: "Works",
    expiring: "Ends soon",
    failing: "Access is not renewed",
    reconnect_required: "Access lost",
  },
  gone: "No longer connected",
  none: "No account is connected",
  missing: "Missing accounts",
  sandbox: "Posts in the sandbox",
  sandboxText: "Nobody else sees these posts, unless an account is connected before their times.",
  inSandbox: (platform: string, count: string, isOne: boolean) =>
    `${platform}: ${count} scheduled ${isOne ? "post goes" : "posts go"} to the sandbox.`,
  showPlanned: (platform: string) => `Show the posts for ${platform}`,
  ends: (day: string) => `Access ends on ${day}.`,
  ended: (day: string) => `Access ended on ${day}.`,
  since: (day: string) => `Connected on ${day}`,
  metricsRefused: "Posts are published, but metrics cannot be read: the permission is missing.",
  followersRefused: "Posts are published, but the followers cannot be counted: the permission is missing.",
  onPage: (platform: string) =>
    `A page of ${platform} opens in a new tab. Come back here when it says that the account is connected.`,
  chooseThere: (handle: string) => `Choose ${isolated(handle)} there, so that the same account is connected again.`,
  otherAccount: (connected: string, wanted: string) =>
    `${isolated(connected)} is connected now. It is another account than ${isolated(wanted)}, which still has to be connected again.`,
  openPage: (platform: string) => `Open ${platform}`,
  opening: "The page opens in a moment.",
  bluesky: {
    identifier: "Handle or e-mail address",
    identifierHint: "For example lena.bsky.social",
    appPassword: "App password",
    appPasswordHint:
      "Create one in Bluesky under Settings, Privacy and security, App passwords. Your own password is never needed.",
    service: "Server",
    serviceHint: "Change it only if your account is on another server.",
  },
  mastodon: {
    instance: "Server",
    instanceHint: "The server of your account, for example mastodon.social",
    onPage:
      "Your server opens in a new tab and asks whether Minutehand may publish for you. Come back here when it says that the account is connected.",
    openServer: (server: string | null) => `Open ${server ?? "your server"}`,
    useToken: "Use an access token instead",
    usePage: "Use the page of your server instead",
    accessToken: "Access token",
    accessTokenHint: "About 43 letters and digits without spaces, from the line “Your access token”.",
    notToken:
      "This does not look like an access token. A token has about 43 letters and digits without spaces. Copy it from the line “Your access token”.",
    steps: "How to get the token",
    openStep: "On your server, open Preferences, then Development.",
    open: (server: string) => `Open applications on ${server}`,
    scopesStep: "Choose “New application”, enter a name, and tick these scopes:",
    scopes: ["read", "write"],
    submitStep: "Choose “Submit”, then open the new application from the list.",
    copyStep: "Copy “Your access token” into the field below. The client key and the client secret do not work.",
  },
  remains: "Access remains here:",
} as const;
