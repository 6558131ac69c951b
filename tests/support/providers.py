"""A fake OAuth provider that refreshes and revokes tokens strictly: each refresh token is valid once."""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, cast

from minutehand.platforms.oauth2.provider import Grant, OAuthClient, Provider
from minutehand.platforms.port import Rejected
from minutehand.runtime.clock import Now

FIRST = {"access_token": "access-0", "refresh_token": "refresh-0"}
LIFE = timedelta(hours=2)


class FakeProvider:
    """Records the calls. ``script``: the effect of each of the next calls, which raises an error or runs a function."""

    def __init__(self) -> None:
        self.good = "refresh-0"
        """The only refresh token that is valid."""
        self.asked: list[str] = []
        self.revoked: list[dict[str, str]] = []
        self.script: list[Exception | Callable[[], object]] = []
        self.errors: dict[str, Exception] = {}
        """The error that a refresh token always causes."""
        self.strict = True
        """Whether only the latest refresh token is valid; otherwise any is."""
        self.each: Callable[[], object] = lambda: None
        self._lock = threading.Lock()

    def __call__(self, platform: str) -> Provider:
        return cast(Provider, self)

    def refresh(self, http: Any, client: OAuthClient, token: Mapping[str, str], *, now: Now) -> Grant:
        with self._lock:
            self.asked.append(token["refresh_token"])
            outcome = self.script.pop(0) if self.script else None
        self.each()
        if error := self.errors.get(token["refresh_token"]):
            raise error
        if isinstance(outcome, Exception):
            raise outcome
        with self._lock:
            if self.strict and token["refresh_token"] != self.good:
                raise Rejected(
                    "reconnect_required", "Our access to X has expired or was revoked. Connect the account again."
                )
            number = int(self.good.removeprefix("refresh-")) + 1
            self.good = f"refresh-{number}"
        grant = Grant({"access_token": f"access-{number}", "refresh_token": self.good}, now() + LIFE)
        if outcome is not None:  # after the old token is used up
            outcome()
        return grant

    def revoke(self, http: Any, client: OAuthClient, token: Mapping[str, str]) -> None:
        with self._lock:
            self.revoked.append(dict(token))
            outcome = self.script.pop(0) if self.script else None
        if isinstance(outcome, Exception):
            raise outcome
