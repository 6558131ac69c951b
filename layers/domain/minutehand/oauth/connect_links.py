"""Connect links: with a link, a person without a login connects an account for the owner of the link.

A link works once and expires. Its secret is in the fragment of its URL, which browsers do not send to servers, so
no access log contains the secret. The database holds only the hash of the secret.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from minutehand.platforms.catalog import display_name
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict, Gone, InvalidInput, NotFound
from minutehand.runtime.identity import Identity
from minutehand.runtime.pruning import prune

MAX_ATTEMPTS = 5
"""The maximum number of attempts with credentials for one link. The limit keeps people from guessing passwords."""
KEPT_FOR = timedelta(days=30)
"""The time for which an expired link is listed. Afterwards, the maintenance deletes the link."""

_queries = sql.load(__package__)


class Link(NamedTuple):
    """A link that was neither used nor expired when it was found. ``created_by``: the person who created the link for
    ``owner_id``.
    """

    id: UUID
    owner_id: str
    created_by: str
    platforms: Sequence[str]
    return_to: str | None

    @property
    def maker(self) -> Identity:
        """The person who created the link, on whose behalf the account is connected."""
        return Identity(self.created_by, self.owner_id)


class ConnectLinks:
    """The connect links of all owners."""

    def __init__(self, db: Database) -> None:
        """Store the links in ``db``."""
        self._db = db

    def find(self, secret: str, *, now: datetime) -> Link:
        """Return the link with this secret, without marking it as used.

        Raises:
            NotFound: there is no such link, or the link was revoked.
            Conflict: the link was used.
            Gone: the link has expired.
        """
        row = self._db.one(_queries["find_link"], secret_hash=secret_hash(secret))
        if row is None:
            raise NotFound("This link is unknown, or was revoked. Ask for a new link.", code="link_unknown")
        if row["used_at"] is not None:
            raise Conflict("This link was used before. A link works once. Ask for a new link.", code="link_used")
        if row["expires_at"] <= now:
            raise Gone("This link has expired. Ask for a new link.", code="link_expired")
        return _link(row)

    def count_attempt(self, secret: str, platform: str, *, now: datetime) -> None:
        """Count an attempt to connect an account for which we call a server that the person names.

        Raises:
            NotFound, Conflict, Gone: see `find`.
            InvalidInput: the link is for other platforms.
            Conflict: there were already `MAX_ATTEMPTS` attempts with this link.
        """
        parameters = {"secret_hash": secret_hash(secret), "platform": platform, "now": now}
        if self._db.one(_queries["count_attempt"], **parameters, max_attempts=MAX_ATTEMPTS) is None:
            _require_platform(self.find(secret, now=now), platform)
            sentence = f"This link was tried {MAX_ATTEMPTS} times. Ask for a new link."
            raise Conflict(sentence, code="too_many_attempts")

    def use(self, secret: str, platform: str, *, now: datetime) -> Link:
        """Mark the link with this secret as used, and return it. Only one of several concurrent calls succeeds.

        Raises:
            NotFound, Conflict, Gone: see `find`.
            InvalidInput: the link is for other platforms.
        """
        row = self._db.one(_queries["use_link"], secret_hash=secret_hash(secret), platform=platform, now=now)
        if row is None:
            _require_platform(self.find(secret, now=now), platform)
            raise Conflict("This link is being used. Ask for a new link.", code="link_used")
        return _link(row)


def delete_expired_links(db: Database, clock: Clock, *, deadline: datetime) -> int:
    """Delete links that expired more than `KEPT_FOR` ago, in batches until ``deadline``. Return their number."""
    query, before = _queries["delete_expired_links"], clock.now() - KEPT_FOR
    return prune(db, query, clock, deadline=deadline, before=before)


def _require_platform(link: Link, platform: str) -> None:
    if platform not in link.platforms:
        allowed = ", ".join(map(display_name, link.platforms))
        sentence = f"This link does not allow {display_name(platform)}. Choose one of: {allowed}."
        raise InvalidInput(sentence, code="platform_not_allowed")


def _link(row: Mapping[str, Any]) -> Link:
    return Link(row["id"], row["owner_id"], row["created_by"], row["platforms"], row["return_to"])


def secret_hash(secret: str) -> bytes:
    """Return the hash of the secret of a link, as it is stored in the database."""
    return sha256(b"link:" + secret.encode()).digest()
