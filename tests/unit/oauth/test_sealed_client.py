import pytest
from cryptography.exceptions import InvalidTag

from minutehand.oauth.sealed_client import seal, unseal
from minutehand.platforms.oauth2.provider import OAuthClient

CLIENT = OAuthClient("an-id", "hush-client-secret", "https://tea.example")
STATE, SALT = "the-state", b"s" * 32


def test_sealed_client_is_opened_with_its_state_and_salt() -> None:
    sealed = seal(CLIENT, STATE, SALT)

    assert unseal(sealed, STATE, SALT) == CLIENT
    assert b"hush" not in sealed
    assert b"tea" not in sealed
    assert sealed != seal(CLIENT, STATE, SALT)


@pytest.mark.parametrize(("state", "salt"), [("another-state", SALT), (STATE, b"t" * 32)])
def test_client_is_not_opened_with_another_state_or_salt(state: str, salt: bytes) -> None:
    with pytest.raises(InvalidTag):
        unseal(seal(CLIENT, STATE, SALT), state, salt)


def test_changed_client_is_not_opened() -> None:
    sealed = bytearray(seal(CLIENT, STATE, SALT))
    sealed[-1] ^= 1

    with pytest.raises(InvalidTag):
        unseal(bytes(sealed), STATE, SALT)
