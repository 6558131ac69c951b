"""The planner in a browser, and the API of the same owner."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from playwright.sync_api import Browser, Page

from local.accounts import bearer_token
from local.settings import ROOT
from minutehand.runtime.sql import Query
from tests.support.stack import POSTS, DeployedStack

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
TIMEOUT = 30_000
"""The maximum wait for a change of the page, in milliseconds. The first call of a function is a cold start."""
ANNOUNCEMENTS = "[data-live-announcer]"
"""The announcements of React Aria. For seven seconds, they may name the label of an element that is gone."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
"""The rules whose result depends on the theme, which changes nothing but colours."""
_CONTROLS_THAT_HIDE_FOCUS = """async () => {
    // The page may have a new width.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const look = (element) => {
        const style = getComputedStyle(element);
        const hasOutline = style.outlineStyle !== "none" && style.outlineColor !== "rgba(0, 0, 0, 0)";
        return style.boxShadow + (hasOutline && style.outline) + getComputedStyle(element, "::after").boxShadow;
    };
    // A checkbox is in a hidden frame of one pixel. People see what is around this frame.
    const isFrame = (element) => element.getBoundingClientRect().width === 1;
    const frame = (element) => element && (isFrame(element) ? element : frame(element.parentElement));
    const visible = (element) => frame(element) ? visible(frame(element).parentElement) : element;
    const around = (element) => [element, element.parentElement, ...element.querySelectorAll("*")];
    const parts = (element) => around(element).filter((each) => !frame(each));
    const looks = (control) => parts(visible(control)).map(look).join();
    const settled = () => new Promise((done) => setTimeout(done));
    const hidden = [];
    const controls = "a[href], button, input, select, textarea, summary, video, [tabindex]";
    for (const control of document.querySelectorAll(controls)) {
        if (control.tabIndex < 0) continue;
        document.activeElement.blur();
        await settled();
        const before = looks(control);
        control.focus();
        await settled();
        const isHidden = document.activeElement === control && looks(control) === before;
        if (isHidden) hidden.push(control.outerHTML.slice(0, 200));
    }
    return hidden;
}"""
_RUN_AXE = "([context, options]) => axe.run(context, options).then((result) => result.violations)"


_SET_TIME = Query("set_time", "UPDATE social_posts SET scheduled_at = %(at)s WHERE id = %(post_id)s RETURNING id")
_DOUBT = Query(
    "doubt",
    """
    WITH doubted AS (
        UPDATE publications SET state = 'unknown', published_at = NULL, permalink = NULL, remote_id = NULL,
            failure_code = 'outcome_unknown', failure_reason = 'We could not confirm whether it was published.'
        WHERE post_id = %(post_id)s
        RETURNING post_id
    )
    UPDATE social_posts SET status = 'failed', posted_at = NULL, failure_reason = 'Unknown on X.'
    FROM doubted WHERE id = doubted.post_id RETURNING id
    """,
)


