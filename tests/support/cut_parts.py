"""The parts of a page that people cannot see whole."""

from playwright.sync_api import Page

# An element is cut if it is outside the page or its link or button, or if an ancestor hides a part of it. Text that
# ends in an ellipsis is complete on the page of its post, and a part that scrolls shows everything.
_CUT = """() => [...document.body.querySelectorAll("*")].filter((element) => {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const box = element.getBoundingClientRect();
    if (!own || box.width <= 1 || box.height <= 1) return false;
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    const control = element.closest("a, button")?.getBoundingClientRect() ?? box;
    if (box.right > control.right + 1 || box.left < control.left - 1) return true;
    for (let each = element; each !== document.body; each = each.parentElement) {
        const style = getComputedStyle(each);
        if (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none") return false;
        if (style.clipPath !== "none") return false;
        if (["auto", "scroll"].includes(style.overflowX) && each.scrollWidth > each.clientWidth) return false;
        const outer = each.getBoundingClientRect();
        const hides = (overflow) => overflow === "hidden" || overflow === "clip";
        if (hides(style.overflowX) && (box.right > outer.right + 1 || box.left < outer.left - 1)) return true;
        if (hides(style.overflowY) && (box.bottom > outer.bottom + 1 || box.top < outer.top - 1)) return true;
    }
    return box.left < -1 || box.right > innerWidth + 1;
}).map((element) => `${element.tagName} ${element.className}: ${element.textContent.trim().slice(0, 60)}`)"""


def cut_parts(page: Page) -> list[str]:
    """Return the elements of the page that are cut, and a sentence if the page scrolls sideways."""
    found: list[str] = page.evaluate(_CUT)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("The page scrolls sideways.")
    return found
