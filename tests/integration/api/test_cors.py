"""Web pages of configured origins may call the API, and no other pages."""

from typing import Any

import pytest

from minutehand.runtime.db import Database
from tests.support.api import CONTEXT, Api, sample
from tests.support.clock import FakeClock
from tests.support.cold_start import ENVIRON, start

PAGE, OTHER = "https://app.example.com", "http://localhost:5173"
ORIGINS = f"{PAGE},{OTHER}"
REFUSED = [None, "", "null", "https://evil.example", "https://app.example.com.evil.example", "HTTPS://APP.EXAMPLE.COM"]


@pytest.fixture
def api(db: Database, clock: FakeClock) -> Api:
    return Api(db, clock, environ=ENVIRON | {"CORS_ORIGINS": ORIGINS})


def call(api: Api, origin: str | None, **who: Any) -> Any:
    return api.call("list_posts", headers={} if origin is None else {"origin": origin}, **who).headers


@pytest.mark.parametrize("origin", [PAGE, OTHER])
def test_page_of_a_configured_origin_may_read_the_response(api: Api, origin: str) -> None:
    headers = call(api, origin)

    assert headers["access-control-allow-origin"] == origin
    assert headers["vary"] == "origin"
    assert {"x-request-id", "ratelimit", "retry-after"} <= set(headers["access-control-expose-headers"].split(", "))
    assert "access-control-allow-credentials" not in headers


def test_page_may_read_errors_too(api: Api) -> None:
    assert call(api, PAGE, user=None)["access-control-allow-origin"] == PAGE


@pytest.mark.parametrize("origin", REFUSED)
def test_page_of_another_origin_may_not_read_the_response(api: Api, origin: str | None) -> None:
    headers = call(api, origin)

    assert "access-control-allow-origin" not in headers
    assert headers["vary"] == "origin"


def test_no_page_may_read_responses_by_default(db: Database, clock: FakeClock) -> None:
    headers = call(Api(db, clock), PAGE)

    assert "access-control-allow-origin" not in headers
    assert "vary" not in headers


def preflight(origin: str | None, monkeypatch: pytest.MonkeyPatch, origins: str = ORIGINS) -> dict[str, Any]:
    monkeypatch.setenv("CORS_ORIGINS", origins)
    event = sample("preflight")
    event["headers"] = {} if origin is None else {"Origin": origin}
    response: dict[str, Any] = start("preflight").handler(event, CONTEXT)
    return response


def test_preflight_permits_the_methods_and_headers_of_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    response = preflight(PAGE, monkeypatch)

    assert (response["statusCode"], response["body"]) == (204, "")
    assert response["headers"] == {
        "vary": "origin",
        "access-control-allow-origin": PAGE,
        "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
        "access-control-allow-headers": (
            "authorization, content-type, idempotency-key, x-owner-id, x-user-id, x-user-roles"
        ),
        "access-control-max-age": "7200",
    }


@pytest.mark.parametrize("origin", REFUSED)
def test_preflight_of_another_origin_is_refused(origin: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert preflight(origin, monkeypatch)["headers"] == {"vary": "origin"}


def test_preflight_is_refused_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert preflight(PAGE, monkeypatch, origins="")["headers"] == {}
