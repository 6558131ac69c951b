"""Servers that drip: each of their bytes comes in time, and their answers never do."""

import time

import httpx
import pytest

from minutehand.platforms.checking import Unusable
from minutehand.platforms.network import guarded_client
from minutehand.platforms.patience import patience, seconds_left
from minutehand.platforms.probing import AT_ONCE, Prober
from tests.support.dripping import Serve, drip_body, drip_head, server, sip


@pytest.mark.parametrize(
    ("serve", "body", "overdue"),
    [
        (drip_head, b"", httpx.ReadTimeout),
        (drip_body, b"", httpx.ReadTimeout),
        (sip, bytes(32 * 1024 * 1024), httpx.WriteTimeout),
    ],
    ids=["head", "body", "upload"],
)
def test_nobody_is_waited_for_longer_than_there_is_patience(
    serve: Serve, body: bytes, overdue: type[httpx.TimeoutException]
) -> None:
    client = guarded_client(private_networks=True)
    with server(serve) as url, client:
        began = time.monotonic()
        with pytest.raises(overdue), patience(0.5):
            client.post(url, content=body)

        assert time.monotonic() - began < 2


def test_nothing_is_begun_when_there_is_no_time_left() -> None:
    client = guarded_client(private_networks=True)
    with server(drip_head) as url, client, patience(0), pytest.raises(httpx.ConnectTimeout):
        client.get(url)


def test_patience_is_not_extended_within_and_ends_with_its_work() -> None:
    assert seconds_left() is None
    with patience(10):
        with patience(60):
            left = seconds_left()
            assert left is not None
            assert 9 < left <= 10
        with patience(1):
            left = seconds_left()
            assert left is not None
            assert left <= 1
        left = seconds_left()
        assert left is not None
        assert 9 < left <= 10
    assert seconds_left() is None


def test_servers_that_drip_do_not_keep_those_who_look_at_media() -> None:
    """Their threads are those of everybody in this execution environment."""
    prober = Prober.guarded(private_networks=True)
    with server(drip_head) as url:
        prober.look([f"{url}{number}" for number in range(AT_ONCE)], seconds=0.3)
        time.sleep(0.2)
        began = time.monotonic()
        found = prober.look([f"{url}free"], seconds=0.3)
        prober.close()

        assert time.monotonic() - began < 2
    [medium] = found.values()
    assert isinstance(medium, Unusable)
    assert medium.passing
