"""HTML pages for browsers.

A page has no scripts and loads nothing. The page's content security policy forbids both.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape

from minutehand.runtime.response import Response

STYLE = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto 0;padding:0 1.5rem;color:#1b1f24}"
    "h1{font-size:1.5rem;line-height:1.25}li{font-weight:600}.small{color:#57606a;font-size:.9rem}"
    "button{font:inherit;padding:.5rem 1.25rem;border:0;border-radius:.4rem;background:#0b57d0;color:#fff}"
    "@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}.small{color:#9198a1}}"
)
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
PRIVATE_HEADERS = {"referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}
"""Headers that keep the address of a page secret, because the address may contain a code."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button that submits a form to the page's own address. The form has one field, ``token``."""

    label: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: a heading, paragraphs, a button, and a last paragraph in small print.

    All texts are HTML with escaped values.
    """

    title: str
    paragraphs: Sequence[str]
    small: str
    button: Button | None = None

    def response(self, status: int) -> Response:
        """Return the HTTP response that shows the page."""
        # HTML does not allow a list within a paragraph.
        body = "".join(text if text.startswith("<ul>") else f"<p>{text}</p>" for text in self.paragraphs)
        html = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{self.title} - Minutehand</title><style>{STYLE}</style></head>"
            f'<body><h1>{self.title}</h1>{body}{self._form()}<p class="small">{self.small}</p></body></html>'
        )
        return Response(status, html, content_type="text/html; charset=utf-8", headers=self._headers())

    def _form(self) -> str:
        if self.button is None:
            return ""
        hidden = f'<input type="hidden" name="token" value="{escape(self.button.token)}">'
        return f'<form method="post">{hidden}<button>{self.button.label}</button></form>'

    def _headers(self) -> dict[str, str]:
        # Browsers also apply form-action to the redirects that follow a form. The response to this form redirects to
        # another site, and that site may redirect further, so the sites cannot be listed.
        policy = _POLICY if self.button is not None else f"{_POLICY}; form-action 'none'"
        return {"content-security-policy": policy, "x-frame-options": "DENY"}
