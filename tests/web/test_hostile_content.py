"""Script, markup, and characters that change the direction of text have no effect outside their own text."""

import json
import re

from playwright.sync_api import Browser, Route, expect

from minutehand.runtime.sql import Query
from tests.support.local_time import tomorrow
from tests.support.planner import Planner

MARKER = "gnp.exe"
HOSTILE = (
    '"><img src=x onerror="window.hacked=1"><script>window.hacked=2</script></p>{{7*7}}'
    f"\u202e{MARKER}\u2066\u200b\u200d\u2028javascript:window.hacked=3"
)
SET_NAMES = Query(
    "set_names",
    """
    WITH refused AS (
        UPDATE publications SET failure_reason = %(text)s WHERE owner_id = %(owner)s RETURNING post_id
    ), posts AS (
        UPDATE social_posts SET failure_reason = %(text)s FROM refused WHERE id = refused.post_id RETURNING id
    )
    UPDATE social_connections SET handle = %(text)s, status_reason = %(text)s, status = 'reconnect_required'
    WHERE owner_id = %(owner)s RETURNING id
    """,
)
# The elements with hostile text of their own whose direction could change their neighbours.
LEAKING = f"""() => [...document.body.querySelectorAll("*:not(option)")].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.includes({json.dumps(MARKER)}))
    && !["plaintext", "isolate"].includes(getComputedStyle(element.closest("bdi, [dir]") ?? document.body).unicodeBidi)
).map((element) => element.outerHTML.slice(0, 200))"""
MARKUP = "document.querySelectorAll('img[src=x], script:not([src])').length"


def test_hostile_text_does_nothing_in_any_view(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    planner.add_fault("mastodon", "statuses", "status", status=422)
    failed = planner.create(content=HOSTILE, platforms=["mastodon"], publish="now", notes=HOSTILE)
    planner.wait_for(failed["id"], "failed")
    pending = planner.create(
        content=HOSTILE, notes=HOSTILE, campaign=HOSTILE[:200], scheduledAt=tomorrow(9), approvalRequired=True
    )
    approver = {"x-owner-id": planner.owner, "x-user-roles": "admin"}
    with planner.stack.api("<img src=x onerror=hacked>", approver) as api:
        decision = {"postId": pending["id"], "approved": False, "comment": HOSTILE}
        assert api.post("/api/social/posts/approve", json=decision).is_success
        pause = {"scope": "campaign", "campaign": HOSTILE[:200], "reason": HOSTILE[:200], "ownerId": planner.owner}
        paused = api.post("/api/social/queue", json={"action": "pause", **pause})
        assert paused.is_success, paused.text
    planner.stack.db.fetch(SET_NAMES, text=HOSTILE, owner=planner.owner)
    planner.sign_in(roles="admin", user="<img src=x onerror=window.hacked=4>")

    seen, leaking = 0, {}
    for path in (
        *("/", "/?view=week", "/?view=day", "/?view=agenda", "/posts?list=scheduled", "/posts?list=failed"),
        *(f"/posts/{failed['id']}", f"/posts/{pending['id']}", f"/posts/{pending['id']}/edit"),
        *("/connections", "/settings", "/queue"),
    ):
        planner.open(path)
        planner.unfold()
        assert page.evaluate("window.hacked") is None, path
        assert page.evaluate(MARKUP) == 0, path
        seen += page.evaluate(f"document.body.innerText.includes({json.dumps(MARKER)})")
        leaking[path] = page.evaluate(LEAKING)

    planner.open("/")
    page.get_by_role("button", name="Account").click()
    expect(page.get_by_role("option").nth(1)).to_contain_text(MARKER)
    leaking["choice of a connection"] = page.evaluate(LEAKING)
    planner.open("/connections")
    page.get_by_role("button", name=re.compile("^More for")).first.click()
    page.get_by_role("menuitem", name="Disconnect").click()
    title = page.get_by_role("dialog").get_by_role("heading")
    expect(title).to_contain_text(f"\u2068{HOSTILE}\u2069")

    assert {path: found for path, found in leaking.items() if found} == {}
    assert seen >= 9
    assert planner.post(pending["id"])["content"] == HOSTILE
    with planner.stack.api("operator", approver) as api:
        assert api.post("/api/social/queue", json={"action": "resume", **pause}).is_success


def test_injected_inline_script_is_blocked(planner: Planner, browser: Browser) -> None:
    def inject(route: Route) -> None:
        response = route.fetch()
        attack = "<script>window.hacked = 1</script><body onload='window.hacked = 2'>"
        route.fulfill(response=response, body=response.text().replace("<body>", attack))

    with browser.new_context() as context:
        page = context.new_page()
        blocked: list[str] = []
        page.on("console", lambda message: blocked.append(message.text) if message.type == "error" else None)
        page.route("**/planner/", inject)
        page.goto(f"{planner.address}/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        errors = page.evaluate(
            """() => [
                () => { document.body.innerHTML = "<img src=x onerror='window.hacked = 3'>"; },
                () => { document.createElement("script").textContent = "window.hacked = 4"; },
            ].map((attack) => { try { attack(); } catch (error) { return String(error); } })"""
        )
        assert page.evaluate("window.hacked") is None

    assert "TrustedHTML" in errors[0]
    assert "TrustedScript" in errors[1]
    assert any("inline script" in text and "script-src 'self'" in text for text in blocked), blocked
    assert planner.posts() == []
