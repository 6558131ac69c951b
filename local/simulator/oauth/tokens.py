"""Access and refresh tokens that were issued: whose they are, how long they live, and how often they were used."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from local.simulator.oauth.grant import Grant, InvalidToken, OAuthError
from local.simulator.state import State

MARK = "sim_"
ISSUED = re.compile(rf"\S*{MARK}[\w-]{{20,}}")


@dataclass(frozen=True, slots=True)
class TokenFormat:
    """How a platform's tokens look: what they begin with, and how many characters follow."""

    prefix: str
    length: int = 64

    def generate(self) -> str:
        """Return a token that was never given before."""
        return f"{self.prefix}{MARK}{secrets.token_urlsafe(self.length)[: self.length]}"


@dataclass(frozen=True, slots=True)
class Issued:
    """An access token. ``lifetime`` None: it does not expire. ``kind``: user, page, or short (to be exchanged)."""

    token: str
    grant: Grant
    lifetime: timedelta | None
    kind: str
    issued_at: float
    expires_at: float | None


class Tokens:
    """The tokens of all platforms."""

    def __init__(self, state: State) -> None:
        self._state = state

    def issue(
        self,
        grant: Grant,
        token_format: TokenFormat,
        lifetime: timedelta | None,
        *,
        kind: str = "user",
        account: str | None = None,
    ) -> str:
        """Return a new access token for ``grant``; ``account``: one of several that the grant is for."""
        token, now = token_format.generate(), self._state.now().timestamp()
        self._access()[token] = {
            "grant": asdict(grant),
            "account": account or grant.account,
            "kind": kind,
            "issued_at": now,
            "lifetime": lifetime.total_seconds() if lifetime else None,
            "expires_at": now + lifetime.total_seconds() if lifetime else None,
            "revoked": False,
            "uses": 0,
        }
        self._state.mark_changed()
        return token

    def issue_refresh(self, grant: Grant, token_format: TokenFormat, lifetime: timedelta) -> str:
        """Return a new refresh token for ``grant``."""
        token = token_format.generate()
        self._refresh()[token] = {
            "grant": asdict(grant),
            "account": grant.account,
            "expires_at": (self._state.now() + lifetime).timestamp(),
            "revoked": False,
            "spent": False,
            "uses": 0,
        }
        self._state.mark_changed()
        return token

    def use_refresh_token(self, platform: str, token: str, *, spend: bool) -> Grant:
        """Return the grant of a refresh token. ``spend``: it is good for this one use.

        Raises:
            OAuthError: it is unknown, spent, revoked or expired.
        """
        record = self._refresh().get(token)
        if record is None or record["grant"]["platform"] != platform:
            raise OAuthError("invalid_grant", "refresh_token", "The refresh token is unknown.")
        record["uses"] += 1
        self._state.mark_changed()
        if record["spent"] or record["revoked"] or record["expires_at"] <= self._state.now().timestamp():
            raise OAuthError(
                "invalid_grant", "refresh_token", "The refresh token was used already, revoked or expired."
            )
        record["spent"] = spend
        return _grant(record)

    def seconds_left(self, refresh_token: str) -> int:
        """Return for how many seconds a refresh token is good."""
        expires_at: float = self._refresh()[refresh_token]["expires_at"]
        return round(expires_at - self._state.now().timestamp())

    def count_use(self, token: str) -> None:
        """Count one more exchange or renewal of an access token, where that is what is refreshed."""
        self._access()[token]["uses"] += 1
        self._state.mark_changed()

    def find(self, platform: str, token: str) -> Issued | None:
        """Return an access token that is alive; None for one that was not issued here, but made up.

        Raises:
            InvalidToken: it is expired, revoked or forgotten, or of another platform.
        """
        record = self._access().get(token)
        if record is None:
            if ISSUED.fullmatch(token):
                raise InvalidToken("unknown")
            return None
        if record["grant"]["platform"] != platform:
            raise InvalidToken("unknown")
        if record["revoked"]:
            raise InvalidToken("revoked")
        expires_at = record["expires_at"]
        if expires_at is not None and expires_at <= self._state.now().timestamp():
            raise InvalidToken("expired")
        lifetime = None if record["lifetime"] is None else timedelta(seconds=record["lifetime"])
        grant = Grant(**{**asdict(_grant(record)), "account": record["account"]})
        return Issued(token, grant, lifetime, record["kind"], record["issued_at"], expires_at)

    def static_token(self, platform: str, token: str) -> str:
        """Return the made-up token that names the account of an issued one; one that is made up stands for itself.

        Raises:
            InvalidToken: as `find`.
        """
        issued = self.find(platform, token)
        return token if issued is None else f"{issued.grant.account}-token"

    def revoke(self, platform: str, token: str) -> bool:
        """End the grant that an access or refresh token belongs to; False when it is not known."""
        record = self._access().get(token) or self._refresh().get(token)
        if record is None or record["grant"]["platform"] != platform:
            return False
        self._end(lambda other: other["grant"]["id"] == record["grant"]["id"])
        return True

    def revoke_account(self, platform: str, account: str) -> int:
        """End every grant of an account, as its owner can at the platform; return how many tokens died."""
        return self._end(lambda record: _belongs(record, platform, account))

    def expire(self, platform: str, account: str, *, seconds_left: float, refresh_tokens: bool) -> int:
        """Let time pass for an account's tokens, until they have ``seconds_left``; return how many were aged."""
        until = self._state.now().timestamp() + seconds_left
        aged = 0
        for record in [*self._access().values(), *(self._refresh().values() if refresh_tokens else ())]:
            if record["expires_at"] is None or not _belongs(record, platform, account):
                continue
            if "issued_at" in record:
                record["issued_at"] = until - record["lifetime"]
            record["expires_at"] = until
            aged += 1
        self._state.mark_changed()
        return aged

    def has_refresh_token(self, platform: str, account: str) -> bool:
        """Say whether an account's app holds a refresh token already."""
        return any(
            _belongs(record, platform, account) and not (record["revoked"] or record["spent"])
            for record in self._refresh().values()
        )

    def list_all(self) -> dict[str, list[dict[str, Any]]]:
        """Return everything that was issued, oldest first."""
        now = self._state.now().timestamp()
        access = [
            _common(token, record) | {"kind": record["kind"], "state": _state(record, now)}
            for token, record in self._access().items()
        ]
        refresh = [
            _common(token, record) | {"state": "spent" if record["spent"] else _state(record, now)}
            for token, record in self._refresh().items()
        ]
        return {"accessTokens": access, "refreshTokens": refresh}

    def clear(self) -> None:
        """Forget all tokens: those that were issued are unknown from now on."""
        self._access().clear()
        self._refresh().clear()
        self._state.mark_changed()

    def _end(self, chosen: Callable[[Mapping[str, Any]], bool]) -> int:
        ended = 0
        for record in [*self._access().values(), *self._refresh().values()]:
            if chosen(record) and not record["revoked"]:
                record["revoked"] = True
                ended += 1
        self._state.mark_changed()
        return ended

    def _access(self) -> dict[str, dict[str, Any]]:
        return self._state.collection("oauth", "access_tokens")

    def _refresh(self) -> dict[str, dict[str, Any]]:
        return self._state.collection("oauth", "refresh_tokens")


def _grant(record: Mapping[str, Any]) -> Grant:
    grant = record["grant"]
    return Grant(**{**grant, "scopes": tuple(grant["scopes"])})


def _belongs(record: Mapping[str, Any], platform: str, account: str) -> bool:
    names = {record["account"], *record["grant"]["account"].split(",")}
    return record["grant"]["platform"] == platform and account in names


def _state(record: Mapping[str, Any], now: float) -> str:
    if record["revoked"]:
        return "revoked"
    expires_at = record["expires_at"]
    return "expired" if expires_at is not None and expires_at <= now else "usable"


def _common(token: str, record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "token": token,
        "platform": record["grant"]["platform"],
        "account": record["account"],
        "scopes": list(record["grant"]["scopes"]),
        "expiresAt": record["expires_at"],
        "uses": record["uses"],
    }
