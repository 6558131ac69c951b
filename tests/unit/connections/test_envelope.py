"""The sealed form of a token."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutehand.connections.envelope import KEY_BYTES, TAG_BYTES, Damaged, Envelope, decrypt, encrypt

KEY = bytes(range(KEY_BYTES))
CONTEXT = {"connection_id": "c1", "owner_id": "ada"}
WRAPPED = b"wrapped by kms"
SEALED = bytes(encrypt(b"secret", KEY, WRAPPED, CONTEXT))


def opened(blob: bytes, key: bytes = KEY, context: dict[str, str] = CONTEXT) -> bytes:
    return decrypt(Envelope.parse(blob), key, context)


@given(st.binary(max_size=300), st.binary(max_size=600))
def test_a_sealed_token_opens_to_the_same_bytes(plaintext: bytes, wrapped: bytes) -> None:
    blob = bytes(encrypt(plaintext, KEY, wrapped, CONTEXT))

    assert opened(blob) == plaintext
    assert Envelope.parse(blob).wrapped_key == wrapped


def test_a_blob_begins_with_its_version_and_hides_the_token() -> None:
    assert SEALED[0] == 1
    assert SEALED[1:3] == len(WRAPPED).to_bytes(2)
    assert b"secret" not in SEALED
    assert len(SEALED) == 3 + len(WRAPPED) + 12 + len("secret") + TAG_BYTES


def test_the_same_token_is_sealed_differently_each_time() -> None:
    assert bytes(encrypt(b"secret", KEY, WRAPPED, CONTEXT)) != SEALED


@pytest.mark.parametrize("position", range(len(SEALED)))
def test_a_blob_with_any_changed_byte_does_not_open(position: int) -> None:
    changed = bytearray(SEALED)
    changed[position] ^= 1

    with pytest.raises(Damaged):
        opened(bytes(changed))


@pytest.mark.parametrize("length", range(len(SEALED)))
def test_a_truncated_blob_does_not_open(length: int) -> None:
    with pytest.raises(Damaged):
        opened(SEALED[:length])


@given(st.binary(max_size=80))
def test_arbitrary_bytes_do_not_open(blob: bytes) -> None:
    with pytest.raises(Damaged):
        opened(blob)


@pytest.mark.parametrize(
    "context",
    [
        {"connection_id": "c2", "owner_id": "ada"},
        {"connection_id": "c1", "owner_id": "bob"},
        {"connection_id": "ada", "owner_id": "c1"},
        {"connection_id": "c1"},
        {},
    ],
)
def test_a_blob_does_not_open_in_another_context(context: dict[str, str]) -> None:
    with pytest.raises(Damaged):
        opened(SEALED, context=context)


@pytest.mark.parametrize(
    "key", [os.urandom(KEY_BYTES), KEY[:16], b"", KEY + b"\0"], ids=["other", "short", "none", "long"]
)
def test_a_blob_does_not_open_with_another_key(key: bytes) -> None:
    with pytest.raises(Damaged):
        opened(SEALED, key=key)
