"""Reads the metrics of one account from its platform, within a time limit. An error affects only this account."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from aws_lambda_powertools.logging import Logger

from minutehand.analytics.work import Connection, Task
from minutehand.connections.vault import TokenUnreadable, VaultUnavailable
from minutehand.platforms.catalog import display_name
from minutehand.platforms.deadline import time_limit
from minutehand.platforms.error_table import REFUSED
from minutehand.platforms.errors import PublishError, Rejected, Transient
from minutehand.platforms.metrics import PublishedPost, reader_for
from minutehand.platforms.port import Account
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

    from minutehand.connections.vault import Vault

SECONDS = 15.0
"""The time limit for all calls of a task, in seconds."""

logger = Logger(child=True)


class AccountReading:
    """Reads metrics and numbers of followers from the platforms. This object is thread-safe."""

    def __init__(self, vault: "Callable[[], Vault]", http: "Callable[[], httpx.Client]", clock: Clock) -> None:
        self._vault = vault
        self._http = http
        self._clock = clock

    def publications(self, task: Task) -> Task:
        """Return ``task`` with the metrics of its publications and with the error, if there is one."""
        by_remote_id = {each.remote_id: each for each in task.publications}
        posts = [PublishedPost(each.remote_id, each.published_at, each.options) for each in task.publications]

        def take(account: Account, some: Sequence[PublishedPost]) -> None:
            reader = reader_for(account.platform)
            for remote_id, metrics in reader.read_posts(self._http(), account, some, self._clock):
                if (publication := by_remote_id.get(remote_id)) is not None:
                    task.found[publication.id] = metrics

        def read(account: Account) -> None:
            try:
                take(account, posts)
            except Rejected as refusal:
                if refusal.code != REFUSED.code or task.found or len(posts) == 1:
                    raise
                # The platform may refuse a call because of a single post.
                for post in posts:
                    with suppress(Rejected):
                        take(account, [post])
                if not task.found:
                    raise refusal from None

        return self._limited(task, read)

    def followers(self, task: Task) -> Task:
        """Return ``task`` with the account's number of followers, or with the error."""

        def read(account: Account) -> None:
            task.followers = reader_for(account.platform).read_followers(self._http(), account, self._clock)

        return self._limited(task, read)

    def _limited(self, task: Task, read: Callable[[Account], None]) -> Task:
        connection = task.connection
        fields = {"connection": connection.id, "platform": connection.platform}
        try:
            account = self._account(connection)
            with time_limit(SECONDS):
                read(account)
        except PublishError as error:
            logger.info("metrics could not be read", extra=fields | {"code": error.code})
            task.error = error
        except Exception:
            # A response that our code cannot handle must not keep other accounts from being read.
            logger.exception("an internal error while metrics were read", extra=fields)
            task.error = Transient("internal_error", "The metrics could not be read because of an internal error.")
        return task

    def _account(self, connection: Connection) -> Account:
        assert connection.ciphertext is not None, "only readable connections are read"
        name = display_name(connection.platform)
        try:
            token = self._vault().open(connection.ciphertext, str(connection.id), connection.owner_id)
        except TokenUnreadable:
            sentence = f"The stored {name} token is not valid. Connect the account again."
            raise Rejected("reconnect_required", sentence) from None
        except VaultUnavailable:
            raise Transient("vault_unavailable", f"The stored {name} token could not be decrypted.") from None
        return Account(
            str(connection.id),
            connection.platform,
            connection.account_id or "",
            connection.handle or "",
            connection.base_url or "",
            token,
        )
