"""HTML pages for browsers.

A page loads no other resources, and runs only its own script. The page's content security policy enforces these rules.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from typing import Any, NamedTuple

from minutehand.runtime.response import Response

STYLE = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto 0;padding:0 1.5rem;color:#1b1f24}"
    "h1{font-size:1.5rem;line-height:1.25}li{font-weight:600}.small{color:#57606a;font-size:.9rem}"
    "button{font:inherit;padding:.5rem 1.25rem;border:0;border-radius:.4rem;background:#0b57d0;color:#fff}"
    "form{margin:1rem 0}label{display:block;margin:.5rem 0}"
    "input{font:inherit;display:block;width:100%;box-sizing:border-box;padding:.4rem}"
    "@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}.small{color:#9198a1}}"
)


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


_POLICY = f"default-src 'none'; style-src 'sha256-{_hash(STYLE)}'; base-uri 'none'; frame-ancestors 'none'"
PRIVATE_HEADERS = {"referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}
"""Headers for a page whose address may contain a code. Browsers then do not send the address to other sites."""


class Input(NamedTuple):
    """A field of a form that a person fills in. ``secret``: whether the browser hides what the person types."""

    name: str
    label: str
    secret: bool = False
    value: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form with one button. A browser submits the form to the page's own address.

    ``label``: the label of the button, as HTML. ``hidden``: the values of the hidden fields, which are escaped when the
    page is rendered.
    """

    label: str
    hidden: Mapping[str, str] = field(default_factory=dict, repr=False)
    inputs: Sequence[Input] = ()

    def html(self) -> str:
        """Return the form as HTML."""
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in self.hidden.items()
        )
        return f'<form method="post">{hidden}{"".join(map(_input, self.inputs))}<button>{self.label}</button></form>'


def _input(field: Input) -> str:
    kind = "password" if field.secret else "text"
    attributes = f'type="{kind}" name="{field.name}" value="{escape(field.value)}" autocomplete="off" required'
    return f"<label>{escape(field.label)}<input {attributes}></label>"


class Page(NamedTuple):
    """A page: a heading, paragraphs, forms, and a last paragraph in small print. ``script``: the script that runs when
    the page is shown.

    The texts are HTML, so callers escape the values in them.
    """

    title: str
    paragraphs: Sequence[str]
    small: str
    forms: Sequence[Form] = ()
    script: str = ""

    def response(self, status: int) -> Response[Any]:
        """Return the HTTP response that shows the page."""
        # HTML does not allow a list within a paragraph.
        body = "".join(text if text.startswith("<ul>") else f"<p>{text}</p>" for text in self.paragraphs)
        forms = "".join(form.html() for form in self.forms)
        script = f"<script>{self.script}</script>" if self.script else ""
        html = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{self.title} - Minutehand</title><style>{STYLE}</style></head>"
            f'<body><h1>{self.title}</h1>{body}{forms}<p class="small">{self.small}</p>{script}</body></html>'
        )
        return Response(status, html, content_type="text/html; charset=utf-8", headers=self._headers())

    def _headers(self) -> dict[str, str]:
        # Browsers also apply form-action to the redirects after the submission of a form. The response to a form may
        # redirect to another site, and that site may redirect further, so the sites cannot be listed.
        policy = _POLICY if self.forms else f"{_POLICY}; form-action 'none'"
        if self.script:
            policy += f"; script-src 'sha256-{_hash(self.script)}'"
        return {"content-security-policy": policy, "x-frame-options": "DENY"}
