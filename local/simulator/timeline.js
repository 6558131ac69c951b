// Shows what landed, and asks twice a second whether there is more. Every text goes in as text, never as markup.
"use strict";

const NAMES = {
  bluesky: "Bluesky", mastodon: "Mastodon", instagram: "Instagram", facebook: "Facebook", linkedin: "LinkedIn", x: "X",
  tiktok: "TikTok", youtube: "YouTube", threads: "Threads", pinterest: "Pinterest",
};
const MOST_SHOWN = 200;
const template = document.getElementById("card");
const list = document.getElementById("posts");
const status = document.getElementById("status");
const empty = document.getElementById("empty");
const filters = document.getElementById("filters");
const shown = new Map();
let version = "";
let chosen = null;
let posts = [];

const nameOf = (platform) => NAMES[platform] ?? platform;
const isWeb = (address) => /^https?:\/\//i.test(address);

function linkTo(address, text) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = text;
  link.rel = "noopener noreferrer nofollow";
  link.target = "_blank";
  return link;
}

function picture(media) {
  const item = document.createElement("li");
  const address = new URL(media.url, location.href);
  if (address.origin === location.origin) {
    const image = document.createElement("img");
    image.src = address.href;
    image.alt = media.alt || "Image without a description";
    image.loading = "lazy";
    item.append(image);
  } else {
    item.append(isWeb(media.url) ? linkTo(media.url, media.url) : media.url);
  }
  return item;
}

function card(post) {
  const item = template.content.firstElementChild.cloneNode(true);
  item.dataset.platform = post.platform;
  item.id = post.id.replace(/^sandbox:/, ""); // where the post's own address, /#<key>, points
  const part = (selector) => item.querySelector(selector);
  part(".platform").textContent = nameOf(post.platform);
  part(".account").textContent = post.account;
  part(".sandbox").hidden = !post.sandbox;
  part(".text").append(...post.segments.map((piece) =>
    piece.href && isWeb(piece.href) ? linkTo(piece.href, piece.text) : document.createTextNode(piece.text)));
  part(".media").append(...post.media.map(picture));
  const landed = new Date(post.landedAt);
  part("time").dateTime = post.landedAt;
  part("time").textContent = landed.toLocaleString([], { dateStyle: "medium", timeStyle: "medium" });
  part("time").title = post.landedAt;
  part(".address").textContent = post.sandbox ? "no account connected" : "simulated";
  return item;
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
      button.addEventListener("click", () => { chosen = platform; draw(); });
      item.append(button);
      return item;
    }));
  }
  for (const button of filters.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.value === (chosen ?? "")));
  }
}

function draw() {
  drawFilters();
  const matching = posts.filter((post) => chosen === null || post.platform === chosen);
  const wanted = matching.slice(0, MOST_SHOWN);
  const ids = new Set(wanted.map((post) => post.id));
  for (const [id, item] of shown) {
    if (!ids.has(id)) { item.remove(); shown.delete(id); }
  }
  let place = list.firstElementChild;
  for (const post of wanted) {
    let item = shown.get(post.id);
    if (item === undefined) {
      item = card(post);
      item.classList.add("new");
      shown.set(post.id, item);
    }
    if (item === place) place = place.nextElementSibling;
    else list.insertBefore(item, place);
  }
  empty.hidden = posts.length > 0;
  const count = matching.length === 1 ? "1 post" : `${matching.length} posts`;
  status.textContent = matching.length > MOST_SHOWN ? `${count}, the newest ${MOST_SHOWN} shown` : count;
}

async function look() {
  try {
    const answer = await (await fetch(`/api/timeline?since=${encodeURIComponent(version)}`)).json();
    if (answer.posts !== null) {
      ({ version, posts } = answer);
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
