"""The function that serves the planner."""

import json
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.support.api import CONTEXT, sample
from tests.support.cold_start import start

INDEX = '<!doctype html><html><head><script type="module" src="./assets/index-1a2b.js"></script></head></html>'
SCRIPT = "console.log('Grüße')"
ENVIRON = {
    "API_URL": "",
    "AUTH_MODE": "oidc",
    "OIDC_ISSUER": "https://login.example.com/tenant",
    "OIDC_AUDIENCE": "https://api.example.com",
    "OIDC_CLIENT_ID": "planner",
    "MEDIA_ORIGIN": "https://media.s3.eu-central-1.amazonaws.com",
}


@pytest.fixture
def planner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The function with a small site."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(INDEX, encoding="utf-8")
    (tmp_path / "assets" / "index-1a2b.js").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "assets" / "mark-1a2b.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / ".fingerprint").write_text("secret", encoding="utf-8")
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    app: ModuleType = start("planner")
    monkeypatch.setattr(app, "_SITE", tmp_path)
    return app


def get(planner: ModuleType, path: str | None, request_path: str | None = None) -> dict[str, Any]:
    event = sample("planner")
    event["pathParameters"] = {"proxy": path} if path is not None else None
    event["requestContext"]["path"] = request_path or f"/prod/planner/{path or ''}".rstrip("/")
    answer: dict[str, Any] = planner.handler(event, CONTEXT)
    return answer


class _Base(HTMLParser):
    href: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "base":
            self.href = dict(attrs)["href"]


def base_of(answer: dict[str, Any]) -> str | None:
    parser = _Base()
    parser.feed(answer["body"])
    return parser.href


@pytest.mark.parametrize(
    ("api_url", "request_path", "base"),
    [
        ("", "/prod/planner", "/prod/planner/"),
        ("", "/prod/planner/posts/1/edit", "/prod/planner/"),
        ("", "/planner", "/planner/"),
        ("", "/social/v2/planner/posts", "/social/v2/planner/"),
        ("", "/prod/planner/planner", "/prod/planner/"),
        ("https://social.example.com", "/prod/planner", "/planner/"),
        ("https://example.com/social/", "/prod/planner", "/social/planner/"),
        ("", '/x"><script>/planner', '/x"><script>/planner/'),
    ],
)
def test_base_of_the_page_is_the_path_that_the_browser_sees(
    api_url: str, request_path: str, base: str, planner: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_URL", api_url)

    answer = get(planner, "posts", request_path)

    assert base_of(answer) == base
    assert answer["body"].count("<script") == 1


@pytest.mark.parametrize("path", [None, "posts", "posts/new", "assets", "index.html", ".fingerprint", "../app.py"])
def test_every_view_is_the_same_uncached_page(path: str | None, planner: ModuleType) -> None:
    answer = get(planner, path)

    assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer["headers"]["cache-control"] == "no-store"
    assert "index-1a2b.js" in answer["body"]


@pytest.mark.parametrize(
    ("path", "content_type", "body"),
    [
        ("assets/index-1a2b.js", "text/javascript; charset=utf-8", SCRIPT),
        ("assets/mark-1a2b.svg", "image/svg+xml; charset=utf-8", "<svg/>"),
    ],
)
def test_asset_is_cached_for_ever(path: str, content_type: str, body: str, planner: ModuleType) -> None:
    answer = get(planner, path)

    assert (answer["statusCode"], answer["body"]) == (200, body)
    assert answer["headers"]["content-type"] == content_type
    assert answer["headers"]["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "path", ["assets/none.js", "assets/../.fingerprint", "assets/../../app.py", "assets/%2e%2e/app.py", "assets/"]
)
def test_no_other_file_can_be_read(path: str, planner: ModuleType) -> None:
    answer = get(planner, path)

    assert (answer["statusCode"], answer["body"]) == (404, "This file does not exist.")


def test_configuration_names_the_issuer(planner: ModuleType) -> None:
    assert json.loads(get(planner, "config.json")["body"]) == {
        "authMode": "oidc",
        "issuer": "https://login.example.com/tenant",
        "clientId": "planner",
        "audience": "https://api.example.com",
    }


def test_local_stack_has_no_issuer(planner: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH_MODE", "trusted-header")
    monkeypatch.setenv("OIDC_ISSUER", "")

    answer = get(planner, "config.json")

    assert json.loads(answer["body"]) == {"authMode": "trusted-header"}
    assert policy(answer)["img-src"] == {"'self'", "https:", "blob:", "http:"}
    assert policy(answer)["connect-src"] == {"'self'", "https://media.s3.eu-central-1.amazonaws.com"}


def policy(answer: dict[str, Any]) -> dict[str, set[str]]:
    directives = answer["headers"]["content-security-policy"].split("; ")
    return {name: set(sources.split()) for name, _, sources in (each.partition(" ") for each in directives)}


@pytest.mark.parametrize("path", [None, "assets/index-1a2b.js", "assets/none.js", "config.json"])
def test_page_runs_only_its_own_scripts(path: str | None, planner: ModuleType) -> None:
    answer = get(planner, path)

    assert policy(answer) == {
        "default-src": {"'none'"},
        "script-src": {"'self'"},
        "style-src": {"'self'"},
        "connect-src": {"'self'", "https://media.s3.eu-central-1.amazonaws.com", "https://login.example.com"},
        "img-src": {"'self'", "https:", "blob:"},
        "media-src": {"'self'", "https:", "blob:"},
        "base-uri": {"'self'"},
        "form-action": {"'none'"},
        "frame-ancestors": {"'none'"},
        "require-trusted-types-for": {"'script'"},
    }
    assert answer["headers"]["x-content-type-options"] == "nosniff"
    assert answer["headers"]["referrer-policy"] == "no-referrer"
