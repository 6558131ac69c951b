"""The limits of a checkpoint, which a server fills with the handles that it chooses."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from minutehand.platforms.port import InDoubt, PublishError, Transient
from minutehand.publishing.attempt import (
    MAX_CHECKPOINT_BYTES,
    MAX_HANDLE_BYTES,
    MAX_LARGE_CHECKPOINT_BYTES,
    LiveAttempt,
)
from tests.support.clock import START, FakeClock

LARGE = "a" * (MAX_HANDLE_BYTES - 10)


class FakeLedger:
    """Records the handles that it stores."""

    def __init__(self) -> None:
        self.stored: dict[str, str] = {}

    def save(self, _: object, handles: dict[str, str]) -> bool:
        self.stored |= handles
        return True

    arm = save


def attempt(platform: str = "mastodon", **work: Any) -> tuple[LiveAttempt, FakeLedger]:
    values = {"id": "1", "platform": platform, "checkpoint": {}, "armed_at": None, "due_at": START} | work
    ledger, clock = FakeLedger(), FakeClock()
    live = LiveAttempt(SimpleNamespace(**values), ledger, clock, START + timedelta(seconds=20))  # type: ignore[arg-type]
    return live, ledger


@pytest.mark.parametrize("value", ["a" * (MAX_HANDLE_BYTES + 1), "é" * (MAX_HANDLE_BYTES // 2 + 1), "a\0b", "\ud800"])
@pytest.mark.parametrize("write", ["save", "arm"])
def test_handle_that_cannot_be_stored_is_an_unexpected_response(write: str, value: str) -> None:
    live, ledger = attempt()
    with pytest.raises(Transient, match="Mastodon returned an unexpected response") as refused:
        getattr(live, write)(media=value)
    assert (refused.value.code, ledger.stored, live.armed) == ("unexpected_answer", {}, False)


@pytest.mark.parametrize(
    ("platform", "limit"),
    [
        ("mastodon", MAX_CHECKPOINT_BYTES),
        ("bluesky", MAX_CHECKPOINT_BYTES),
        ("linkedin", MAX_LARGE_CHECKPOINT_BYTES),
    ],
)
def test_checkpoint_is_stored_up_to_its_limit(platform: str, limit: int) -> None:
    live, ledger = attempt(platform)
    for number in range(limit // MAX_HANDLE_BYTES):
        live.save(**{f"h{number}": LARGE})
    with pytest.raises(PublishError, match="upload handles"):
        live.save(last=LARGE)
    stored = sum(len(name) + len(value) for name, value in ledger.stored.items())
    assert limit - MAX_HANDLE_BYTES < stored <= limit


def test_replaced_handle_counts_once() -> None:
    live, _ = attempt()
    for _ in range(100):
        live.save(media=LARGE)
    live.arm(media_ids="7")
    assert dict(live.checkpoint) == {"media": LARGE, "media_ids": "7"}


def test_publish_call_is_in_doubt_if_its_handle_cannot_be_stored() -> None:
    live, _ = attempt("tiktok")
    live.arm(publish_id="")
    with pytest.raises(InDoubt):
        live.save(publish_id="a" * (MAX_HANDLE_BYTES + 1))
