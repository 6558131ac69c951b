from typing import Any

import pytest

from minutehand.platforms.bluesky.connector import BlueskyCredentials
from minutehand.platforms.mastodon.connector import MastodonCredentials
from minutehand.runtime.errors import InvalidInput
from minutehand.runtime.validation import parse

BLUESKY = {"platform": "bluesky", "identifier": "ada.example", "appPassword": "abcd-efgh-ijkl-mnop"}
MASTODON = {"platform": "mastodon", "instance": "mastodon.example", "accessToken": "demo-token"}


def bluesky(**fields: object) -> BlueskyCredentials:
    return parse(BlueskyCredentials, BLUESKY | fields, confidential=True)


def mastodon(**fields: object) -> MastodonCredentials:
    return parse(MastodonCredentials, MASTODON | fields, confidential=True)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("mastodon.example", "https://mastodon.example"),
        (" https://Mastodon.Example/ ", "https://mastodon.example"),
        ("https://mastodon.example:443", "https://mastodon.example"),
        ("https://mastodon.example:8443", "https://mastodon.example:8443"),
        ("http://127.0.0.1:8095/mastodon/", "http://127.0.0.1:8095/mastodon"),
        ("https://[2606:4700::1111]", "https://[2606:4700::1111]"),
        ("https://töpfern.example", "https://xn--tpfern-wxa.example"),
        ("mastodon.example.", "https://mastodon.example"),
        ("@ada@mastodon.example", "https://mastodon.example"),
        ("ada.b-c@mastodon.example:8443", "https://mastodon.example:8443"),
        ("https://mastodon.example/@ada", "https://mastodon.example"),
        ("https://mastodon.example/@ada/1", "https://mastodon.example"),
        ("https://mastodon.example/home", "https://mastodon.example"),
        ("https://mastodon.example/settings/applications/", "https://mastodon.example"),
        ("https://example.org/mastodon/@ada", "https://example.org/mastodon"),
        ("https://example.org/homestead", "https://example.org/homestead"),
    ],
)
def test_server_url_is_normalised(given: str, address: str) -> None:
    assert mastodon(instance=given).instance == address


@pytest.mark.parametrize(
    "given",
    [
        *("", "   ", "https://", "ftp://mastodon.example", "https://mastodon.example:99999", "https://[::1"),
        *("https://ada:secret@mastodon.example", "@ada@", "@@mastodon.example", "https://mastodon.example/?a=b"),
        *("https://mastodon.example/#top", "https://mas todon.example", "https://mastodon\\.example", "a" * 64 + ".eu"),
        *("https://xn--ls8h.la", "https://xn--", "https://xn--a.example/path"),
        *("https://1.2.3.999", "https://mastodon.example/\x07", "javascript:alert(1)"),
    ],
)
def test_invalid_server_url_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        mastodon(instance=given)

    assert refused.value.message == (
        "instance must be the URL of a server, such as https://example.social, without a user name, a query or a "
        "fragment."
    )
    assert refused.value.details[0]["field"] == "instance"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"identifier": " @ "}, "identifier may not be blank."),
        ({"identifier": "a" * 255}, "identifier is 255 characters long; at most 254 are allowed."),
        ({"appPassword": " "}, "appPassword may not be blank."),
        ({"appPassword": "ab\tcd"}, "appPassword contains invisible characters. Copy or type it again."),
        ({"appPassword": "p" * 257}, "appPassword is 257 characters long; at most 256 are allowed."),
        ({"appPassword": ["hidden"]}, "appPassword must be a string."),
        ({"makeDefault": "yes"}, "makeDefault must be true or false."),
        (
            {"password": "hidden"},
            "There is no field password. The fields are: platform, makeDefault, identifier, appPassword, service.",
        ),
    ],
)
def test_invalid_bluesky_credentials_are_refused(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        bluesky(**fields)

    assert refused.value.message == sentence
    assert refused.value.details[0]["given"] is None


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        ("to ken", "accessToken contains characters that are not allowed in an access token. Copy it again."),
        ("tökên", "accessToken contains characters that are not allowed in an access token. Copy it again."),
        ("t" * 2_049, "accessToken is 2,049 characters long; at most 2,048 are allowed."),
    ],
)
def test_invalid_mastodon_token_is_refused(token: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        mastodon(accessToken=token)

    assert refused.value.message == sentence
    assert token not in str(refused.value.details)


def test_credentials_may_have_the_maximum_length() -> None:
    taken = bluesky(identifier="a" * 254, appPassword="ü" * 256)

    assert (len(taken.identifier), len(taken.app_password)) == (254, 256)
    assert len(mastodon(accessToken="t" * 2_048).access_token) == 2_048


def test_at_sign_of_a_handle_is_removed_and_the_default_service_used() -> None:
    taken = bluesky(identifier=" @ada.example ", appPassword=" abcd ")

    assert (taken.identifier, taken.app_password) == ("ada.example", "abcd")
    assert taken.service == "https://bsky.social"


@pytest.mark.parametrize("mark", ["\u202a", "\u202c", "\u200e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\u2060"])
def test_invisible_characters_of_a_web_page_are_removed(mark: str) -> None:
    taken = bluesky(identifier=f"{mark}@{mark}ada.example{mark}", appPassword=f"{mark}abcd{mark}")
    address = mastodon(instance=f"{mark}https://mastodon.example{mark}", accessToken=f"{mark}token{mark}")

    assert (taken.identifier, taken.app_password) == ("ada.example", "abcd")
    assert (address.instance, address.access_token) == ("https://mastodon.example", "token")


def test_identifier_of_invisible_characters_is_empty() -> None:
    with pytest.raises(InvalidInput, match="identifier may not be blank"):
        bluesky(identifier="\u202a@\u202c")


def test_secrets_are_excluded_from_representations() -> None:
    assert "abcd-efgh-ijkl-mnop" not in f"{bluesky()!r} {bluesky()}"
    assert "demo-token" not in f"{mastodon()!r} {mastodon()}"
