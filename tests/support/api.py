"""Calls of the API through the real handlers, with events as from API Gateway."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

from local.settings import ROOT
from minutehand.link_cards.resources import open_card_fetcher
from minutehand.platforms.resources import open_prober
from minutehand.posts import writing
from minutehand.posts.forms.update import PostChanges
from minutehand.runtime.configs.queue import QueueConfig
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from tests.support import cold_start
from tests.support.clock import START, FakeClock
from tests.support.media import known_media
from tests.support.openapi import check_response

CONTEXT = SimpleNamespace(
    function_name="function",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-central-1:000000000000:function:function",
    aws_request_id="2f3e4d5c-6b7a-4988-8776-655443322110",
)
"""The context that Lambda passes to a handler."""

CONFIG = QueueConfig.from_environ(cold_start.ENVIRON)


def no_card(url: str, seconds: float) -> None:
    """Find no card, as for a page without a title."""


def sample(name: str) -> dict[str, Any]:
    """Return a new copy of the sample event of a function."""
    event: dict[str, Any] = json.loads(_sample_text(name))
    return event


@cache
def _sample_text(name: str) -> str:
    return (ROOT / "events" / f"{name}.json").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.text)
        return body

    @property
    def post(self) -> dict[str, Any]:
        post: dict[str, Any] = self.body["post"]
        return post


class Api:
    """The functions of the API on one database and one clock, each started when it is first called."""

    def __init__(
        self,
        db: Database,
        clock: FakeClock,
        *,
        environ: Mapping[str, str] = cold_start.ENVIRON,
        openers: cold_start.Openers | None = None,
    ) -> None:
        self.db = db
        self.clock = clock
        self._environ = environ
        self._openers: dict[Callable[..., Any], Callable[[Any], Any]] = {
            open_prober: lambda _: known_media(),
            open_card_fetcher: lambda _: no_card,
        }
        self._openers |= openers or {}
        self._functions: dict[str, Any] = {}

    def function(self, name: str) -> Any:
        """Return the function object of a handler."""
        if name not in self._functions:
            app = cold_start.start(name, db=self.db, clock=self.clock, environ=self._environ, openers=self._openers)
            self._functions[name] = app.function
        return self._functions[name]

    def replace(self, opener: Callable[..., Any], other: Callable[[Any], Any]) -> None:
        """Let all functions open a resource with ``other``."""
        self._openers[opener] = other
        for function in self._functions.values():
            function.replace(opener, other)

    def configure(self, name: str, **variables: str) -> None:
        """Start a function with other variables than the rest."""
        cold_start.configure(self.function(name), {**self._environ, **variables})

    def call(
        self,
        function: str,
        body: object = None,
        /,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        user: str | None = "ada",
        owner: str | None = None,
        roles: str = "",
        **changes: Any,
    ) -> Reply:
        """Invoke ``function`` with its sample event, changed by the arguments and ``changes``."""
        event = sample(function)
        event["headers"] = {"content-type": "application/json", **(headers or {})}
        event["multiValueHeaders"] = {name: [value] for name, value in event["headers"].items()}
        event["body"] = body if body is None or isinstance(body, str) else json.dumps(body)
        event["queryStringParameters"] = dict(query) if query else None
        event["multiValueQueryStringParameters"] = {name: [value] for name, value in query.items()} if query else None
        identity = {"principalId": user, "userId": user, "ownerId": owner or user, "roles": roles}
        event["requestContext"]["authorizer"] = identity if user is not None else None
        sent = event | changes
        answer = self.function(function)(sent, CONTEXT)
        answered = {name.lower(): ", ".join(values) for name, values in answer["multiValueHeaders"].items()}
        check_response(sent["httpMethod"], self.function(function).path, answer["statusCode"], answered, answer["body"])
        return Reply(answer["statusCode"], answered, answer["body"])

    def create(self, **fields: Any) -> dict[str, Any]:
        """Create a post of Ada's, with default content and platform, and return it."""
        reply = self.call("create_post", {"content": "The kiln is warm.", "platforms": ["bluesky"]} | fields)
        assert reply.status == 201, reply.text
        return reply.post

    def get(self, post_id: str, **who: Any) -> Reply:
        return self.call("get_post", query={"postId": post_id}, **who)


def update(db: Database, changes: PostChanges) -> dict[str, Any]:
    """Change a post of Ada's that is not near its time, as the function does."""

    def never(publications: list[Any]) -> None:
        raise AssertionError("no message may be sent")

    with db.after_commit(never):
        return dict(writing.update(db, Identity("ada", "ada"), changes, config=CONFIG, prober=known_media, now=START))
