// Renders the images and videos of a post, with a placeholder for each file that the simulator has not stored.
import { brandOf } from "./brands.js";
import { element, icon } from "./dom.js";

const VIDEO = /\.(mp4|mov|m4v|webm)(\?|$)/i;

function sizeOf(bytes) {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}

function durationOf(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function propertiesOf(known) {
  const properties = [];
  if (known?.seconds) properties.push(durationOf(known.seconds));
  if (known?.bytes) properties.push(sizeOf(known.bytes));
  if (known?.width) properties.push(`${known.width} × ${known.height}`);
  return properties.join(" · ");
}

function placeholder(item, kind, known, reason) {
  const symbol = icon(kind === "video" ? "play" : "picture");
  const created = element("div", "placeholder", symbol, element("span", "properties", propertiesOf(known)), element("span", "", reason));
  if (known?.width && known.height > known.width) created.classList.add("portrait");
  created.title = item.alt || item.url;
  return created;
}

// Returns the URL at which the simulator serves an image or a video, or null if the simulator does not serve it.
function addressOf(item, known) {
  if (known) return known.address;
  const address = new URL(item.url, location.href);
  return address.origin === location.origin ? address.href : null;
}

function render(item, media) {
  const known = media[item.url];
  const kind = known?.type.split("/")[0] ?? item.kind ?? (VIDEO.test(item.url) ? "video" : "image");
  const address = addressOf(item, known);
  if (address === null) {
    return placeholder(item, kind, known, known ? `This ${kind} is too large to be stored.` : `Not fetched: ${item.url}`);
  }
  const created = document.createElement(kind === "video" ? "video" : "img");
  created.addEventListener("error", () => created.replaceWith(placeholder(item, kind, known, `This ${kind} cannot be shown.`)));
  if (known?.width) {
    created.width = known.width;
    created.height = known.height;
  }
  if (kind === "video") {
    created.controls = true;
    created.playsInline = true;
    created.preload = "metadata";
    created.setAttribute("aria-label", item.alt || "Video without a description");
  } else {
    created.alt = item.alt || "Image without a description";
    created.loading = "lazy";
  }
  if (item.alt) created.title = item.alt;
  created.src = address;
  return created;
}

export function gallery(post, media) {
  if (post.media.length === 0) return null;
  const inCarousel = brandOf(post.platform).carousel && post.media.length > 1;
  const items = post.media.map((item, number) => {
    const entry = element("li", "", render(item, media));
    if (item.alt) {
      const badge = element("span", "alt", "ALT");
      badge.title = item.alt;
      entry.append(badge);
    }
    if (inCarousel) {
      entry.append(element("span", "number", `${number + 1}/${post.media.length}`));
    }
    return entry;
  });
  const list = element("ul", "media", ...items);
  const known = media[post.media[0].url];
  if (known?.width && known.height > known.width) list.classList.add("portrait");
  list.dataset.count = String(Math.min(items.length, 5));
  if (inCarousel) {
    list.classList.add("carousel");
    list.tabIndex = 0;
    list.setAttribute("aria-label", `${items.length} images and videos in a row`);
  }
  return list;
}
