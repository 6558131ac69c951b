"""What people see in their browser when a platform has sent them back to us.

A page by itself: no script, nothing loaded from elsewhere, and a policy that allows nothing else. Who is shown one for
an account that they did not mean to connect learns from it whose workspace it went to, and what to do about it.
"""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape

from minutehand.oauth.authorization import CompletedAuthorization
from minutehand.platforms.catalog import display_name
from minutehand.runtime.http import Failure, Response
from minutehand.runtime.request import Request

STYLE = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto 0;padding:0 1.5rem;color:#1b1f24}"
    "h1{font-size:1.5rem;line-height:1.25}li{font-weight:600}.small{color:#57606a;font-size:.9rem}"
    "@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}.small{color:#9198a1}}"
)
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
DISCREET = {"referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}
"""The address of the page holds a code and a state: it is told to nobody."""
GUARDED = {"content-security-policy": POLICY, "x-frame-options": "DENY"}


def connected(done: CompletedAuthorization) -> Response:
    """Return the page that says which accounts belong to whose workspace now."""
    name, owner = escape(display_name(done.platform)), escape(done.owner_id)
    these = "This account" if len(done.connections) == 1 else "These accounts"
    handles = "".join(f"<li>{escape(connection.handle)}</li>" for connection in done.connections)
    paragraphs = [
        f"{these} of {name} can now be posted to from the workspace <strong>{owner}</strong>:",
        f"<ul>{handles}</ul>",
        "You may close this page.",
    ]
    small = (
        f"Is <strong>{owner}</strong> not your workspace? Then somebody else began this. Take the access back in the "
        f"settings of {name}, under connected apps."
    )
    return _page(200, f"{name} is connected", paragraphs, small)


def failed(request: Request, failure: Failure) -> Response | None:
    """Return the page that says why nothing was connected; None for programs, which are answered in JSON.

    What a platform sends here is a GET; who makes another call is a program, whatever it says that it accepts.
    """
    if request.method != "GET" or request.wants_json:
        return None
    return _page(failure.status, "Nothing was connected", [escape(failure.sentence)], f"Request {escape(request.id)}")


def _page(status: int, title: str, paragraphs: Sequence[str], small: str) -> Response:
    """Put a page together of HTML in which everything is escaped. A list may stand in no paragraph."""
    body = "".join(text if text.startswith("<ul>") else f"<p>{text}</p>" for text in paragraphs)
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title} - Minutehand</title><style>{STYLE}</style></head>"
        f'<body><h1>{title}</h1>{body}<p class="small">{small}</p></body></html>'
    )
    return Response(status, page, content_type="text/html; charset=utf-8", headers=GUARDED)
