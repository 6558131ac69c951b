"""The function that serves the OpenAPI document and the page on which people read it."""

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urljoin

import pytest

from local.openapi.stored import current_document
from tests.support.api import CONTEXT, sample
from tests.support.cold_start import start

BASE = "/api/social/"
FILES = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}


@pytest.fixture
def openapi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The function, with short files instead of those of Swagger UI."""
    app: ModuleType = start("openapi")
    (tmp_path / "site").mkdir()
    for name in FILES:
        (tmp_path / "site" / name).write_text(name, encoding="utf-8")
    for file in (current_document(), app._FOLDER / "docs.html", app._FOLDER / "start.js"):
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    monkeypatch.setattr(app, "_FOLDER", tmp_path)
    return app


def get(openapi: ModuleType, resource: str, proxy: str | None = None) -> dict[str, Any]:
    event = sample("openapi") | {"resource": BASE + resource, "pathParameters": proxy and {"proxy": proxy}}
    response: dict[str, Any] = openapi.handler(event, CONTEXT)
    return response


def test_stored_document_is_served_to_everybody(openapi: ModuleType) -> None:
    response = openapi.handler(sample("openapi"), CONTEXT)

    assert (response["statusCode"], response["body"]) == (200, current_document().read_text(encoding="utf-8"))
    assert response["headers"]["content-type"] == "application/json; charset=utf-8"
    assert response["headers"]["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("stage", ["https://a1b2c3.execute-api.eu-central-1.amazonaws.com/prod", "https://example.com"])
def test_calls_go_to_the_stage_that_serves_the_document(stage: str) -> None:
    document = json.loads(current_document().read_text(encoding="utf-8"))
    [server] = document["servers"]

    base = urljoin(f"{stage}{BASE}openapi.json", server["url"]).rstrip("/")

    assert base == stage


def test_page_loads_only_its_own_files(openapi: ModuleType) -> None:
    page = get(openapi, "docs")

    assert page["headers"]["content-type"] == "text/html; charset=utf-8"
    linked = {urljoin(f"{BASE}docs", link) for link in re.findall(r'(?:src|href)="([^":]+)"', page["body"])}
    assert linked == {f"{BASE}openapi.json", *(f"{BASE}docs/{name}" for name in ("start.js", *FILES))}
    for address in linked - {f"{BASE}openapi.json"}:
        assert get(openapi, "docs/{proxy+}", address.removeprefix(f"{BASE}docs/"))["statusCode"] == 200


def test_page_may_run_only_scripts_of_its_own_files(openapi: ModuleType) -> None:
    page = get(openapi, "docs")
    policy = dict(each.split(" ", 1) for each in page["headers"]["content-security-policy"].split("; "))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert re.findall(r"<script(?![^>]*\bsrc=)|\bstyle=|\bon\w+=", page["body"]) == []


@pytest.mark.parametrize(("name", "content_type"), FILES.items(), ids=FILES)
def test_files_of_the_page_have_their_types(openapi: ModuleType, name: str, content_type: str) -> None:
    response = get(openapi, "docs/{proxy+}", name)

    assert (response["statusCode"], response["body"]) == (200, name)
    assert response["headers"]["content-type"] == f"{content_type}; charset=utf-8"


@pytest.mark.parametrize(
    "name", ["none.js", "secret", "../secret", "../app.py", "site/swagger-ui.css", "docs.html", ""]
)
def test_no_other_file_can_be_read(openapi: ModuleType, name: str) -> None:
    response = get(openapi, "docs/{proxy+}", name)

    assert response["statusCode"] == 404
    assert "access-control-allow-origin" not in response["headers"]
