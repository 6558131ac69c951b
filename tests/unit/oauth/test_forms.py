from uuid import UUID

import pytest

from minutehand.connections.forms import PlatformChoice
from minutehand.connections.reference import ConnectionReference, DefaultChange
from minutehand.oauth.forms.authorize import AuthorizationRequest
from minutehand.platforms.catalog import AUTHORIZABLE, CONNECTORS, joined_names
from minutehand.runtime.errors import InvalidInput, NotFound
from minutehand.runtime.validation import parse

WITH_CREDENTIALS, WITH_OAUTH = f"{joined_names(CONNECTORS)}.", f"{joined_names(AUTHORIZABLE)}."
NO_CREDENTIALS = "accounts cannot be connected with a password or a token. Use POST connections/authorize instead."


@pytest.mark.parametrize(
    ("given", "platform"), [("bluesky", "bluesky"), (" Mastodon ", "mastodon"), ("BLUESKY", "bluesky")]
)
def test_a_platform_with_credentials_is_accepted(given: str, platform: str) -> None:
    assert parse(PlatformChoice, {"platform": given, "appPassword": "checked later"}).platform == platform


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            "linkedin",
            f"LinkedIn {NO_CREDENTIALS}",
        ),
        ("Twitter", f"X {NO_CREDENTIALS}"),
        ("friendster", 'Unknown platform "friendster". Platforms with a password or a token: ' + WITH_CREDENTIALS),
        (7, "platform must be a string."),
    ],
)
def test_a_platform_without_credentials_is_refused(given: object, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(PlatformChoice, {"platform": given})

    assert refused.value.message == sentence


def test_a_connection_id_that_is_not_a_uuid_is_not_found() -> None:
    connection_id = "0b7d5a52-3c1e-4d8f-9a6b-2e4f6c8d0a1b"

    assert parse(ConnectionReference, {"connectionId": connection_id}).id() == UUID(connection_id)
    with pytest.raises(NotFound) as refused:
        parse(ConnectionReference, {"connectionId": "the first one"}).id()
    assert refused.value.code == "connection_not_found"


@pytest.mark.parametrize(("given", "platform"), [("x", "x"), (" Twitter", "x"), ("LinkedIn", "linkedin")])
def test_a_platform_with_oauth_is_accepted(given: str, platform: str) -> None:
    assert parse(AuthorizationRequest, {"platform": given}).platform == platform


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("bluesky", f"Connect a Bluesky account with POST connections. Platforms with OAuth: {WITH_OAUTH}"),
        ("friendster", f'Unknown platform "friendster". Platforms with OAuth: {WITH_OAUTH}'),
        (7, "platform must be a string."),
    ],
)
def test_a_platform_without_oauth_is_refused(given: object, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(AuthorizationRequest, {"platform": given})

    assert refused.value.message.startswith(sentence)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"platform": "mastodon"}, "instance is required for Mastodon. It is the address of the account's server."),
        ({"platform": "mastodon", "instance": None}, "instance is required for Mastodon."),
        ({"platform": "mastodon", "instance": ""}, "instance must be the URL of a server"),
        ({"platform": "mastodon", "instance": "https://ada@tea.example"}, "instance must be the URL of a server"),
        ({"platform": "mastodon", "instance": "a" * 301}, "instance is 301 characters long"),
        ({"platform": "x", "instance": "tea.example"}, "X has no instances. Omit instance."),
    ],
)
def test_server_is_given_exactly_on_platforms_with_servers(body: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(AuthorizationRequest, body)

    assert refused.value.message.startswith(sentence)
    assert [detail["field"] for detail in refused.value.details] == ["instance"]


def test_address_of_a_server_may_omit_the_scheme() -> None:
    given = parse(AuthorizationRequest, {"platform": "mastodon", "instance": " Tea.example/ "})

    assert given.instance == "https://tea.example"


def test_names_are_joined_by_commas_and_the_last_one_by_and() -> None:
    assert joined_names(["x", "youtube", "bluesky"]) == "X, YouTube and Bluesky"


def test_make_default_must_be_true() -> None:
    with pytest.raises(InvalidInput):
        parse(DefaultChange, {"connectionId": "0b7d5a52-3c1e-4d8f-9a6b-2e4f6c8d0a1b", "makeDefault": False})
