// Creates an element. Text is inserted only as text, never as markup.
const SVG = "http://www.w3.org/2000/svg";

export function element(tag, name, ...children) {
  const created = document.createElement(tag);
  if (name) created.className = name;
  created.append(...children);
  return created;
}

// Returns one of the icons that the page defines.
export function icon(id) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${id}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}
