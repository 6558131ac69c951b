"""The text of API tokens."""

import re

import pytest

from minutehand.tokens import secret
from minutehand.tokens.secret import beginning, digest, generate, is_well_formed

FORM = re.compile(r"mh_(live|test)_[0-9A-Za-z]{49}")
KNOWN = "mh_live_" + "0" * 43 + "0hQh5M"


@pytest.mark.parametrize("mode", ["live", "test"])
def test_secret_has_the_form_that_scanners_search_for(mode: str) -> None:
    made = generate(mode)

    assert FORM.fullmatch(made) is not None
    assert made.startswith(f"mh_{mode}_")
    assert is_well_formed(made)
    assert beginning(made) == made[:12]


def test_secrets_differ() -> None:
    assert len({generate("live") for _ in range(1_000)}) == 1_000


def test_random_part_has_256_bits() -> None:
    assert len(secret.ALPHABET) == len(set(secret.ALPHABET)) == 62
    assert len(secret.ALPHABET) ** secret.RANDOM_CHARACTERS >= 2**256


def test_checksum_is_stable() -> None:
    """Scanners and earlier tokens depend on it."""
    assert is_well_formed(KNOWN)


@pytest.mark.parametrize("position", range(len("mh_live_"), len(KNOWN)))
def test_one_wrong_character_is_noticed(position: int) -> None:
    wrong = "1" if KNOWN[position] == "0" else "0"

    assert not is_well_formed(KNOWN[:position] + wrong + KNOWN[position + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        *("", "mh_", "mh_live_", KNOWN[:-1], KNOWN + "0", KNOWN[3:], KNOWN.upper(), f"{KNOWN}\n", f" {KNOWN}"),
        *(KNOWN.replace("live", "test"), KNOWN.replace("live", "prod"), KNOWN[:-1] + "é", KNOWN[:8] + "٣" + KNOWN[9:]),
    ],
)
def test_text_of_another_form_is_no_token(text: str) -> None:
    assert not is_well_formed(text)


def test_hash_is_sha_256_of_the_whole_secret() -> None:
    assert digest("mh_live_abc").hex() == "f4a9eb0ba77117239d61f7ed0f92f30902c1d03de0dc0c07fadcf6e2dcc02647"
