"""The redirect URIs of authorizations."""

import pytest

from minutehand.oauth.redirect_uris import RedirectUrisConfig, callback_url, choose_redirect_uri, confirmation_url
from minutehand.runtime.config import BadConfiguration
from minutehand.runtime.errors import InvalidInput
from minutehand.runtime.request import Gateway, Request
from tests.support.api import sample

OWN = "https://api.example.com/api/social/connections/callback"
PAGES = "https://app.example.com/connected, https://beta.example.com/connected?from=api"


@pytest.mark.parametrize(
    ("api_url", "gateway", "address"),
    [
        (None, Gateway("api.example.com", "a1", ""), OWN),
        (None, Gateway("a1.execute-api.eu-central-1.amazonaws.com", "a1", "/prod"), None),
        ("https://api.example.com", Gateway("a1.execute-api.amazonaws.com", "a1", "/prod"), OWN),
        ("https://api.example.com/", Gateway(None, "a1", "/prod"), OWN),
    ],
)
def test_the_callback_url_follows_the_api_s_url(api_url: str | None, gateway: Gateway, address: str | None) -> None:
    expected = address or f"https://{gateway.domain}{gateway.base_path}/api/social/connections/callback"

    assert callback_url(RedirectUrisConfig(stage="prod", api_url=api_url), gateway) == expected


def test_the_confirmation_page_has_the_host_of_the_callback() -> None:
    """A cookie that the page sets would not reach another host."""
    config = RedirectUrisConfig(stage="prod", api_url="https://api.example.com/v1/")

    address = confirmation_url(config, Gateway("a1.execute-api.amazonaws.com", "a1", "/prod"), "a&b")

    assert address == "https://api.example.com/v1/api/social/connections/confirm?state=a%26b"


def test_the_api_id_is_inserted_into_the_api_url() -> None:
    config = RedirectUrisConfig(stage="local", api_url="http://127.0.0.1:4566/_aws/execute-api/{apiId}/local")

    address = callback_url(config, Gateway(None, "a1b2", "/local"))

    assert address == "http://127.0.0.1:4566/_aws/execute-api/a1b2/local/api/social/connections/callback"


def test_api_gateway_reports_its_domain() -> None:
    gateway = Request(sample("authorize_connection")).gateway

    assert gateway == Gateway("a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com", "a1b2c3d4e5", "/local")


STAGE, ALIAS = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/local", "https://api.example.com"


@pytest.mark.parametrize(
    ("domain", "path", "base"),
    [
        (None, "/local/api/social/connections/authorize", STAGE),
        (None, "/local/api/social/connections/authorize/", STAGE),
        (None, "/local/api/social/connections/authorize//", STAGE),
        ("api.example.com", "/api/social/connections/authorize", ALIAS),
        ("api.example.com", "/api/social/connections/authorize/", ALIAS),
        ("api.example.com", "/v1/api/social/connections/authorize", f"{ALIAS}/v1"),
        ("api.example.com", "/v1/api/social/connections/authorize/", f"{ALIAS}/v1"),
    ],
)
def test_the_callback_url_has_the_base_path_of_the_request(domain: str | None, path: str, base: str) -> None:
    event = sample("authorize_connection")
    event["path"] = path.removeprefix("/local")
    event["requestContext"] |= {"path": path} | ({"domainName": domain} if domain else {})

    address = callback_url(RedirectUrisConfig(stage="prod"), Request(event).gateway)

    assert address == f"{base}/api/social/connections/callback"


def test_an_unknown_api_url_is_a_configuration_error() -> None:
    with pytest.raises(BadConfiguration, match="API_URL"):
        callback_url(RedirectUrisConfig(stage="local"), Gateway(None, "a1", "/local"))


def test_the_default_redirect_uri_is_our_callback_url() -> None:
    config = RedirectUrisConfig(stage="prod")

    assert choose_redirect_uri(None, config, OWN) == choose_redirect_uri(OWN, config, OWN) == OWN
    with pytest.raises(InvalidInput, match="redirectUri must be exactly one of the URIs"):
        choose_redirect_uri("https://app.example.com/connected", config, OWN)


def test_the_first_configured_page_is_the_default() -> None:
    config = RedirectUrisConfig(stage="prod", oauth_redirect_uris=PAGES)

    assert choose_redirect_uri(None, config, OWN) == "https://app.example.com/connected"
    assert choose_redirect_uri("https://beta.example.com/connected?from=api", config, OWN).startswith("https://beta")


@pytest.mark.parametrize(
    "given",
    [
        OWN,  # not a configured page
        "https://app.example.com/connected/",
        "https://app.example.com/connected?next=https://evil.example",
        "https://app.example.com.evil.example/connected",
        "http://app.example.com/connected",
        "HTTPS://app.example.com/connected",
        "",
    ],
)
def test_a_redirect_uri_that_is_not_configured_exactly_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        choose_redirect_uri(given, RedirectUrisConfig(stage="prod", oauth_redirect_uris=PAGES), OWN)

    [detail] = refused.value.details
    assert (detail["field"], detail["allowed"]) == ("redirectUri", [page.strip() for page in PAGES.split(",")])


@pytest.mark.parametrize(
    "address", ["http://app.example.com", "app.example.com", "https://a.example/#x", "https://", "https://[", "ftp://a"]
)
@pytest.mark.parametrize("variable", ["API_URL", "OAUTH_REDIRECT_URIS"])
def test_a_url_without_https_is_a_configuration_error(address: str, variable: str) -> None:
    with pytest.raises(BadConfiguration, match=variable):
        RedirectUrisConfig.from_environ({"STAGE": "prod", variable: address})


def test_the_local_stage_allows_http() -> None:
    environ = {"STAGE": "local", "OAUTH_REDIRECT_URIS": "http://127.0.0.1:3000/connected"}

    assert RedirectUrisConfig.from_environ(environ).pages == ("http://127.0.0.1:3000/connected",)
