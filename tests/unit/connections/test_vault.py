from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from minutehand.connections.envelope import Envelope, encrypt
from minutehand.connections.vault import (
    KEY_CACHE_SECONDS,
    MAX_CACHED_KEYS,
    MAX_PLAINTEXT_BYTES,
    TokenTooLarge,
    TokenUnreadable,
    Vault,
    VaultUnavailable,
)
from tests.support.moto_clients import moto_client
from tests.support.threads import at_once

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

CONTEXT = {"connection_id": "c1", "owner_id": "ada"}
TOKEN = {"identifier": "ada.example", "password": "töpfer-窯"}


class Kms:
    """A KMS client that counts calls, and fails on request."""

    def __init__(self, client: "KMSClient") -> None:
        self._client = client
        self.generated = 0
        self.decrypted = 0
        self.error: Exception | None = None
        self.forgiving = False
        """Like the emulator: decrypt a damaged or foreign key to other bytes instead of refusing it."""

    def generate_data_key(self, **arguments: Any) -> Any:
        self.generated += 1
        if self.error:
            raise self.error
        return self._client.generate_data_key(**arguments)

    def decrypt(self, **arguments: Any) -> Any:
        self.decrypted += 1
        if self.error:
            raise self.error
        if self.forgiving:
            return {"Plaintext": b"\x17" * 32}
        return self._client.decrypt(**arguments)


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def client() -> "Iterator[KMSClient]":
    with mock_aws():
        yield moto_client("kms")


@pytest.fixture
def kms(client: "KMSClient") -> Kms:
    return Kms(client)


@pytest.fixture
def key_id(client: "KMSClient") -> str:
    return client.create_key()["KeyMetadata"]["KeyId"]


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def vault(kms: Any, key_id: str, seconds: Seconds) -> Vault:
    return Vault(kms, key_id, monotonic=seconds)


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Decrypt")


def test_a_token_opens_for_its_connection_and_owner(vault: Vault) -> None:
    ciphertext = vault.seal(TOKEN, "c1", "ada")
    assert b"ada.example" not in ciphertext
    assert vault.open(ciphertext, "c1", "ada") == TOKEN
    assert vault.open(memoryview(ciphertext), "c1", "ada") == TOKEN  # type: ignore[arg-type]  # as a driver may give it


@pytest.mark.parametrize(("connection_id", "owner_id"), [("c2", "ada"), ("c1", "bob"), ("ada", "c1")])
@pytest.mark.parametrize("opened_before", [False, True])
def test_a_token_does_not_open_for_others_even_with_a_cached_key(
    vault: Vault, connection_id: str, owner_id: str, opened_before: bool
) -> None:
    ciphertext = vault.seal(TOKEN, "c1", "ada")
    if opened_before:
        vault.open(ciphertext, "c1", "ada")
    with pytest.raises(TokenUnreadable):
        vault.open(ciphertext, connection_id, owner_id)


@pytest.mark.parametrize("forgiving", [False, True])
def test_a_token_with_any_changed_byte_is_unreadable(vault: Vault, kms: Kms, key_id: str, forgiving: bool) -> None:
    sealed = vault.seal(TOKEN, "c1", "ada")
    kms.forgiving = forgiving
    start = sealed.index(key_id.encode())
    # moto's ciphertext begins with the id of its key; for an unknown id, moto responds AccessDenied.
    for position in set(range(len(sealed))) - (set() if forgiving else set(range(start, start + len(key_id)))):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(TokenUnreadable):
            vault.open(bytes(changed), "c1", "ada")


@pytest.mark.parametrize(("connection_id", "owner_id"), [("c2", "ada"), ("c1", "bob")])
def test_a_kms_that_ignores_the_context_opens_no_token_for_others(
    vault: Vault, kms: Kms, connection_id: str, owner_id: str
) -> None:
    ciphertext = vault.seal(TOKEN, "c1", "ada")
    kms.forgiving = True
    with pytest.raises(TokenUnreadable):
        vault.open(ciphertext, connection_id, owner_id)


@pytest.mark.parametrize("blob", [b"", b"\x01", b"\x02" + b"x" * 200, b"\x01\xff\xff" + b"x" * 60, b"sealed"])
def test_a_malformed_blob_is_unreadable_without_a_call_to_kms(vault: Vault, kms: Kms, blob: bytes) -> None:
    with pytest.raises(TokenUnreadable):
        vault.open(blob, "c1", "ada")
    assert kms.decrypted == 0


