/** The texts of an option, and the unit in which people enter a number. */
export interface OptionText {
  label: string;
  /** A sentence that says more than the label. */
  hint?: string;
  /** The sentence that asks for a required option. */
  missing?: string;
  /** The platform does it unless the post says otherwise. */
  isOnByDefault?: boolean;
  /** How many of the platform's units are one of the page's, such as 1,000 milliseconds in a second. */
  scale?: number;
  /** The content types of the images that the option takes. */
  images?: readonly string[];
  /** The option takes a number that is part of an address, so that people can paste the address. */
  isInAddress?: boolean;
  /** The option takes the number of a post, which the platform shows nobody, so people choose one of their own posts. */
  isOwnPost?: boolean;
  /** The option takes the tag of a language, or a list of tags. People choose by the names. */
  isLanguage?: boolean;
  /** The number from which people count, if the platform counts from 0. */
  first?: number;
}

/** The content types of the images that every platform with a cover image accepts. */
const COVER_TYPES = ["image/jpeg", "image/png"];

/**
 * The texts of the platforms' options, by name. A name may begin with a platform. For an option without texts, the page
 * makes a label of the name, and shows the description of the API.
 */
export const OPTIONS: Record<string, OptionText> = {
  linkCard: { label: "Show a card of the first link", isOnByDefault: true },
  languages: { label: "Language", isLanguage: true },
  language: { label: "Language", isLanguage: true },
  type: { label: "Kind of post" },
  shareToFeed: { label: "Show the reel in the feed too" },
  coverUrl: { label: "Cover image of the reel", images: COVER_TYPES },
  thumbOffset: { label: "Cover frame, at second", scale: 1000 },
  trialReel: { label: "Trial reel becomes a regular reel" },
  collaborators: { label: "Co-authors", hint: "User names with commas between them, such as lena, noor" },
  locationId: {
    label: "Location",
    hint: "Open the place on Facebook, and paste its web address here.",
    isInAddress: true,
  },
  organization: { label: "Publish as page" },
  visibility: { label: "Who can see the post" },
  disableReshare: { label: "Nobody can reshare the post" },
  spoilerText: { label: "Content warning", hint: "Readers see it before the text." },
  sensitive: { label: "Hide the media until a reader opens them" },
  boardId: { label: "Board", missing: "Choose a Pinterest board." },
  "pinterest.title": { label: "Title" },
  "pinterest.link": { label: "Link", hint: "The page to which the pin leads" },
  coverImageUrl: { label: "Cover image of the video", images: COVER_TYPES },
  coverKeyFrameTime: { label: "Cover frame, at second" },
  replyControl: { label: "Who can reply" },
  topicTag: { label: "Topic" },
  linkAttachment: { label: "Link card", hint: "The web address of the page" },
  quotePostId: {
    label: "Post to quote",
    hint: "One of your own posts that was published on Threads from here",
    isOwnPost: true,
  },
  mode: { label: "Publish it, or send it to the inbox" },
  privacy: { label: "Who can see the post" },
  "tiktok.title": { label: "Title" },
  coverIndex: { label: "Cover image, by its number", hint: "1 is the first image.", first: 1 },
  coverTimestampMs: { label: "Cover frame, at second", scale: 1000 },
  disableComment: { label: "Nobody can comment" },
  disableDuet: { label: "Nobody can make duets" },
  disableStitch: { label: "Nobody can make stitches" },
  autoAddMusic: { label: "TikTok may add music to images", isOnByDefault: true },
  brandedContent: { label: "Paid partnership" },
  ownBrand: { label: "Promotes your own business" },
  aiGenerated: { label: "Made with AI" },
  madeWithAi: { label: "Made with AI" },
  premium: { label: "The account has a paid plan", hint: "Paid plans allow longer texts and videos." },
  replySettings: { label: "Who can reply" },
  quoteTweetId: { label: "Post to quote", hint: "Paste the address of the post on X.", isInAddress: true },
  communityId: { label: "Community", hint: "Paste the address of the community on X.", isInAddress: true },
  paidPartnership: { label: "Paid partnership" },
  "youtube.title": { label: "Title", hint: "Without a title, it is the first line of the text." },
  categoryId: { label: "Category" },
  tags: { label: "Tags", hint: "With commas between them" },
  thumbnailUrl: { label: "Thumbnail", images: COVER_TYPES },
  madeForKids: { label: "Made for kids" },
  syntheticMedia: { label: "Shows realistic scenes that were made or altered" },
  notifySubscribers: { label: "Notify subscribers", isOnByDefault: true },
  short: { label: "Publish as a Short" },
};

