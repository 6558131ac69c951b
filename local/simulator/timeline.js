// Shows the published posts, and polls for new ones twice a second while the page is visible.
import { brandOf } from "./brands.js";
import { card } from "./cards.js";

const MAX_SHOWN = 200;
const ROW_HEIGHT = 8; // pixels; the heights of cards are rounded up to multiples of it
const list = document.getElementById("posts");
const status = document.getElementById("status");
const empty = document.getElementById("empty");
const filters = document.getElementById("filters");
const shown = new Map();
let version = "";
let selected = null;
let posts = [];
let media = {};

// Packs cards of different heights closely, in chronological order, without moving them in the document.
const heights = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const gap = parseFloat(getComputedStyle(list).columnGap) || 0;
    target.parentElement.style.gridRowEnd = `span ${Math.ceil((target.offsetHeight + gap) / ROW_HEIGHT)}`;
  }
});

// Returns the posts that do not reply to a post on the page, each with its replies, oldest first.
function threads() {
  const nodes = new Map(posts.map((post) => [post.id, { post, replies: [] }]));
  const roots = [];
  for (const post of posts) {
    const parent = nodes.get(post.parent);
    if (parent === undefined) roots.push(nodes.get(post.id));
    else parent.replies.unshift(nodes.get(post.id));
  }
  return roots;
}

function renderFilters() {
  const platforms = [...new Set(posts.map((post) => post.platform))].sort();
  if (selected !== null && !platforms.includes(selected)) selected = null;
  const names = [null, ...platforms].join();
  if (filters.dataset.platforms !== names) {
    filters.dataset.platforms = names;
    filters.replaceChildren(...[null, ...platforms].map((platform) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = platform === null ? "All" : brandOf(platform).name;
      button.dataset.value = platform ?? "";
      if (platform !== null) item.dataset.platform = platform;
      button.addEventListener("click", () => { selected = platform; render(); });
      item.append(button);
      return item;
    }));
  }
  for (const button of filters.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.value === (selected ?? "")));
  }
}

// Returns the content of a card as text; a card is rendered again only if its content has changed.
function contentOf({ post, replies }) {
  return JSON.stringify([post, post.media.map(({ url }) => media[url] ?? null), replies.map(contentOf)]);
}

function render() {
  renderFilters();
  const roots = threads().filter(({ post }) => selected === null || post.platform === selected);
  const visible = roots.slice(0, MAX_SHOWN);
  const ids = new Set(visible.map(({ post }) => post.id));
  for (const [id, { item }] of shown) {
    if (!ids.has(id)) { item.remove(); shown.delete(id); }
  }
  let next = list.firstElementChild;
  for (const thread of visible) {
    const { id } = thread.post;
    const content = contentOf(thread);
    let known = shown.get(id);
    if (known === undefined || known.content !== content) {
      const item = card(thread, media);
      heights.observe(item.firstElementChild);
      if (known === undefined) item.classList.add("new");
      else {
        if (known.item === next) next = item;
        known.item.replaceWith(item);
      }
      known = { item, content };
      shown.set(id, known);
    }
    if (known.item === next) next = next.nextElementSibling;
    else list.insertBefore(known.item, next);
  }
  empty.hidden = posts.length > 0;
  const count = posts.filter(({ platform }) => selected === null || platform === selected).length;
  const summary = count === 1 ? "1 post" : `${count} posts`;
  status.textContent = roots.length > MAX_SHOWN ? `${summary}, the newest ${MAX_SHOWN} shown` : summary;
}

async function poll() {
  try {
    const response = await (await fetch(`/api/timeline?since=${encodeURIComponent(version)}`)).json();
    if (response.posts !== null) {
      ({ version, posts, media } = response);
      render();
    } else if (status.dataset.offline) {
      render();
    }
    delete status.dataset.offline;
  } catch {
    status.dataset.offline = "yes";
    status.textContent = "The simulator is not responding.";
  }
  setTimeout(poll, document.hidden ? 3000 : 500);
}

poll();