@pytest.mark.parametrize("plaintext", [b"\xff\x00garbage", b"[1]", b'{"password": 1}'])
def test_a_sealed_value_that_is_not_a_token_is_unreadable(
    vault: Vault, client: "KMSClient", key_id: str, plaintext: bytes
) -> None:
    context = {"connection_id": "c1", "owner_id": "ada"}
    key = client.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)
    sealed = encrypt(plaintext, key["Plaintext"], key["CiphertextBlob"], context)
    with pytest.raises(TokenUnreadable):
        vault.open(bytes(sealed), "c1", "ada")


def test_each_token_has_a_separate_data_key(vault: Vault, kms: Kms) -> None:
    first, second = (Envelope.parse(vault.seal(TOKEN, "c1", "ada")) for _ in range(2))
    assert kms.generated == 2
    assert first.wrapped_key != second.wrapped_key


def test_the_key_of_an_opened_token_is_cached_for_five_minutes(vault: Vault, kms: Kms, seconds: Seconds) -> None:
    ciphertext = vault.seal(TOKEN, "c1", "ada")
    vault.open(ciphertext, "c1", "ada")["password"] = "changed by a caller"
    seconds.now += KEY_CACHE_SECONDS - 1
    assert vault.open(ciphertext, "c1", "ada") == TOKEN
    assert kms.decrypted == 1
    seconds.now += 1
    assert vault.open(ciphertext, "c1", "ada") == TOKEN
    assert kms.decrypted == 2


def test_the_key_of_a_sealed_token_is_not_cached(vault: Vault, kms: Kms) -> None:
    vault.open(vault.seal(TOKEN, "c1", "ada"), "c1", "ada")
    assert kms.decrypted == 1


def test_the_number_of_cached_keys_is_limited(vault: Vault, kms: Kms) -> None:
    keys = iter(range(MAX_CACHED_KEYS + 1))
    kms_double: Any = kms
    kms_double.decrypt = lambda **_: {"Plaintext": next(keys).to_bytes(32)}
    for number in range(MAX_CACHED_KEYS + 1):
        sealed = encrypt(b"{}", number.to_bytes(32), f"key {number}".encode(), CONTEXT)
        assert vault.open(bytes(sealed), "c1", "ada") == {}
    assert next(keys, None) is None

    sealed = encrypt(b"{}", b"\0" * 32, b"key 0", CONTEXT)
    with pytest.raises(StopIteration):  # the oldest key is requested from KMS again
        vault.open(bytes(sealed), "c1", "ada")


def test_threads_may_share_a_vault(vault: Vault) -> None:
    sealed = [vault.seal({"t": str(number)}, f"c{number}", "ada") for number in range(8)]
    opened: list[dict[str, str]] = []
    at_once(*(lambda n=n: opened.append(vault.open(sealed[n], f"c{n}", "ada")) for n in range(8)))
    assert sorted(token["t"] for token in opened) == [str(number) for number in range(8)]


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (error("ThrottlingException"), VaultUnavailable),
        (error("KMSInternalException"), VaultUnavailable),
        (error("AccessDeniedException"), VaultUnavailable),
        (EndpointConnectionError(endpoint_url="https://kms.example"), VaultUnavailable),
        (error("InvalidCiphertextException"), TokenUnreadable),
        (error("IncorrectKeyException"), TokenUnreadable),
    ],
)
def test_an_unavailable_kms_is_distinguished_from_an_unreadable_token(
    vault: Vault, kms: Kms, failure: Exception, expected: type[Exception]
) -> None:
    ciphertext = vault.seal(TOKEN, "c1", "ada")
    kms.error = failure
    with pytest.raises(expected) as raised:
        vault.open(ciphertext, "c1", "ada")
    assert "töpfer" not in str(raised.value)
    kms.error = None
    assert vault.open(ciphertext, "c1", "ada") == TOKEN


def test_a_token_cannot_be_sealed_without_kms(vault: Vault, kms: Kms) -> None:
    kms.error = error("KMSInternalException")
    with pytest.raises(VaultUnavailable):
        vault.seal(TOKEN, "c1", "ada")


def test_a_prepared_seal_works_while_kms_is_unavailable(vault: Vault, kms: Kms) -> None:
    seal = vault.prepare("c1", "ada")
    kms.error = error("KMSInternalException")
    sealed = seal(TOKEN)
    kms.error = None
    assert vault.open(sealed, "c1", "ada") == TOKEN
    with pytest.raises(TokenUnreadable):
        vault.open(sealed, "c1", "bob")


def test_a_token_may_have_up_to_64_kib(vault: Vault) -> None:
    frame = len('{"t":""}')
    fits = {"t": "x" * (MAX_PLAINTEXT_BYTES - frame)}
    assert vault.open(vault.seal(fits, "c1", "ada"), "c1", "ada") == fits
    with pytest.raises(TokenTooLarge):
        vault.seal({"t": fits["t"] + "x"}, "c1", "ada")
