"""Sends unusual requests to every function of the API, and checks the responses, the logs and the rows."""

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from local.openapi.reference import routes
from minutehand.runtime.db import Database
from tests.support.api import CONTEXT
from tests.support.clock import FakeClock
from tests.support.every_function import CLIENT_SECRET, every_function
from tests.support.gateway import WITHOUT_AUTHORIZER, Gateway
from tests.support.odd_requests import OddRequest, OddRequests
from tests.support.openapi import check_response
from tests.support.owned_objects import Owner, make_owner
from tests.support.world import World

PASSWORD, ACCESS_TOKEN, CODE = "planted-app-password", "planted-access-token", "planted-code"
SECRETS = (PASSWORD, ACCESS_TOKEN, CODE, CLIENT_SECRET)
"""Secrets that requests contain, sometimes in a wrong field."""
ROLES = ("", "", "", "viewer", "editor", "approver", "operator", "admin")
MAX_SECONDS = timedelta(days=9)
"""The time after which no post that was queued may still be open: the longest window, and two days."""
UNAVAILABLE = frozenset({("GET queue/health", 503)})
"""Responses with a status of 500 or more that are not errors of the API."""


@dataclass
class Findings:
    """``problems``: the faults, as sentences. ``statuses``: the number of responses with each status."""

    problems: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def check(self, request: OddRequest, status: int, headers: Mapping[str, str], text: str) -> None:
        """Check one response."""
        self.statuses[status] += 1
        what = f"{str(request)[:600]}: {status} {text[:300]}"
        if status >= 500 and (request.call, status) not in UNAVAILABLE:
            self.problems.append(f"{what} is an internal error")
        for name, value in headers.items():
            if not value.isprintable() or not value.isascii():
                self.problems.append(f"{what} has the header {name}: {value!a}")
        try:
            text.encode()
            if not (status >= 400 and headers["content-type"].startswith("text/html")):  # a page for people
                check_response(request.method, request.path.rstrip("/"), status, headers, text)
        except (AssertionError, ValueError) as error:
            self.problems.append(f"{what} is not as documented: {error}"[:1_500])

    def check_gateway(self, request: OddRequest, status: int, text: str) -> None:
        """Check a response that none of our functions has made."""
        self.statuses[status] += 1
        if status >= 500:
            self.problems.append(f"{str(request)[:600]}: {status} {text[:300]} is an error of the gateway")


def known_values(owner: Owner) -> Mapping[str, Sequence[str]]:
    """Return values of fields that lead further than random ones."""
    reference = f"media:{owner.ids['media item']}"
    return {
        **{name: [value] for name, value in owner.fields.items()},
        "postId": [owner.ids["post"], owner.ids["scheduled post"]],
        "connectionIds": [owner.ids["connection"]],
        "confirmNotPublished": [owner.ids["publication"]],
        "mediaUrls": [reference, "https://a.example/kiln.png"],
        "cursor": [value for kind, value in owner.ids.items() if kind.startswith("cursor")],
        "after": ["latest", owner.ids["cursor of GET events"]],
        "state": [owner.ids["state"], owner.ids["browser's state"]],
        "token": [owner.ids["form token"]],
        "code": [CODE],
        "appPassword": [PASSWORD, ACCESS_TOKEN],
        "accessToken": [ACCESS_TOKEN],
        "identifier": ["ada.example", PASSWORD],
        "timezone": ["Europe/Lisbon", "UTC", "America/St_Johns"],
        "scheduledAt": ["2026-03-02T09:01:00Z", "2026-03-02T10:00", "2030-01-01T00:00:00+05:45"],
        "include": ["events", "publications"],
    }


@contextmanager
def captured_log(gateway: Gateway) -> Iterator[io.StringIO]:
    """Yield the log of all functions, as CloudWatch would receive it."""
    log = io.StringIO()
    handlers = {gateway.api.function(name).logger.registered_handler for name in set(routes().values())}
    before = {handler: handler.setStream(log) for handler in handlers}
    try:
        yield log
    finally:
        for handler, stream in before.items():
            handler.setStream(stream)


def fuzz(url: str, *, seed: int, requests: int) -> Findings:
    """Send ``requests`` requests to the functions on the database ``url``, and publish the posts that were created."""
    findings, clock, random = Findings(), FakeClock(), Random(seed)
    limits = {"REQUESTS_PER_MINUTE": "1000000", "MAX_PENDING_AUTHORIZATIONS": "1000", "MAX_CONNECTIONS": "50"}
    with closing(Database(lambda: url)) as db, every_function(db, clock, **limits) as api:
        gateway = Gateway(api)
        with captured_log(gateway) as log:
            generated = OddRequests(seed, known_values(make_owner(gateway, db, "acme", "adelheid")))
            for _ in range(requests):
                request = generated.next()
                answer = _answer(gateway, request, random.choice(ROLES))
                headers = {name.lower(): ", ".join(values) for name, values in answer["multiValueHeaders"].items()}
                findings.check(request, answer["statusCode"], headers, answer["body"])
        findings.problems += check_log(log.getvalue())
    findings.problems += check_rows(url, clock)
    return findings


def _answer(gateway: Gateway, request: OddRequest, roles: str) -> dict[str, Any]:
    method, path = request.call.split(" ")
    identity = {"principalId": "adelheid", "userId": "adelheid", "ownerId": "acme", "roles": roles}
    function = routes()[method, path]
    event = request.event(None if (method, path) in WITHOUT_AUTHORIZER else identity, function)
    answer: dict[str, Any] = gateway.api.function(function)(event, CONTEXT)
    return answer


def check_log(text: str) -> list[str]:
    """Return the parts of a log that it should not contain: errors, tracebacks and secrets."""
    lines = text.encode("utf-8", "replace").decode().splitlines()
    errors = [line for line in lines if '"level":"ERROR"' in line or "Traceback" in line]
    return [f"the log has an error: {line[:2_000]}" for line in errors[:5]] + find_secrets(text)


def find_secrets(text: str) -> list[str]:
    """Return the lines of a log that contain a secret."""
    leaks = [line for line in text.splitlines() if any(secret in line for secret in SECRETS)]
    return [f"the log has a secret: {line[:2_000]}" for line in leaks[:5]]


def check_rows(url: str, clock: FakeClock) -> list[str]:
    """Let the posts be published, and return those that are never published and never fail."""
    with closing(World(url, clock)) as world:
        world.settle(seconds=MAX_SECONDS.total_seconds())
        open_ = [
            row for row in world.publications() if row["state"] in ("queued", "waiting", "publishing", "processing")
        ]
        return [f"the publication {row['id']} is still {row['state']}" for row in open_]
