"""Look-ups of mentioned handles, which never fail."""

from datetime import UTC, datetime, timedelta

import pytest

from minutehand.platforms.bluesky.handles import MAX_LOOKUPS, MAX_SECONDS, Handles
from minutehand.platforms.deadline import seconds_left
from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import PublishError, RateLimited, Rejected, Transient

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ADA, BOB = Reply(200, {"did": "did:plc:ada"}), Reply(200, {"did": "did:web:bob.example"})
NOBODY = Reply(400, {"error": "InvalidRequest", "message": "Unable to resolve handle"})
BROKEN = Transient("server_error", "Bluesky returned a server error (HTTP 502).")
LIMITED = RateLimited("rate_limited", "Bluesky temporarily limits our requests.", until=NOW + timedelta(hours=1))
REFUSED = Rejected("address_refused", "Bluesky must be at a public address.")


class Server:
    """Answers look-ups with the given replies, in order, and records the handles."""

    def __init__(self, **answers: list[Reply | PublishError]) -> None:
        self._answers = answers
        self.asked: list[str] = []

    def ask(self, handle: str) -> Reply:
        self.asked.append(handle)
        left = seconds_left()
        assert left is not None
        assert left <= MAX_SECONDS
        answer = self._answers[handle].pop(0)
        if isinstance(answer, PublishError):
            raise answer
        return answer


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([ADA], "did:plc:ada"),
        ([BROKEN, ADA], "did:plc:ada"),
        ([BROKEN, BROKEN], None),
        ([NOBODY], None),
        ([LIMITED], None),
        ([REFUSED], None),
        # Responses of another shape.
        ([Reply(200, {"did": None})], None),
        ([Reply(200, {"did": ["did:plc:ada"]})], None),
        ([Reply(200, {"did": "ada"})], None),
        ([Reply(200, {"did": "did:plc:"})], None),
        ([Reply(200, {"did": "did:plc:a b"})], None),
        ([Reply(200, {"did": "did:plc:" + "a" * 2_041})], None),
        ([Reply(200, [])], None),
        ([Reply(200, "did:plc:ada")], None),
    ],
)
def test_handle_that_cannot_be_looked_up_has_no_account(answers: list[Reply | PublishError], found: str | None) -> None:
    server = Server(ada=answers, bob=[BOB])

    dids = Handles().look_up(["ada", "bob"], server.ask, lambda: NOW)

    assert dids.get("ada") == found
    assert dids["bob"] == "did:web:bob.example"


def test_handle_is_looked_up_once_for_each_post() -> None:
    server = Server(ada=[ADA])

    assert Handles().look_up(["ada", "ada", "ada"], server.ask, lambda: NOW) == {"ada": "did:plc:ada"}
    assert server.asked == ["ada"]


def test_number_of_look_ups_is_limited() -> None:
    names = [f"ada{number}" for number in range(MAX_LOOKUPS + 5)]
    answers: dict[str, list[Reply | PublishError]] = {name: [ADA] for name in names}
    server = Server(**answers)

    assert len(Handles().look_up(names, server.ask, lambda: NOW)) == MAX_LOOKUPS
    assert server.asked == names[:MAX_LOOKUPS]


@pytest.mark.parametrize("failure", [[BROKEN, BROKEN], [NOBODY], [LIMITED]])
def test_failure_is_remembered_for_a_minute(failure: list[Reply | PublishError]) -> None:
    cache, server = Handles(), Server(ada=[*failure, ADA])

    for after, found in [(0, {}), (59, {}), (60, {"ada": "did:plc:ada"})]:
        moment = NOW + timedelta(seconds=after)
        assert cache.look_up(["ada"], server.ask, lambda moment=moment: moment) == found  # type: ignore[misc]
    assert len(server.asked) == len(failure) + 1
