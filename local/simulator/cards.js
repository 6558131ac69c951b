// Renders a post roughly as its platform does. Text is inserted only as text, never as markup.
import { brandOf } from "./brands.js";
import { element, icon } from "./dom.js";
import { gallery } from "./media.js";

const MENTION_OR_HASHTAG = /(?<![\p{L}\p{N}_&/])([@#])([\p{L}\p{N}_](?:[\p{L}\p{N}_.@-]*[\p{L}\p{N}_])?)/gu;
const MAX_COLLAPSED = 420; // characters; a platform hides the rest behind "more"

const isWebUrl = (url) => /^https?:\/\//i.test(url);

function linkTo(url, text) {
  const link = element("a", "", text);
  link.href = url;
  link.rel = "noopener noreferrer nofollow";
  link.target = "_blank";
  return link;
}

function withLinks(text, platform) {
  const { mentions, hashtags } = brandOf(platform);
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(MENTION_OR_HASHTAG)) {
    const base = match[1] === "@" ? mentions : hashtags;
    const word = match[1] === "#" ? match[2].split(/[.@-]/)[0] : match[2];
    if (!base || (match[1] === "#" && /^\d+$/.test(word))) continue;
    nodes.push(text.slice(at, match.index), linkTo(base + encodeURIComponent(word), match[1] + word));
    at = match.index + 1 + word.length;
  }
  return [...nodes, text.slice(at)];
}

// Returns the segments of the text without the title, which some platforms show separately.
function segmentsOf(post) {
  if (!post.title || !post.text.startsWith(post.title)) return post.segments;
  let hidden = post.title.length + post.text.slice(post.title.length).match(/^\s*/)[0].length;
  return post.segments.flatMap((segment) => {
    const text = segment.text.slice(hidden);
    hidden = Math.max(0, hidden - segment.text.length);
    return text ? [{ ...segment, text }] : [];
  });
}

function textOf(post) {
  const text = element("p", "text");
  for (const segment of segmentsOf(post)) {
    if (segment.href && isWebUrl(segment.href)) text.append(linkTo(segment.href, segment.text));
    else text.append(...withLinks(segment.text, post.platform));
  }
  return text.textContent.trim() ? text : null;
}

function collapsible(text) {
  if (text === null || text.textContent.length <= MAX_COLLAPSED) return text;
  const button = element("button", "more", "more");
  button.type = "button";
  text.classList.add("collapsed");
  button.addEventListener("click", () => { text.classList.remove("collapsed"); button.remove(); });
  return element("div", "", text, button);
}

function timeOf(publishedAt) {
  const time = element("time");
  const published = new Date(publishedAt);
  time.dateTime = publishedAt;
  time.title = published.toLocaleString([], { dateStyle: "full", timeStyle: "medium" });
  const today = published.toDateString() === new Date().toDateString();
  time.textContent = published.toLocaleString([], today ? { timeStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" });
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

function author(post) {
  const names = element("span", "names", element("b", "", nameIn(post)));
  if (post.account !== nameIn(post)) names.append(" ", element("span", "handle", post.account));
  return element("header", "by", avatar(post), names);
}

function actionsOf(brand) {
  const line = element("div", "actions", ...brand.actions.map((action) => {
    const [name, label = ""] = action.split(" ");
    return element("span", "", icon(name), label);
  }));
  line.setAttribute("aria-hidden", "true"); // the icons are decoration only
  return line;
}

function linkCard({ url, title, description, image }) {
  const host = isWebUrl(url) ? new URL(url).host : url;
  const children = [element("span", "host", host), element("b", "", title || url)];
  if (image) {
    const picture = element("img");
    picture.src = image;
    picture.alt = "";
    children.unshift(picture);
  }
  if (description) children.push(element("span", "", description));
  const linked = isWebUrl(url) ? linkTo(url, "") : element("div");
  linked.className = "link";
  linked.append(...children);
  return linked;
}

function renderPart(part, post, brand, media) {
  switch (part) {
    case "body": return collapsible(textOf(post));
    case "caption": {
      const text = textOf(post);
      text?.prepend(element("b", "", nameIn(post)), " ");
      return text;
    }
    case "title": return post.title ? element("p", "title", post.title) : null;
    case "media": return gallery(post, media);
    case "link": return post.link ? linkCard(post.link) : null;
    case "actions": return actionsOf(brand);
    default: return author(post);
  }
}

function reply({ post, replies }, media) {
  const parts = [author(post), textOf(post), gallery(post, media)].filter(Boolean);
  parts[0].append(timeOf(post.publishedAt));
  const item = element("li", "", ...parts);
  if (replies.length) item.append(replyList(replies, media));
  return item;
}

function replyList(replies, media) {
  return element("ol", "replies", ...replies.map((each) => reply(each, media)));
}

export function card({ post, replies }, media) {
  const brand = brandOf(post.platform);
  const top = element("div", "top", element("span", "platform", brand.name));
  if (post.label) top.append(element("span", "label", post.label));
  if (post.sandbox) top.append(element("span", "label sandbox", "sandbox"));
  top.append(timeOf(post.publishedAt));
  const parts = brand.parts.map((part) => renderPart(part, post, brand, media)).filter(Boolean);
  const head = brand.parts.includes("by") ? [] : [author(post)];
  const article = element("article", "", top, element("div", "post", ...head, ...parts));
  if (replies.length) article.append(replyList(replies, media));
  article.append(element("p", "address", post.sandbox ? "no account connected" : post.url ?? ""));
  const item = element("li", brand.style.join(" "), article);
  item.dataset.platform = post.platform;
  item.id = post.id.replace(/^sandbox:/, ""); // the post's own URL is /#<key>
  return item;
}
