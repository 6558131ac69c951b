// Draws a post roughly as its platform would. Every text goes in as text, never as markup.
import { element, sign } from "./dom.js";
import { gallery } from "./media.js";

const NAMES = {
  bluesky: "Bluesky", mastodon: "Mastodon", instagram: "Instagram", facebook: "Facebook", linkedin: "LinkedIn", x: "X",
  tiktok: "TikTok", youtube: "YouTube", threads: "Threads", pinterest: "Pinterest",
};
// What is above what, and which signs stand below.
const LOOKS = {
  bluesky: { parts: ["body", "media", "link", "actions"], actions: ["comment", "repost", "heart", "share"], beside: true },
  mastodon: { parts: ["title", "body", "media", "link", "actions"], actions: ["comment", "repost", "heart", "save"] },
  threads: { parts: ["body", "media", "link", "actions"], actions: ["heart", "comment", "repost", "send"], beside: true },
  x: { parts: ["body", "media", "link", "actions"], actions: ["comment", "repost", "heart", "views", "save"], beside: true },
  facebook: { parts: ["title", "body", "media", "link", "actions"], actions: ["like Like", "comment Comment", "share Share"] },
  linkedin: { parts: ["body", "media", "link", "actions"], actions: ["like Like", "comment Comment", "repost Repost", "send Send"] },
  instagram: { parts: ["media", "actions", "caption"], actions: ["heart", "comment", "send", "save"] },
  tiktok: { parts: ["media", "title", "body"], actions: [], overlay: true },
  youtube: { parts: ["media", "title", "by", "body"], actions: [] },
  pinterest: { parts: ["media", "title", "body", "link", "by"], actions: [] },
};
const PLAIN = { parts: ["body", "media", "link"], actions: [] };
// Where a mention and a hashtag lead; Bluesky marks its own, and nothing else.
const PLACES = {
  x: ["https://x.com/", "https://x.com/hashtag/"],
  mastodon: ["https://mastodon.example/@", "https://mastodon.example/tags/"],
  instagram: ["https://www.instagram.com/", "https://www.instagram.com/explore/tags/"],
  threads: ["https://www.threads.com/@", "https://www.threads.com/search?q="],
  tiktok: ["https://www.tiktok.com/@", "https://www.tiktok.com/tag/"],
  facebook: ["", "https://www.facebook.com/hashtag/"],
  linkedin: ["", "https://www.linkedin.com/feed/hashtag/"],
  youtube: ["https://www.youtube.com/@", "https://www.youtube.com/hashtag/"],
  pinterest: ["", "https://www.pinterest.com/search/pins/?q="],
};
const MARKED = /(?<![\p{L}\p{N}_&/])([@#])([\p{L}\p{N}_](?:[\p{L}\p{N}_.@-]*[\p{L}\p{N}_])?)/gu;
const LONG = 420; // characters: what a platform hides behind "more"

export const nameOf = (platform) => NAMES[platform] ?? platform;
const isWeb = (address) => /^https?:\/\//i.test(address);

function linkTo(address, text) {
  const link = element("a", "", text);
  link.href = address;
  link.rel = "noopener noreferrer nofollow";
  link.target = "_blank";
  return link;
}

function marked(text, platform) {
  const [people, tags] = PLACES[platform] ?? ["", ""];
  const pieces = [];
  let at = 0;
  for (const match of text.matchAll(MARKED)) {
    const place = match[1] === "@" ? people : tags;
    const word = match[1] === "#" ? match[2].split(/[.@-]/)[0] : match[2];
    if (!place || (match[1] === "#" && /^\d+$/.test(word))) continue;
    pieces.push(text.slice(at, match.index), linkTo(place + encodeURIComponent(word), match[1] + word));
    at = match.index + 1 + word.length;
  }
  return [...pieces, text.slice(at)];
}

// The text without the title that stands before it, where a platform shows that apart.
function segmentsOf(post) {
  if (!post.title || !post.text.startsWith(post.title)) return post.segments;
  let hidden = post.title.length + post.text.slice(post.title.length).match(/^\s*/)[0].length;
  return post.segments.flatMap((piece) => {
    const text = piece.text.slice(hidden);
    hidden = Math.max(0, hidden - piece.text.length);
    return text ? [{ ...piece, text }] : [];
  });
}

function textOf(post) {
  const text = element("p", "text");
  for (const piece of segmentsOf(post)) {
    if (piece.href && isWeb(piece.href)) text.append(linkTo(piece.href, piece.text));
    else text.append(...marked(piece.text, post.platform));
  }
  return text.textContent.trim() ? text : null;
}

function foldable(text) {
  if (text === null || text.textContent.length <= LONG) return text;
  const button = element("button", "more", "more");
  button.type = "button";
  text.classList.add("folded");
  button.addEventListener("click", () => { text.classList.remove("folded"); button.remove(); });
  return element("div", "", text, button);
}

function ago(publishedAt) {
  const time = element("time");
  const landed = new Date(publishedAt);
  time.dateTime = publishedAt;
  time.title = landed.toLocaleString([], { dateStyle: "full", timeStyle: "medium" });
  const today = landed.toDateString() === new Date().toDateString();
  time.textContent = landed.toLocaleString([], today ? { timeStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" });
  return time;
}

function nameIn(post) {
  if (post.sandbox) return post.account;
  return post.name || post.account.replace(/^@/, "").split(/[@\s]/)[0].split(".")[0];
}

function avatar(post) {
  const image = element("span", "avatar", nameIn(post).slice(0, 1).toUpperCase() || "?");
  image.setAttribute("aria-hidden", "true");
  return image;
}

function by(post) {
  const who = element("span", "who", element("b", "", nameIn(post)));
  if (post.account !== nameIn(post)) who.append(" ", element("span", "handle", post.account));
  return element("header", "by", avatar(post), who);
}

function actionsOf(look) {
  const line = element("div", "actions", ...look.actions.map((action) => {
    const [icon, word = ""] = action.split(" ");
    return element("span", "", sign(icon), word);
  }));
  line.setAttribute("aria-hidden", "true"); // they do nothing: here nobody likes anything
  return line;
}

function linkCard({ url, title, description }) {
  const host = isWeb(url) ? new URL(url).host : url;
  const inner = [element("span", "host", host), element("b", "", title || url)];
  if (description) inner.push(element("span", "", description));
  const made = isWeb(url) ? linkTo(url, "") : element("div");
  made.className = "link";
  made.append(...inner);
  return made;
}

function partOf(part, post, look, media) {
  switch (part) {
    case "body": return foldable(textOf(post));
    case "caption": {
      const text = textOf(post);
      text?.prepend(element("b", "", nameIn(post)), " ");
      return text;
    }
    case "title": return post.title ? element("p", "title", post.title) : null;
    case "media": return gallery(post, media);
    case "link": return post.link ? linkCard(post.link) : null;
    case "actions": return actionsOf(look);
    default: return by(post);
  }
}

function answer({ post, replies }, media) {
  const parts = [by(post), textOf(post), gallery(post, media)].filter(Boolean);
  parts[0].append(ago(post.publishedAt));
  const item = element("li", "", ...parts);
  if (replies.length) item.append(answers(replies, media));
  return item;
}

function answers(replies, media) {
  return element("ol", "replies", ...replies.map((reply) => answer(reply, media)));
}

export function card({ post, replies }, media) {
  const look = LOOKS[post.platform] ?? PLAIN;
  const top = element("div", "top", element("span", "platform", nameOf(post.platform)));
  if (post.label) top.append(element("span", "label", post.label));
  if (post.sandbox) top.append(element("span", "label sandbox", "sandbox"));
  top.append(ago(post.publishedAt));
  const parts = look.parts.map((part) => partOf(part, post, look, media)).filter(Boolean);
  const head = look.parts.includes("by") ? [] : [by(post)];
  const article = element("article", look.overlay ? "overlay" : "", top, element("div", "post", ...head, ...parts));
  if (replies.length) article.append(answers(replies, media));
  article.append(element("p", "address", post.sandbox ? "no account connected" : post.url ?? ""));
  const item = element("li", "", article);
  item.dataset.platform = post.platform;
  item.id = post.id.replace(/^sandbox:/, ""); // where the post's own address, /#<key>, points
  return item;
}
