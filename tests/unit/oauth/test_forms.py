from uuid import UUID

import pytest

from minutehand.connections.forms import ConnectionReference, DefaultChange, PlatformChoice
from minutehand.oauth.forms import AuthorizationRequest
from minutehand.runtime.errors import InvalidInput, NotFound
from minutehand.runtime.validation import parse

NO_CREDENTIALS = "accounts cannot be connected with a password or a token; Bluesky and Mastodon can."


@pytest.mark.parametrize(
    ("given", "platform"), [("bluesky", "bluesky"), (" Mastodon ", "mastodon"), ("BLUESKY", "bluesky")]
)
def test_a_platform_that_takes_credentials(given: str, platform: str) -> None:
    assert parse(PlatformChoice, {"platform": given, "appPassword": "looked at later"}).platform == platform


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            "linkedin",
            f"LinkedIn {NO_CREDENTIALS} Send people to LinkedIn instead, with POST connections/authorize.",
        ),
        ("Twitter", f"X {NO_CREDENTIALS} Send people to X instead, with POST connections/authorize."),
        ("friendster", '"friendster" is not a platform that can be connected. These can: Bluesky and Mastodon.'),
        (7, "platform must be text."),
    ],
)
def test_a_platform_that_takes_none(given: object, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(PlatformChoice, {"platform": given})

    assert refused.value.message == sentence


def test_an_id_that_no_connection_can_have_is_not_found() -> None:
    connection_id = "0b7d5a52-3c1e-4d8f-9a6b-2e4f6c8d0a1b"

    assert parse(ConnectionReference, {"connectionId": connection_id}).id() == UUID(connection_id)
    with pytest.raises(NotFound) as refused:
        parse(ConnectionReference, {"connectionId": "the first one"}).id()
    assert refused.value.code == "connection_not_found"


@pytest.mark.parametrize(("given", "platform"), [("x", "x"), (" Twitter", "x"), ("LinkedIn", "linkedin")])
def test_a_platform_to_which_people_are_sent(given: str, platform: str) -> None:
    assert parse(AuthorizationRequest, {"platform": given}).platform == platform


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("bluesky", "Bluesky accounts are connected with POST connections. People are sent to these: Facebook, "),
        ("friendster", '"friendster" is not a platform to which people are sent. These are: Facebook, '),
        (7, "platform must be text."),
    ],
)
def test_a_platform_to_which_nobody_is_sent(given: object, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(AuthorizationRequest, {"platform": given})

    assert refused.value.message.startswith(sentence)


def test_only_true_makes_an_account_the_default() -> None:
    with pytest.raises(InvalidInput):
        parse(DefaultChange, {"connectionId": "0b7d5a52-3c1e-4d8f-9a6b-2e4f6c8d0a1b", "makeDefault": False})