/** The texts of the fields for languages. */
export const LANGUAGES = {
  another: (number: number) => `Language ${number}`,
  none: "None",
  search: "Search the languages",
} as const;

/** What a person does with the lists of `connections/options`, after "to". */
export const CHOOSE: Record<string, string> = {
  boards: "choose a board",
  categories: "choose a category",
  pages: "choose a page",
  privacyLevels: "choose who can see the post",
};

/** The sentence about options that appear with media. */
export const moreWith = (kinds: readonly ("image" | "video")[]) =>
  `More options appear with ${kinds.map((kind) => (kind === "image" ? "an image" : "a video")).join(" or ")}.`;

/** The texts of an option that takes an image. */
export const COVER = {
  address: "The web address of a JPEG or PNG image, or choose a file",
  choose: (label: string) => `Choose a file: ${label}`,
  chooseFile: "Choose a file",
  uploading: "Uploading",
  remove: "Remove the image",
  wrongType: "Choose a JPEG or PNG image.",
  failed: (reason: string) => `The image could not be uploaded. ${reason}`,
} as const;

/** The names of values that do not say enough, by the option and the value. */
export const OPTION_VALUES: Record<string, string> = {
  "trialReel.manual": "When you decide",
  "trialReel.performance": "When it performs well",
  "visibility.LOGGED_IN": "People who are signed in",
  "visibility.private": "Followers",
  "visibility.direct": "Mentioned people",
  "replyControl.accounts_you_follow": "Accounts you follow",
  "replyControl.mentioned_only": "Mentioned people",
  "replyControl.parent_post_author_only": "The author of the parent post",
  "replyControl.followers_only": "Followers",
  "replySettings.following": "Accounts you follow",
  "replySettings.mentionedUsers": "Mentioned people",
  "replySettings.verified": "Verified accounts",
  "mode.direct": "Publish it",
  "mode.inbox": "Send it to the inbox",
  "privacy.PUBLIC_TO_EVERYONE": "Everyone",
  "privacy.MUTUAL_FOLLOW_FRIENDS": "Friends",
  "privacy.FOLLOWER_OF_CREATOR": "Followers",
  "privacy.SELF_ONLY": "Only you",
  "categoryId.22": "People & Blogs",
};

/** The value of each option without a choice, from the tables in docs/platforms.md. */
export const DEFAULT_VALUES: Record<string, string> = {
  "instagram.type": "feed",
  "facebook.type": "feed",
  "linkedin.visibility": "PUBLIC",
  "tiktok.mode": "direct",
  "tiktok.privacy": "PUBLIC_TO_EVERYONE",
  "youtube.privacy": "public",
  "youtube.categoryId": "22",
};

/** What happens without a choice if no value of the option says it. */
export const NO_CHOICE: Record<string, string> = {
  "instagram.trialReel": "No trial reel",
  "linkedin.organization": "The account (default)",
  "bluesky.languages": "Not stated",
  "mastodon.language": "As set on Mastodon",
  "mastodon.visibility": "As set on Mastodon",
  "threads.quotePostId": "No post",
  "x.replySettings": "Everybody (default)",
};

/** The name of a default value. */
export const asDefault = (value: string) => `${value} (default)`;
