// Draws the images and videos of a post: those that the simulator has, and a plate for those that it has not.
import { element, sign } from "./dom.js";

const SWIPED = new Set(["instagram", "tiktok", "pinterest"]);
const VIDEO = /\.(mp4|mov|m4v|webm)(\?|$)/i;

function sizeOf(bytes) {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}

function lengthOf(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function factsOf(known) {
  const facts = [];
  if (known?.seconds) facts.push(lengthOf(known.seconds));
  if (known?.bytes) facts.push(sizeOf(known.bytes));
  if (known?.width) facts.push(`${known.width} × ${known.height}`);
  return facts.join(" · ");
}

function plate(medium, kind, known, why) {
  const icon = sign(kind === "video" ? "play" : "picture");
  const made = element("div", "plate", icon, element("span", "facts", factsOf(known)), element("span", "", why));
  if (known?.width && known.height > known.width) made.classList.add("upright");
  made.title = medium.alt || medium.url;
  return made;
}

// Where the page may load a medium from: the simulator itself, and nowhere else.
function addressOf(medium, known) {
  if (known) return known.address;
  const address = new URL(medium.url, location.href);
  return address.origin === location.origin ? address.href : null;
}

function shown(medium, media) {
  const known = media[medium.url];
  const kind = known?.type.split("/")[0] ?? medium.kind ?? (VIDEO.test(medium.url) ? "video" : "image");
  const address = addressOf(medium, known);
  if (address === null) {
    return plate(medium, kind, known, known ? `This ${kind} is too large to be kept here.` : `Not fetched: ${medium.url}`);
  }
  const made = document.createElement(kind === "video" ? "video" : "img");
  made.addEventListener("error", () => made.replaceWith(plate(medium, kind, known, `This ${kind} cannot be shown.`)));
  if (known?.width) {
    made.width = known.width;
    made.height = known.height;
  }
  if (kind === "video") {
    made.controls = true;
    made.playsInline = true;
    made.preload = "metadata";
    made.setAttribute("aria-label", medium.alt || "Video without a description");
  } else {
    made.alt = medium.alt || "Image without a description";
    made.loading = "lazy";
  }
  if (medium.alt) made.title = medium.alt;
  made.src = address;
  return made;
}

export function gallery(post, media) {
  if (post.media.length === 0) return null;
  const items = post.media.map((medium, number) => {
    const item = element("li", "", shown(medium, media));
    if (medium.alt) {
      const badge = element("span", "alt", "ALT");
      badge.title = medium.alt;
      item.append(badge);
    }
    if (SWIPED.has(post.platform) && post.media.length > 1) {
      item.append(element("span", "number", `${number + 1}/${post.media.length}`));
    }
    return item;
  });
  const list = element("ul", "media", ...items);
  const known = media[post.media[0].url];
  if (known?.width && known.height > known.width) list.classList.add("upright");
  list.dataset.count = String(Math.min(items.length, 5));
  if (SWIPED.has(post.platform) && items.length > 1) {
    list.classList.add("swiped");
    list.tabIndex = 0;
    list.setAttribute("aria-label", `${items.length} images and videos, one beside the other`);
  }
  return list;
}
