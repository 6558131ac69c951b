// Shows what landed, and asks twice a second whether there is more.
import { card, nameOf } from "./cards.js";

const MOST_SHOWN = 200;
const ROW = 8; // pixels: what the heights of cards are rounded to
const list = document.getElementById("posts");
const status = document.getElementById("status");
const empty = document.getElementById("empty");
const filters = document.getElementById("filters");
const shown = new Map();
let version = "";
let chosen = null;
let posts = [];
let media = {};

// Cards of different heights stand close together, in the order of their time, and none moves in the document.
const heights = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const gap = parseFloat(getComputedStyle(list).columnGap) || 0;
    target.parentElement.style.gridRowEnd = `span ${Math.ceil((target.offsetHeight + gap) / ROW)}`;
  }
});

// Posts that answer nothing shown here, each with what answers it, oldest first.
function trees() {
  const nodes = new Map(posts.map((post) => [post.id, { post, replies: [] }]));
  const roots = [];
  for (const post of posts) {
    const parent = nodes.get(post.parent);
    if (parent === undefined) roots.push(nodes.get(post.id));
    else parent.replies.unshift(nodes.get(post.id));
  }
  return roots;
}

function drawFilters() {
  const platforms = [...new Set(posts.map((post) => post.platform))].sort();
  if (chosen !== null && !platforms.includes(chosen)) chosen = null;
  const wanted = [null, ...platforms].join();
  if (filters.dataset.drawn !== wanted) {
    filters.dataset.drawn = wanted;
    filters.replaceChildren(...[null, ...platforms].map((platform) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = platform === null ? "All" : nameOf(platform);
      button.dataset.value = platform ?? "";
      if (platform !== null) item.dataset.platform = platform;
      button.addEventListener("click", () => { chosen = platform; draw(); });
      item.append(button);
      return item;
    }));
  }
  for (const button of filters.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.value === (chosen ?? "")));
  }
}

// What a card shows, as text: when that changes, and only then, the card is drawn again.
function mark({ post, replies }) {
  return JSON.stringify([post, post.media.map(({ url }) => media[url] ?? null), replies.map(mark)]);
}

function draw() {
  drawFilters();
  const roots = trees().filter(({ post }) => chosen === null || post.platform === chosen);
  const wanted = roots.slice(0, MOST_SHOWN);
  const ids = new Set(wanted.map(({ post }) => post.id));
  for (const [id, { item }] of shown) {
    if (!ids.has(id)) { item.remove(); shown.delete(id); }
  }
  let place = list.firstElementChild;
  for (const tree of wanted) {
    const { id } = tree.post;
    const now = mark(tree);
    let known = shown.get(id);
    if (known === undefined || known.mark !== now) {
      const item = card(tree, media);
      heights.observe(item.firstElementChild);
      if (known === undefined) item.classList.add("new");
      else {
        if (known.item === place) place = item;
        known.item.replaceWith(item);
      }
      known = { item, mark: now };
      shown.set(id, known);
    }
    if (known.item === place) place = place.nextElementSibling;
    else list.insertBefore(known.item, place);
  }
  empty.hidden = posts.length > 0;
  const count = posts.filter(({ platform }) => chosen === null || platform === chosen).length;
  const said = count === 1 ? "1 post" : `${count} posts`;
  status.textContent = roots.length > MOST_SHOWN ? `${said}, the newest ${MOST_SHOWN} shown` : said;
}

async function look() {
  try {
    const answer = await (await fetch(`/api/timeline?since=${encodeURIComponent(version)}`)).json();
    if (answer.posts !== null) {
      ({ version, posts, media } = answer);
      draw();
    } else if (status.dataset.away) {
      draw();
    }
    delete status.dataset.away;
  } catch {
    status.dataset.away = "yes";
    status.textContent = "The simulator does not answer.";
  }
  setTimeout(look, document.hidden ? 3000 : 500);
}

look();
