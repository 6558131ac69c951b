"""The issued access and refresh tokens, each with its account, its lifetime and the number of its uses."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from local.simulator.oauth.grant import Grant, InvalidToken, OAuthError
from local.simulator.state import State

MARKER = "sim_"
ISSUED_TOKEN = re.compile(rf"\S*{MARKER}[\w-]{{20,}}")


@dataclass(frozen=True, slots=True)
class TokenFormat:
    """The format of a platform's tokens. ``length`` is the number of characters after ``prefix`` and the marker."""

    prefix: str
    length: int = 64

    def generate(self) -> str:
        """Return a new, unique token."""
        return f"{self.prefix}{MARKER}{secrets.token_urlsafe(self.length)[: self.length]}"


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued access token. ``lifetime`` is None if the token never expires. ``kind`` is user, page or short."""

    token: str
    grant: Grant
    lifetime: timedelta | None
    kind: str
    issued_at: float
    expires_at: float | None


class Tokens:
    """The issued tokens of all platforms."""

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
        """Issue an access token for the grant's account. If the grant has several accounts, ``account`` names one."""
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
        """Issue a refresh token for ``grant`` that expires after ``lifetime``."""
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
        """Return the grant for which a refresh token was issued. ``spend``: whether the token becomes invalid.

        Raises:
            OAuthError: the token is unknown, already used, revoked or expired.
        """
        record = self._refresh().get(token)
        if record is None or record["grant"]["platform"] != platform:
            raise OAuthError("invalid_grant", "refresh_token", "The refresh token is unknown.")
        record["uses"] += 1
        self._state.mark_changed()
        if record["spent"] or record["revoked"] or record["expires_at"] <= self._state.now().timestamp():
            raise OAuthError(
                "invalid_grant", "refresh_token", "The refresh token has been used or revoked, or has expired."
            )
        record["spent"] = spend
        return _grant(record)

    def seconds_left(self, refresh_token: str) -> int:
        """Return the seconds until a refresh token expires."""
        expires_at: float = self._refresh()[refresh_token]["expires_at"]
        return round(expires_at - self._state.now().timestamp())

    def count_use(self, token: str) -> None:
        """Count an exchange or a refresh of an access token on platforms without refresh tokens."""
        self._access()[token]["uses"] += 1
        self._state.mark_changed()

    def find(self, platform: str, token: str) -> Issued | None:
        """Return the record of a valid access token, or None for a static token. Static tokens are never issued.

        Raises:
            InvalidToken: the token is expired, revoked or deleted, or belongs to another platform.
        """
        record = self._access().get(token)
        if record is None:
            if ISSUED_TOKEN.fullmatch(token):
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
        """Return the static token of the account to which an issued token belongs, for example ``demo-token``.

        A static token is returned unchanged.

        Raises:
            InvalidToken: see `find`.
        """
        issued = self.find(platform, token)
        return token if issued is None else f"{issued.grant.account}-token"

    def revoke(self, platform: str, token: str) -> bool:
        """Revoke the grant of an access or refresh token. Return False if the token is unknown."""
        record = self._access().get(token) or self._refresh().get(token)
        if record is None or record["grant"]["platform"] != platform:
            return False
        self._revoke(lambda other: other["grant"]["id"] == record["grant"]["id"])
        return True

    def revoke_account(self, platform: str, account: str) -> int:
        """Revoke every grant of an account, as the account's owner can on the platform. Return the number of revoked
        tokens.
        """
        return self._revoke(lambda record: _belongs(record, platform, account))

    def expire(self, platform: str, account: str, *, seconds_left: float, refresh_tokens: bool) -> int:
        """Make an account's access tokens expire in ``seconds_left`` seconds. Return the number of changed tokens.

        ``refresh_tokens``: whether the account's refresh tokens expire too. A token without an expiry is not changed.
        """
        expires_at = self._state.now().timestamp() + seconds_left
        aged = 0
        for record in [*self._access().values(), *(self._refresh().values() if refresh_tokens else ())]:
            if record["expires_at"] is None or not _belongs(record, platform, account):
                continue
            if "issued_at" in record:
                record["issued_at"] = expires_at - record["lifetime"]
            record["expires_at"] = expires_at
            aged += 1
        self._state.mark_changed()
        return aged

    def usable(self, platform: str, account: str) -> list[tuple[str, dict[str, Any]]]:
        """Return the access tokens of an account that are valid now, with their records."""
        now = self._state.now().timestamp()
        return [
            (token, record)
            for token, record in self._access().items()
            if _belongs(record, platform, account) and _state(record, now) == "usable"
        ]

    def has_refresh_token(self, platform: str, account: str) -> bool:
        """Return whether the app already has a refresh token for an account."""
        return any(
            _belongs(record, platform, account) and not (record["revoked"] or record["spent"])
            for record in self._refresh().values()
        )

    def list_all(self) -> dict[str, list[dict[str, Any]]]:
        """Return all issued tokens, oldest first."""
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
        """Delete all tokens. Calls with a deleted token fail because the token is unknown."""
        self._access().clear()
        self._refresh().clear()
        self._state.mark_changed()

    def _revoke(self, selected: Callable[[Mapping[str, Any]], bool]) -> int:
        revoked = 0
        for record in [*self._access().values(), *self._refresh().values()]:
            if selected(record) and not record["revoked"]:
                record["revoked"] = True
                revoked += 1
        self._state.mark_changed()
        return revoked

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
