"""Serves the OpenAPI document of the API, and a page on which people read it.

The function uses the standard library only and reads no data, so that the document is available even without a
database. `make openapi` writes the document. `make web-build` copies the files of Swagger UI, which renders the page,
to `site`.
"""

from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
_BASE = "/api/social/"
_FILES = {
    "openapi.json": ("openapi.json", "application/json"),
    "docs": ("docs.html", "text/html"),
    "docs/start.js": ("start.js", "text/javascript"),
    "docs/swagger-ui.css": ("site/swagger-ui.css", "text/css"),
    "docs/swagger-ui-bundle.js": ("site/swagger-ui-bundle.js", "text/javascript"),
}
"""The file and the content type of each path. No other file can be read."""
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
"""The content security policy of the page, which calls only the API that serves it."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the document, the page, or a file of the page."""
    proxy = (event.get("pathParameters") or {}).get("proxy")
    path = str(event["resource"]).removeprefix(_BASE) if proxy is None else f"docs/{proxy}"
    if path not in _FILES:
        return _response(404, "text/plain", "This file does not exist.")
    file, content_type = _FILES[path]
    return _response(200, content_type, _text(file))


@cache
def _text(file: str) -> str:
    return (_FOLDER / file).read_text(encoding="utf-8")


def _response(status: int, content_type: str, body: str) -> dict[str, Any]:
    headers = {
        "content-type": f"{content_type}; charset=utf-8",
        "cache-control": "public, max-age=300",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "strict-transport-security": "max-age=31536000",
        "content-security-policy": "; ".join(f"{directive} {sources}" for directive, sources in _POLICY.items()),
    }
    if content_type == "application/json":  # pages of every origin may read the document, because it is not secret
        headers["access-control-allow-origin"] = "*"
    return {"statusCode": status, "headers": headers, "body": body}
