from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from minutehand.connections.vault import (
    KEPT_SECONDS,
    MAX_PLAINTEXT_BYTES,
    TokenTooLarge,
    TokenUnreadable,
    Vault,
    VaultUnavailable,
)

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

TOKEN = {"identifier": "ada.example", "password": "töpfer-窯"}


class Kms:
    """A KMS client that counts calls, and fails on request."""

    def __init__(self, client: "KMSClient") -> None:
        self._client = client
        self.decrypted = 0
        self.error: Exception | None = None

    def encrypt(self, **arguments: Any) -> Any:
        if self.error:
            raise self.error
        return self._client.encrypt(**arguments)

    def decrypt(self, **arguments: Any) -> Any:
        self.decrypted += 1
        if self.error:
            raise self.error
        return self._client.decrypt(**arguments)


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> "Iterator[KMSClient]":
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("kms", region_name="eu-central-1")


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


def test_what_is_sealed_opens_for_its_connection_and_owner(vault: Vault) -> None:
    ciphertext = vault.seal(TOKEN, "c1", "ada")
    assert b"ada.example" not in ciphertext
    assert vault.open(ciphertext, "c1", "ada") == TOKEN
    assert vault.open(memoryview(ciphertext), "c1", "ada") == TOKEN  # type: ignore[arg-type]  # as a driver may give it


@pytest.mark.parametrize(("connection_id", "owner_id"), [("c2", "ada"), ("c1", "bob"), ("ada", "c1")])
@pytest.mark.parametrize("opened_before", [False, True])
def test_it_opens_for_nobody_else_even_when_it_is_kept(
    vault: Vault, connection_id: str, owner_id: str, opened_before: bool
) -> None:
    ciphertext = vault.seal(TOKEN, "c1", "ada")
    if opened_before:
        vault.open(ciphertext, "c1", "ada")
    with pytest.raises(TokenUnreadable):
        vault.open(ciphertext, connection_id, owner_id)


def test_a_damaged_ciphertext_is_unreadable(vault: Vault) -> None:
    ciphertext = bytearray(vault.seal(TOKEN, "c1", "ada"))
    ciphertext[-1] ^= 1
    with pytest.raises(TokenUnreadable):
        vault.open(bytes(ciphertext), "c1", "ada")


@pytest.mark.parametrize("plaintext", [b"\xff\x00garbage", b"[1]", b'{"password": 1}'])
def test_what_is_no_token_is_unreadable(vault: Vault, client: "KMSClient", key_id: str, plaintext: bytes) -> None:
    sealed = client.encrypt(
        KeyId=key_id, Plaintext=plaintext, EncryptionContext={"connection_id": "c1", "owner_id": "ada"}
    )
    with pytest.raises(TokenUnreadable):
        vault.open(sealed["CiphertextBlob"], "c1", "ada")


def test_an_opened_token_is_kept_for_five_minutes(vault: Vault, kms: Kms, seconds: Seconds) -> None:
    ciphertext = vault.seal(TOKEN, "c1", "ada")
    vault.open(ciphertext, "c1", "ada")["password"] = "changed by a caller"
    seconds.now += KEPT_SECONDS - 1
    assert vault.open(ciphertext, "c1", "ada") == TOKEN
    assert kms.decrypted == 1
    seconds.now += 1
    assert vault.open(ciphertext, "c1", "ada") == TOKEN
    assert kms.decrypted == 2


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
def test_a_kms_that_is_away_is_told_from_a_token_that_does_not_open(
    vault: Vault, kms: Kms, failure: Exception, expected: type[Exception]
) -> None:
    ciphertext = vault.seal(TOKEN, "c1", "ada")
    kms.error = failure
    with pytest.raises(expected) as raised:
        vault.open(ciphertext, "c1", "ada")
    assert "töpfer" not in str(raised.value)
    kms.error = None
    assert vault.open(ciphertext, "c1", "ada") == TOKEN


def test_sealing_needs_kms(vault: Vault, kms: Kms) -> None:
    kms.error = error("KMSInternalException")
    with pytest.raises(VaultUnavailable):
        vault.seal(TOKEN, "c1", "ada")


def test_a_token_of_4096_bytes_just_fits(vault: Vault) -> None:
    frame = len('{"t":""}')
    fits = {"t": "x" * (MAX_PLAINTEXT_BYTES - frame)}
    assert vault.open(vault.seal(fits, "c1", "ada"), "c1", "ada") == fits
    with pytest.raises(TokenTooLarge):
        vault.seal({"t": fits["t"] + "x"}, "c1", "ada")
