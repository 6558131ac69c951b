"""The audience of the simulated platforms, which determines the metrics of posts and the numbers of followers.

The numbers depend only on the post, its age and the number's share of the views, so that a test can compute them. A
platform may rename a number: the object ``renamed`` in the state of a platform maps old names to new ones. A token
from OAuth has the scopes that were granted. Of the other tokens, those of accounts whose names begin with ``narrow``
lack the scopes for metrics.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from starlette.requests import Request

from local.simulator.oauth import token_lookup
from local.simulator.state import Reading, State, iso

HALF_GROWN = timedelta(hours=12)
"""The age at which a post has half of its final numbers."""
NARROW = "narrow"


class Audience:
    """The audience of one platform."""

    def __init__(self, state: State, platform: str) -> None:
        self._state = state
        self._platform = platform

    def counts(self, timeline_id: str, shares: Mapping[str, float]) -> dict[str, int]:
        """Return the current numbers of a post, and record that a response contains them. See `numbers`."""
        counts = self.numbers(timeline_id, shares)
        self.record(timeline_id, counts)
        return counts

    def numbers(self, timeline_id: str, shares: Mapping[str, float]) -> dict[str, int]:
        """Return the current numbers of a post of the timeline. ``shares``: the share of each number in the post's
        views.
        """
        age, renamed = self.age(timeline_id), self._state.collection(self._platform, "renamed")
        return {str(renamed.get(name, name)): grown(timeline_id, share, age) for name, share in shares.items()}

    def record(self, timeline_id: str, numbers: Mapping[str, int]) -> None:
        """Record that a response reports these numbers for a post in the timeline."""
        post, now = self._state.timeline[timeline_id], iso(self._state.now())
        self._state.readings.append(
            Reading(self._platform, post.account, timeline_id, post.published_at, now, dict(numbers))
        )

    def age(self, timeline_id: str) -> timedelta:
        """Return the age of a post of the timeline."""
        return self._state.now() - datetime.fromisoformat(self._state.timeline[timeline_id].published_at)

    def followers(self, account: str) -> int:
        """Return the number of followers of an account."""
        return 1_000 + _size(account)


def grown(key: str, share: float, age: timedelta) -> int:
    """Return one number of a post at ``age``: ``share`` of its views. The final number of views, from 100 to 5,099,
    depends on ``key``.
    """
    return int((100 + _size(key)) * share * (age / (age + HALF_GROWN))) if age > timedelta(0) else 0


def grants_metrics(request: Request, platform: str, account: str, scope: str) -> bool:
    """Return whether the token of a call has the scope for metrics."""
    issued = token_lookup.issued_token(request, platform, request.headers["authorization"].partition(" ")[2])
    return not account.startswith(NARROW) if issued is None else scope in issued.grant.scopes


def _size(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) % 5_000
