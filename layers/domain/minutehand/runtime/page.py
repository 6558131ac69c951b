"""HTML pages for browsers.

A page has no scripts and loads nothing. Its content security policy forbids both.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from minutehand.runtime.response import Response

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
"""Headers that keep the address of a page secret, because the address may contain a code."""
PAGE_HEADERS = {"content-security-policy": POLICY, "x-frame-options": "DENY"}


@dataclass(frozen=True, slots=True)
class Page:
    """A page: a heading, paragraphs, and a last paragraph in small print. All texts are HTML with escaped values."""

    title: str
    paragraphs: Sequence[str]
    small: str

    def response(self, status: int) -> Response:
        """Return the HTTP response that shows the page."""
        # HTML does not allow a list within a paragraph.
        body = "".join(text if text.startswith("<ul>") else f"<p>{text}</p>" for text in self.paragraphs)
        html = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{self.title} - Minutehand</title><style>{STYLE}</style></head>"
            f'<body><h1>{self.title}</h1>{body}<p class="small">{self.small}</p></body></html>'
        )
        return Response(status, html, content_type="text/html; charset=utf-8", headers=PAGE_HEADERS)
