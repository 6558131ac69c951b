"""The patience with servers that users name, within one attempt."""

import time

import httpx
import pytest

from minutehand.platforms.deadline import (
    MIN_BYTES_PER_SECOND,
    patience,
    progress,
    seconds_left,
    time_limit,
    user_server,
)
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.network import guarded_client
from minutehand.platforms.port import Transient
from tests.support.slow_server import Serve, drip_body, drip_head, read_slowly, server


@pytest.mark.parametrize("serve", [drip_head, drip_body, read_slowly])
def test_patience_with_a_slow_server_ends(serve: Serve) -> None:
    with server(serve) as url, guarded_client(private_networks=True) as client, patience(0.4), user_server():
        began = time.monotonic()
        with pytest.raises(httpx.TimeoutException):
            client.post(url, content=bytes(32 * 1024 * 1024))
        assert 0.3 < time.monotonic() - began < 2
        with pytest.raises(httpx.ConnectTimeout):  # the calls of an attempt share the patience
            client.get(url)


def test_patience_ends_while_a_media_server_sends_slowly() -> None:
    with server(drip_body) as url, guarded_client(private_networks=True) as client, patience(0.4):
        with pytest.raises(Transient):
            MediaFetcher(client).fetch(url, max_bytes=1_000_000)
        assert seconds_left() is None, "The limit of media servers does not apply to other servers."


def test_time_outside_calls_uses_up_no_patience() -> None:
    with patience(1), user_server():
        time.sleep(0.05)
        assert seconds_left() == 1


def test_media_that_arrive_give_time_back_up_to_twice_the_patience() -> None:
    with server(drip_head) as url, guarded_client(private_networks=True) as client, patience(0.4), user_server():
        for size, given in ((MIN_BYTES_PER_SECOND // 4, 0.25), (MIN_BYTES_PER_SECOND, 0.15), (MIN_BYTES_PER_SECOND, 0)):
            with pytest.raises(httpx.TimeoutException):
                client.get(url)
            progress(size)
            assert seconds_left() == pytest.approx(given, abs=0.1)


def test_time_limit_applies_in_addition() -> None:
    with patience(10), user_server(), time_limit(0.1):
        left = seconds_left()
        assert left is not None
        assert left <= 0.1
