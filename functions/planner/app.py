"""Serves the planner, the page where people plan their posts, from the files that Vite has built into `site`.

The function uses the standard library only and reads no data, so that the page opens even without a database.
"""

import json
import mimetypes
import os
from functools import cache
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

_SITE = Path(__file__).parent / "site"
_PAGE = "/planner"
_LOCAL = "trusted-header"


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return a file of the planner, its configuration, or index.html, which shows the view that the path names."""
    path = (event.get("pathParameters") or {}).get("proxy") or ""
    if path == "config.json":
        return _response(json.dumps(_config()), "application/json", cache="no-store")
    if path.startswith("assets/"):
        return _asset(path)
    return _response(_index(_base(event)), "text/html; charset=utf-8", cache="no-store")


def _asset(path: str) -> dict[str, Any]:
    # The name of a file contains a hash of its content, so a browser may cache the file for a year.
    text = _files().get(path)
    if text is None:
        return _response("This file does not exist.", "text/plain; charset=utf-8", cache="no-store", status=404)
    content_type = mimetypes.guess_type(path)[0] or "text/plain"
    return _response(text, f"{content_type}; charset=utf-8", cache="public, max-age=31536000, immutable")


@cache
def _files() -> dict[str, str]:
    """Return the text of each asset. Each key is a path such as `assets/index-4f2a.js`. No other file can be read."""
    return {
        str(PurePosixPath(*file.relative_to(_SITE).parts)): file.read_text(encoding="utf-8")
        for file in (_SITE / "assets").rglob("*")
        if file.is_file()
    }


def _index(base: str) -> str:
    """Return index.html with the address from which the browser resolves the paths of assets and views."""
    return _template().replace("<head>", f'<head><base href="{escape(base)}">', 1)


@cache
def _template() -> str:
    return (_SITE / "index.html").read_text(encoding="utf-8")


def _base(event: dict[str, Any]) -> str:
    """Return the path of the planner as the browser sees it, such as `/prod/planner/`.

    The path contains the stage or the base path of a custom domain. If the parameter ApiUrl is set, for example because
    CloudFront is in front of the API, it determines the path. Otherwise, API Gateway passes the path in the context of
    the request.
    """
    if api_url := os.environ.get("API_URL"):
        return f"{urlsplit(api_url).path.rstrip('/')}{_PAGE}/"
    path = str(event["requestContext"]["path"])
    return f"{path[: path.index(_PAGE)]}{_PAGE}/"


def _config() -> dict[str, str]:
    """Return the configuration that the planner needs to let people sign in."""
    if os.environ["AUTH_MODE"] == _LOCAL:
        return {"authMode": _LOCAL}
    return {
        "authMode": "oidc",
        "issuer": os.environ["OIDC_ISSUER"],
        "clientId": os.environ["OIDC_CLIENT_ID"],
        "audience": os.environ["OIDC_AUDIENCE"],
    }


def _response(body: str, content_type: str, *, cache: str, status: int = 200) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {
            "content-type": content_type,
            "cache-control": cache,
            "content-security-policy": _content_security_policy(),
            "referrer-policy": "no-referrer",
            "strict-transport-security": "max-age=31536000",
            "x-content-type-options": "nosniff",
        },
        "body": body,
    }


@cache
def _content_security_policy() -> str:
    """Return the content security policy of the page. The media of a post can be at any https address, so the policy
    allows media from every host.
    """
    connect = " ".join(filter(None, ["'self'", os.environ["MEDIA_ORIGIN"], _origin(os.environ["OIDC_ISSUER"])]))
    # The local stack serves media without TLS.
    media = "'self' https: blob:" + (" http:" if os.environ["AUTH_MODE"] == _LOCAL else "")
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": connect,
        "img-src": media,
        "media-src": media,
        "base-uri": "'self'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
    }
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
