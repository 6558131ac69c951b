"""The functions in one process, and the ways to break them."""

import importlib
import json
from copy import deepcopy
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from functions.dead_letters import app as dead_letters
from functions.publisher import app as publisher
from functions.scheduler import app as scheduler
from minutehand.connections.store import Connections, Lifetime, NewConnection
from minutehand.connections.vault import Vault
from minutehand.platforms.port import Account, Attempt, Content, InDoubt, Published, Unanswerable
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
    """A platform with which something is wrong."""

    def validate(self, content: Content, media: Any = ()) -> list[str]:
        return []


class Broken(Adapter):
    """One that has a bug."""

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        raise RuntimeError("a bug")


class Silent(Adapter):
    """One whose answer is lost, and that cannot be asked what came of the call."""

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        attempt.arm()
        raise InDoubt("timeout", "No answer came.")

    def reconcile(self, content: Content, account: Account, attempt: Attempt) -> Unanswerable:
        return Unanswerable("It may have gone out: please look there.")


class Site:
    """What runs by itself, on moto's queues and a clock that is moved."""

    def __init__(self, db: Database, aws: Aws, clock: FakeClock, patch: pytest.MonkeyPatch) -> None:
        self.db, self.aws, self.clock, self.patch = db, aws, clock, patch
        self.context = LAMBDA

    def post(self, *platforms: str, late: float = 0, **columns: Any) -> UUID:
        """Make a post that has been due for ``late`` seconds."""
        due = self.clock.now() - timedelta(seconds=late)
        return make_post(self.db, now=self.clock.now(), due=due, platforms=list(platforms) or ["threads"], **columns)

    def tick(self) -> dict[str, Any]:
        return scheduler.handler(sample("scheduler"), LAMBDA)

    def records(self, post: UUID) -> list[dict[str, Any]]:
        """Return the records that Lambda makes of the messages of a post's publications."""
        bodies = [
            {"publicationId": str(row["id"]), "jobId": str(row["job_id"])}
            for row in self.db.fetch(PUBLICATIONS, id=post)
        ]
        record = sample("publisher")["Records"][0]
        return [deepcopy(record) | {"body": json.dumps(body), "messageId": body["publicationId"]} for body in bodies]

    def publish(self, post: UUID) -> dict[str, Any]:
        """Hand the messages of a post to the publisher, whatever the queue thinks."""
        return publisher.handler({"Records": self.records(post)}, LAMBDA)

    def publish_next(self) -> None:
        """Let a post go out."""
        post = self.post()
        self.tick()
        self.publish(post)

    def bury(self, post: UUID) -> dict[str, Any]:
        return dead_letters.handler({"Records": self.records(post)}, LAMBDA)

    def platforms_are(self, adapter: Adapter) -> None:
        self.patch.setattr(publisher, "adapter_for", lambda *_, **__: adapter)

    def postgres_is_away(self) -> None:
        """Let functions that start from now on find no Postgres."""
        self.patch.setenv("DATABASE_URL", NOWHERE)
        scheduler.parts()[1].close()
        scheduler.parts.cache_clear()

    def list_posts(self) -> dict[str, Any]:
        """Call the API, as a function that starts anew."""
        answer: dict[str, Any] = start("list_posts").handler(sample("list_posts"), CONTEXT)
        return answer

    def refresh_tokens(self, accounts: int) -> dict[str, Any]:
        """Let token_refresher find accounts whose tokens end soon, at a platform where nobody has registered us."""
        seal, now = Vault(self.aws.kms, self.aws.key_id).seal, self.clock.now()
        ending = Lifetime(now + timedelta(minutes=5), now, None)
        for number in range(accounts):
            new = NewConnection("ada", "x", str(number), "@ada", "https://api.x.com")
            token = {"access_token": "a", "refresh_token": f"b{number}"}
            Connections(self.db).connect(new, token, seal, now=now, lifetime=ending)
        app = importlib.import_module("functions.token_refresher.app")
        self.patch.setattr(app, "clock", self.clock)
        context = SimpleNamespace(**vars(CONTEXT), get_remaining_time_in_millis=lambda: 120_000)
        for each in (app.config, app.shared):
            each.cache_clear()
        answer: dict[str, Any] = app.handler(sample("token_refresher"), context)
        for each in (app.config, app.shared):
            each.cache_clear()
        return answer
