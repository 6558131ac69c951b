// How each platform shows a post. The colours and margins are in brands.css.
const BRANDS = {
  bluesky: { name: "Bluesky", parts: ["body", "media", "link", "actions"], actions: ["comment", "repost", "heart", "share"] },
  mastodon: {
    name: "Mastodon",
    parts: ["title", "body", "media", "link", "actions"],
    actions: ["comment", "repost", "heart", "save"],
    mentions: "https://mastodon.example/@",
    hashtags: "https://mastodon.example/tags/",
  },
  threads: {
    name: "Threads",
    parts: ["body", "media", "link", "actions"],
    actions: ["heart", "comment", "repost", "send"],
    mentions: "https://www.threads.com/@",
    hashtags: "https://www.threads.com/search?q=",
  },
  x: {
    name: "X",
    parts: ["body", "media", "link", "actions"],
    actions: ["comment", "repost", "heart", "views", "save"],
    mentions: "https://x.com/",
    hashtags: "https://x.com/hashtag/",
  },
  facebook: {
    name: "Facebook",
    parts: ["title", "body", "media", "link", "actions"],
    actions: ["like Like", "comment Comment", "share Share"],
    hashtags: "https://www.facebook.com/hashtag/",
  },
  linkedin: {
    name: "LinkedIn",
    parts: ["body", "media", "link", "actions"],
    actions: ["like Like", "comment Comment", "repost Repost", "send Send"],
    hashtags: "https://www.linkedin.com/feed/hashtag/",
  },
  instagram: {
    name: "Instagram",
    parts: ["media", "actions", "caption"],
    actions: ["heart", "comment", "send", "save"],
    carousel: true,
    mentions: "https://www.instagram.com/",
    hashtags: "https://www.instagram.com/explore/tags/",
  },
  tiktok: {
    name: "TikTok",
    parts: ["media", "title", "body"],
    overlay: true,
    carousel: true,
    mentions: "https://www.tiktok.com/@",
    hashtags: "https://www.tiktok.com/tag/",
  },
  youtube: {
    name: "YouTube",
    parts: ["media", "title", "by", "body"],
    mentions: "https://www.youtube.com/@",
    hashtags: "https://www.youtube.com/hashtag/",
  },
  pinterest: {
    name: "Pinterest",
    parts: ["media", "title", "body", "link", "by"],
    carousel: true,
    hashtags: "https://www.pinterest.com/search/pins/?q=",
  },
};

// Returns the brand of a platform:
// - parts: the parts of a post from top to bottom; overlay: whether the text is over the image
// - actions: the icons below a post, each with an optional label
// - carousel: whether several images are in one row
// - mentions, hashtags: the base URLs of mentions and hashtags, which are not linked if the URL is empty. Bluesky needs
//   no URLs, because its posts mark their links.
export const brandOf = (platform) => ({
  name: platform,
  parts: ["body", "media", "link"],
  overlay: false,
  actions: [],
  carousel: false,
  mentions: "",
  hashtags: "",
  ...BRANDS[platform],
});
