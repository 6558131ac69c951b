"""The pages that a browser shows after the callback.

A page has no scripts and loads nothing, and its content security policy allows nothing else. It names the owner, so
that a person who was tricked into connecting an account notices it and learns what to do.
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
PRIVATE_HEADERS = {"referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}
"""Headers that keep the page's address secret, which contains a code and a state."""
PAGE_HEADERS = {"content-security-policy": POLICY, "x-frame-options": "DENY"}


def connected(done: CompletedAuthorization) -> Response:
    """Return the page that lists the connected accounts and names their owner."""
    name, owner = escape(display_name(done.platform)), escape(done.owner_id)
    subject = "This account" if len(done.connections) == 1 else "These accounts"
    handles = "".join(f"<li>{escape(connection.handle)}</li>" for connection in done.connections)
    paragraphs = [
        f"{subject} on {name} can now be used for posts of <strong>{owner}</strong>:",
        f"<ul>{handles}</ul>",
        "You may close this page.",
    ]
    small = (
        f"If you are not <strong>{owner}</strong>, somebody else began this. Revoke the access in the settings of "
        f"{name}, under connected apps."
    )
    return _page(200, f"{name} is connected", paragraphs, small)


def failed(request: Request, failure: Failure) -> Response | None:
    """Return the page that says why no account was connected; None for programs, which get JSON.

    A platform's redirect is a GET request. Any other request comes from a program, whatever it accepts.
    """
    if request.method != "GET" or request.wants_json:
        return None
    return _page(
        failure.status, "No account was connected", [escape(failure.sentence)], f"Request {escape(request.id)}"
    )


def _page(status: int, title: str, paragraphs: Sequence[str], small: str) -> Response:
    """Return a page with ``paragraphs`` of escaped HTML. HTML allows no list within a paragraph."""
    body = "".join(text if text.startswith("<ul>") else f"<p>{text}</p>" for text in paragraphs)
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title} - Minutehand</title><style>{STYLE}</style></head>"
        f'<body><h1>{title}</h1>{body}<p class="small">{small}</p></body></html>'
    )
    return Response(status, page, content_type="text/html; charset=utf-8", headers=PAGE_HEADERS)
