/** The texts of an option, and the unit in which people enter a number. */
export interface OptionText {
  label: string;
  /** A sentence that says more than the label. */
  hint?: string;
  /** The platform does it unless the post says otherwise. */
  isOnByDefault?: boolean;
  /** How many of the platform's units are one of the page's, such as 1,000 milliseconds in a second. */
  scale?: number;
  /** The number from which people count, if the platform counts from 0. */
  first?: number;
}

/**
 * The texts of the platforms' options, by name. A name may begin with a platform. For an option without texts, the page
 * makes a label of the name, and shows the description of the API.
 */
export const OPTIONS: Record<string, OptionText> = {
  linkCard: { label: "Show a card of the first link", isOnByDefault: true },
  languages: { label: "Languages", hint: "Language tags with commas between them, such as en, pt-BR" },
  language: { label: "Language", hint: "A language tag, such as en or pt-BR" },
  type: { label: "Kind of post" },
  shareToFeed: { label: "Show the reel in the feed too" },
  coverUrl: { label: "Cover image of the reel", hint: "The web address of an image" },
  thumbOffset: { label: "Cover frame, at second", scale: 1000 },
  trialReel: { label: "Trial reel becomes a regular reel" },
  collaborators: { label: "Co-authors", hint: "User names with commas between them. Not for stories." },
  locationId: { label: "Location", hint: "The number of the place on Facebook. Not for stories." },
  organization: { label: "Publish as page" },
  visibility: { label: "Who can see the post" },
  disableReshare: { label: "Nobody can reshare the post" },
  spoilerText: { label: "Content warning", hint: "Readers see it before the text." },
  sensitive: { label: "Hide the media until a reader opens them" },
  boardId: { label: "Board" },
  "pinterest.title": { label: "Title" },
  "pinterest.link": { label: "Link", hint: "The page to which the pin leads" },
  coverImageUrl: { label: "Cover image of the video", hint: "The web address of an image" },
  coverKeyFrameTime: { label: "Cover frame, at second" },
  replyControl: { label: "Who can reply" },
  topicTag: { label: "Topic" },
  linkAttachment: { label: "Link card", hint: "The web address of the page. Only for posts without media." },
  quotePostId: { label: "Post to quote", hint: "The number of the post on Threads" },
  mode: { label: "Publish it, or send it to the inbox" },
  privacy: { label: "Who can see the post" },
  "tiktok.title": { label: "Title", hint: "Only for posts with images" },
  coverIndex: { label: "Cover image, by its number", first: 1 },
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
  quoteTweetId: { label: "Post to quote", hint: "The number of the post on X. Only for posts without media." },
  communityId: { label: "Community", hint: "The number of the community on X" },
  paidPartnership: { label: "Paid partnership" },
  "youtube.title": { label: "Title", hint: "Without a title, it is the first line of the text." },
  categoryId: { label: "Category" },
  tags: { label: "Tags", hint: "With commas between them" },
  thumbnailUrl: { label: "Thumbnail", hint: "The web address of a JPEG or PNG image" },
  madeForKids: { label: "Made for kids" },
  syntheticMedia: { label: "Shows realistic scenes that were made or altered" },
  notifySubscribers: { label: "Notify subscribers", isOnByDefault: true },
  short: { label: "Publish as a Short" },
};

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
};
