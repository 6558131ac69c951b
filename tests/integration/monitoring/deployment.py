"""The functions that run without a caller, in one process, and faults to inject into them."""

import json
from copy import deepcopy
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from minutehand.connections.store import Connections, Lifetime, NewConnection
from minutehand.connections.vault import Vault
from minutehand.platforms.port import Account, Attempt, Content, InDoubt, Published, Unanswerable
from minutehand.publishing.resources import open_adapters
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import CONTEXT, sample
from tests.support.clock import FakeClock
from tests.support.cold_start import start
from tests.support.factories import make_post
from tests.support.functions import LAMBDA, Aws

PUBLICATIONS = Query("publications", "SELECT id, job_id FROM publications WHERE post_id = %(id)s")
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


class Adapter:
    """The base of adapters with a fault."""


class Broken(Adapter):
    """An adapter with a bug."""

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        raise RuntimeError("a bug")


class Silent(Adapter):
    """An adapter whose responses are lost, and whose platform cannot tell whether it has the post."""

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        attempt.arm()
        raise InDoubt("timeout", "The platform did not respond.")

    def reconcile(self, content: Content, account: Account, attempt: Attempt) -> Unanswerable:
        return Unanswerable("We could not confirm whether the post was published. Check the account.")


class Deployment:
    """Runs the scheduler, the publisher and the others on moto's queues, with a clock that tests advance."""

    def __init__(self, db: Database, aws: Aws, clock: FakeClock, patch: pytest.MonkeyPatch) -> None:
        self.db, self.aws, self.clock, self.patch = db, aws, clock, patch
        self.context = LAMBDA
        self.owner_id = "ada"

    def post(self, *platforms: str, late: float = 0, **columns: Any) -> UUID:
        """Insert a post that has been due for ``late`` seconds, and return its id."""
        due = self.clock.now() - timedelta(seconds=late)
        columns = {"owner_id": self.owner_id, "platforms": list(platforms) or ["threads"]} | columns
        return make_post(self.db, now=self.clock.now(), due=due, **columns)

    def tick(self) -> dict[str, Any]:
        return self.aws.tick()

    def records(self, post: UUID) -> list[dict[str, Any]]:
        """Return Lambda's records for the messages of a post's publications."""
        bodies = [
            {"publicationId": str(row["id"]), "jobId": str(row["job_id"])}
            for row in self.db.fetch(PUBLICATIONS, id=post)
        ]
        record = sample("publisher")["Records"][0]
        return [deepcopy(record) | {"body": json.dumps(body), "messageId": body["publicationId"]} for body in bodies]

    def publish(self, post: UUID) -> dict[str, Any]:
        """Invoke the publisher with the messages of a post, without the queue."""
        response: dict[str, Any] = self.aws.publisher.handler({"Records": self.records(post)}, LAMBDA)
        return response

    def publish_next(self) -> None:
        """Insert a post and publish it."""
        post = self.post()
        self.tick()
        self.publish(post)

    def resolve_dead_letters(self, post: UUID) -> dict[str, Any]:
        """Invoke the function for dead letters with the messages of a post."""
        response: dict[str, Any] = self.aws.dead_letters.handler({"Records": self.records(post)}, LAMBDA)
        return response

    def use_adapter(self, adapter: Adapter) -> None:
        """Let the publisher use ``adapter`` for every platform."""
        self.aws.publisher.function.replace(open_adapters, lambda _: lambda work: adapter)

    def stop_postgres(self) -> None:
        """Start the functions again, with an address at which there is no Postgres."""
        self.aws.stop()
        self.patch.setenv("DATABASE_URL", NOWHERE)
        self.aws.start(self.clock)

    def list_posts(self) -> dict[str, Any]:
        """Call the API in a newly started function, and return its response."""
        response: dict[str, Any] = start("list_posts").handler(sample("list_posts"), CONTEXT)
        return response

    def refresh_tokens(self, accounts: int) -> dict[str, Any]:
        """Run token_refresher on connections whose tokens expire soon, on a platform without client credentials."""
        seal, now = Vault(self.aws.kms, self.aws.key_id).seal, self.clock.now()
        ending = Lifetime(now + timedelta(minutes=5), now, None)
        for number in range(accounts):
            new = NewConnection("ada", "x", str(number), "@ada", "https://api.x.com")
            token = {"access_token": "a", "refresh_token": f"b{number}"}
            Connections(self.db).connect(new, token, seal, actor=Actor("ada"), now=now, lifetime=ending)
        context = SimpleNamespace(**vars(CONTEXT), get_remaining_time_in_millis=lambda: 120_000)
        app = start("token_refresher", clock=self.clock)
        response: dict[str, Any] = app.handler(sample("token_refresher"), context)
        return response
