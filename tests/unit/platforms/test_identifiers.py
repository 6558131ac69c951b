from typing import Any

import httpx
import pytest

from minutehand.platforms.bluesky.blobs import MAX_BLOB_CHARACTERS, blob_in
from minutehand.platforms.bluesky.session import MAX_SESSIONS, MAX_TOKEN_CHARACTERS, session_in
from minutehand.platforms.exchange import Reply
from minutehand.platforms.identifiers import MAX_IDENTIFIER_CHARACTERS, MAX_TEXT_CHARACTERS, bounded_text, identifier
from minutehand.platforms.meta.graph import id_in
from minutehand.platforms.oauth2.provider import OAuthClient
from minutehand.platforms.oauth2.session import MAX_TOKEN_CHARACTERS as MAX_OAUTH_TOKEN_CHARACTERS
from minutehand.platforms.oauth2.session import ProviderSession
from minutehand.platforms.port import Transient
from tests.support.clock import START

SESSION = {"did": "did:plc:ada", "handle": "ada.example", "accessJwt": "a.b", "refreshJwt": "c.d"}


@pytest.mark.parametrize("value", [None, 7, [], {}, "", "a\nb", "a\0b", "\ud800", "\u202e", "a" * 301])
def test_value_that_is_no_id_is_not_used(value: Any) -> None:
    assert identifier(value) is None
    assert id_in({"id": value}) == ("7" if value == 7 else bounded_text(value))


def test_id_of_the_maximum_length_is_used() -> None:
    assert identifier("é" * MAX_IDENTIFIER_CHARACTERS) is not None
    assert id_in({"id": "a" * MAX_TEXT_CHARACTERS}) is not None
    assert id_in({"id": "a" * (MAX_TEXT_CHARACTERS + 1)}) is None


@pytest.mark.parametrize("name", SESSION)
def test_session_with_an_oversized_field_is_refused(name: str) -> None:
    """Up to `MAX_SESSIONS` sessions stay in memory."""
    assert session_in(Reply(200, SESSION), "https://pds.example", START).did == "did:plc:ada"
    with pytest.raises(Transient):
        session_in(Reply(200, SESSION | {name: "a" * (MAX_TOKEN_CHARACTERS + 1)}), "https://pds.example", START)


def test_all_cached_sessions_fit_into_memory() -> None:
    one = 2 * MAX_TOKEN_CHARACTERS + 2 * MAX_IDENTIFIER_CHARACTERS + MAX_TEXT_CHARACTERS
    assert one * MAX_SESSIONS <= 12_000_000


@pytest.mark.parametrize(
    "endpoint", ["https://xn--ls8h.la", "https://" + "a" * 3_000, "ftp://pds.example", 7, None, "https://"]
)
def test_invalid_address_of_a_pds_is_ignored(endpoint: Any) -> None:
    document = {"service": [{"id": "#atproto_pds", "serviceEndpoint": endpoint}]}
    session = session_in(Reply(200, SESSION | {"didDoc": document}), "https://pds.example", START)
    assert session.service == "https://pds.example"


@pytest.mark.parametrize("blob", [None, [], {}, "blob", {"ref": "a" * MAX_BLOB_CHARACTERS}])
def test_value_that_is_no_blob_is_not_used(blob: Any) -> None:
    assert blob_in(blob) is None


def test_blob_is_used() -> None:
    blob = {"$type": "blob", "ref": {"$link": "bafkrei" + "a" * 52}, "mimeType": "image/png", "size": 999_999}
    assert blob_in(blob) == blob


def test_oversized_oauth_token_is_an_unexpected_response() -> None:
    with httpx.Client() as http:
        session = ProviderSession(http, OAuthClient("id", "secret"), "x", lambda: START)
        session.grant({"access_token": "a" * MAX_OAUTH_TOKEN_CHARACTERS}, START)
        with pytest.raises(Transient):
            session.grant({"access_token": "a" * (MAX_OAUTH_TOKEN_CHARACTERS + 1)}, START)