class Planner:
    """A person's planner. The effects of the person's actions are compared with the responses of the API."""

    def __init__(self, page: Page, stack: DeployedStack, owner: str) -> None:
        self.page = page
        self.stack = stack
        self.owner = owner
        self.api = stack.api(owner)
        self.address = f"{stack.deployment.api_url}/planner"

    def sign_in(self, roles: str = "", user: str | None = None) -> None:
        """Sign in on the local stack as the owner, or as another person of the same owner."""
        person = {"userId": user or self.owner, "ownerId": self.owner, "roles": roles}
        self.page.add_init_script(f"localStorage.setItem('minutehand.local-user', {json.dumps(json.dumps(person))})")

    def open(self, path: str = "/") -> None:
        """Open a view and wait for its title."""
        self.page.goto(self.address + path)
        self.page.locator("h1:not(main[aria-busy] h1)").first.wait_for()

    def unfold(self) -> None:
        """Wait until the view has loaded, and open its folded parts."""
        self.page.wait_for_load_state("networkidle", timeout=2 * TIMEOUT)
        self.page.locator("details").evaluate_all("(parts) => parts.forEach((part) => { part.open = true; })")

    def create(self, **fields: Any) -> dict[str, Any]:
        """Create a post by the API and return it."""
        body = {"content": "Good morning", "platforms": ["bluesky"], **fields}
        response = self.api.post(f"{POSTS}/create", json=body)
        assert response.status_code == 201, response.text
        post: dict[str, Any] = response.json()["post"]
        return post

    def connect(self) -> None:
        """Connect the owner to an account on each simulated platform."""
        self.stack.connect_accounts(self.owner)

    def connections(self) -> list[dict[str, Any]]:
        """Return the owner's connections."""
        connections: list[dict[str, Any]] = self.api.get("/api/social/connections").json()["connections"]
        return connections

    def bluesky(self, identifier: str) -> dict[str, str]:
        """Return the credentials of an account on the simulated Bluesky."""
        service = f"{self.stack.stack.settings.simulator_url}/bluesky"
        return {
            "platform": "bluesky", "identifier": identifier, "appPassword": "demo-app-password", "service": service,
        }  # fmt: skip

    def disconnect(self, connection: dict[str, Any]) -> None:
        """Disconnect an account by the API."""
        body = {"connectionId": connection["id"]}
        assert self.api.request("DELETE", "/api/social/connections", json=body).is_success

    def add_fault(self, platform: str, step: str, kind: str, **options: Any) -> None:
        """Make a simulated platform fail once for the owner's account, but not on Bluesky, whose tokens are not known.
        See docs/simulator.md.
        """
        fault = {"platform": platform, "step": step, "kind": kind, "token": bearer_token(self.owner), **options}
        response = self.stack.simulator.post("/faults", json=fault)
        assert response.is_success, response.text

    def doubt(self, post_id: str) -> None:
        """Make the publications of a published post unknown.

        No simulated platform leaves a publication in doubt within the time of a test, so the state is written into the
        database.
        """
        self.stack.db.fetch(_DOUBT, post_id=post_id)

    def set_time(self, post_id: str, at: datetime) -> None:
        """Write the time of a post into the database, where it may be in the past."""
        self.stack.db.fetch(_SET_TIME, post_id=post_id, at=at)

    def wait_for(self, post_id: str, status: str) -> None:
        """Wait until a post has a status, at most half a minute."""
        for _ in range(300):
            if self.post(post_id)["status"] == status:
                return
            time.sleep(0.1)
        raise AssertionError(f"The post is {self.post(post_id)['status']}, not {status}.")

    def post(self, post_id: str) -> dict[str, Any]:
        """Return a post as the API shows it."""
        post: dict[str, Any] = self.api.get(f"{POSTS}/get", params={"postId": post_id}).json()["post"]
        return post

    def posts(self) -> list[dict[str, Any]]:
        """Return all posts of the owner, with the newest first."""
        posts: list[dict[str, Any]] = self.api.get(f"{POSTS}/list").json()["posts"]
        return posts

    def violations(self, *, is_dark_too: bool = False) -> list[str]:
        """Return the violations that axe-core finds on the page: the theme, the rule and the element.

        The views and dialogs are checked in both themes in one place, and the contrast of each colour in another.
        """
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        violations = []
        dark = [("dark", COLOUR_RULES)] if is_dark_too else []
        for scheme, rules in [*dark, ("light", TAGS)]:
            self.page.emulate_media(color_scheme=scheme)
            options = {"runOnly": rules, "resultTypes": ["violations"]}
            found = self.page.evaluate(_RUN_AXE, [{"exclude": [ANNOUNCEMENTS]}, options])
            violations += [f"{scheme}: {each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]
        return violations

    def controls_that_hide_focus(self) -> list[str]:
        """Return the controls of the view that look the same with and without the focus of the keyboard."""
        self.page.keyboard.press("Tab")  # From now on, the page marks the focus.
        found: list[str] = self.page.evaluate(_CONTROLS_THAT_HIDE_FOCUS)
        return found


@contextmanager
def watched_page(browser: Browser) -> Iterator[Page]:
    """Open a page of a laptop in Berlin. Raise AssertionError at the end if a page of its context reported an error."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 1000}, locale="en-GB", timezone_id="Europe/Berlin", reduced_motion="reduce"
    )
    context.set_default_timeout(TIMEOUT)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on(
        "console",
        lambda message: errors.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield context.new_page()
    context.close()
    assert errors == []
