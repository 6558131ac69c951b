"""Make each call of the API as each kind of caller, with a valid and an invalid request.

Each response is compared with the permission that the code declares for the call, and with the OpenAPI document. The
outcomes are printed as a table in Markdown. Usage: ``python -m tests.contract.callers``
"""

import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import httpx

from local.openapi.operations import permissions
from local.openapi.reference import BASE
from minutehand.runtime.errors import Forbidden
from minutehand.runtime.identity import Identity
from minutehand.runtime.scopes import OPERATE, SCOPES
from tests.contract.objects import PAGE, Objects
from tests.contract.requests import Request, right, wrong
from tests.contract.warm_up import warm_up
from tests.support.openapi import check_response
from tests.support.request_fields import calls, operation
from tests.support.stack import DeployedStack, deployed

USER = "ada"
ROLES = ("viewer", "editor", "approver", "operator", "admin")
USUAL_CODES = (None, "unauthenticated", "invalid_input")
"""Codes that the table leaves out, because the status says the same."""
WITHOUT_FIELDS = frozenset({"GET connections/link"})
"""Calls that ignore the query, so that no request to them is invalid."""

OF_LIVE_OBJECTS = frozenset({"DELETE connections/links"})
"""Calls about objects that test mode does not have."""


class Outcome(NamedTuple):
    """The status of a response, and its error code, which for a bulk call is that of the first post."""

    status: int
    code: str | None = None

    def __str__(self) -> str:
        return f"{self.status} `{self.code}`" if self.code not in USUAL_CODES else str(self.status)


@dataclass(frozen=True)
class Caller:
    """``identity``: None for a caller without authentication. ``objects``: creates the objects that the requests of the
    caller name.

    ``is_stranger``: whether these objects belong to another owner.
    """

    name: str
    client: httpx.Client
    identity: Identity | None
    objects: Objects
    is_stranger: bool = False

    @property
    def is_test(self) -> bool:
        return self.identity is not None and self.identity.is_test

    def send(self, request: Request) -> Outcome:
        """Send a request, and compare the response with the document."""
        response = self.client.request(**request.arguments())
        method, path = request.call.split(" ")
        check_response(method, BASE + path, response.status_code, response.headers, response.text)
        body = response.json() if response.headers["content-type"].startswith("application/json") else {}
        of_posts = body.get("results") or [body]
        return Outcome(response.status_code, of_posts[0].get("code"))

    def refusal(self, call: str) -> Outcome | None:
        """Return the outcome of a call that the caller may not make, or None for one that the caller may make."""
        permission = permissions()[call]
        if permission is None:
            return None
        if self.identity is None:
            return Outcome(401, "unauthenticated")
        try:
            permission.require(self.identity)
        except Forbidden as error:
            return Outcome(403, error.code)
        return None

    def has_object(self, request: Request) -> bool:
        """Return whether the object that the request names exists for the caller."""
        if not request.is_owned or permissions()[request.call] is None:  # a secret in the request is enough
            return True
        return not self.is_stranger and not (self.is_test and request.call in OF_LIVE_OBJECTS)


class Cell(NamedTuple):
    """The outcomes of a valid and of an invalid request, and a sentence for each unexpected outcome."""

    right: Outcome
    wrong: Outcome | None
    problems: list[str]

    def __str__(self) -> str:
        return " / ".join(dict.fromkeys(str(each) for each in (self.right, self.wrong) if each is not None))


def make(call: str, caller: Caller, shared: Request) -> Cell:
    """Make a call with a valid and an invalid request.

    ``shared``: a valid request, which is sent if it changes nothing. Otherwise, the caller gets a request of its own.
    """
    refusal, has_object = caller.refusal(call), caller.has_object(shared)
    is_permitted = refusal is None and has_object
    found = caller.send(right(call, caller.objects) if is_permitted else shared)
    if refusal is not None:
        is_expected = found == refusal
    elif not has_object:
        is_expected = (found.code or "").endswith(("_not_found", "_unknown"))
    else:
        is_expected = found.code is None and str(found.status) in operation(call)["responses"]
    problems = [] if is_expected else [f"{call} as {caller.name}: {found}"]
    if call in WITHOUT_FIELDS:
        return Cell(found, None, problems)
    other = caller.send(wrong(call))
    if other != (refusal or Outcome(400, "invalid_input")):
        problems.append(f"{call} as {caller.name}, with invalid fields: {other}")
    return Cell(found, other, problems)


def callers(stack: DeployedStack, opened: ExitStack) -> list[Caller]:
    """Return each kind of caller, with clients that ``opened`` closes.

    Each caller has its own owner, so that none uses up the rate limit of another.
    """

    def client(headers: dict[str, str]) -> httpx.Client:
        return opened.enter_context(stack.api(None, headers))

    def person(owner: str, *roles: str) -> httpx.Client:
        return client({"x-user-id": USER, "x-owner-id": owner, "x-user-roles": ",".join(roles)})

    def objects(owner: str) -> Objects:
        return Objects(stack, person(owner, "admin"))

    def token(owner: str, scopes: Sequence[str], mode: str) -> httpx.Client:
        created = objects(owner).call("POST", "tokens", name="Import", scopes=list(scopes), mode=mode)
        return client({"authorization": f"Bearer {created['secret']}"})

    testable = frozenset(SCOPES) - {OPERATE}
    test_client = token("tester", sorted(testable), "test")
    return [
        Caller("owner", person("ada"), Identity(USER, "ada"), objects("ada")),
        Caller("another owner", person("bertrand"), Identity(USER, "bertrand"), objects("ada"), is_stranger=True),
        *(
            Caller(
                role, person(f"{role}-owner", role), Identity(USER, role, frozenset({role})), objects(f"{role}-owner")
            )
            for role in ROLES
        ),
        Caller(
            "live token, all scopes",
            token("program", SCOPES, "live"),
            Identity(USER, "program", granted=frozenset(SCOPES)),
            objects("program"),
        ),
        Caller(
            "test token",
            test_client,
            Identity(USER, "test:tester", granted=testable),
            Objects(stack, person("tester", "admin"), test_client),
        ),
        Caller("nobody", client({}), None, objects("nobody")),
    ]


def compare(stack: DeployedStack) -> tuple[str, list[str]]:
    """Make every call as every caller. Return the table and the unexpected responses."""
    _allow_page(stack)
    with ExitStack() as opened:
        found = callers(stack, opened)
        cells = {call: _row(call, found) for call in calls()}
    rows = [["call", *(caller.name for caller in found)], ["---"] * (len(found) + 1)]
    rows += [[f"`{call}`", *map(str, row)] for call, row in cells.items()]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return table, [problem for row in cells.values() for cell in row for problem in cell.problems]


def _row(call: str, found: Sequence[Caller]) -> list[Cell]:
    """Make a call as each caller, one after another, because each process of a function takes seconds to start."""
    shared = right(call, found[0].objects)
    return [make(call, caller, shared) for caller in found]


def _allow_page(stack: DeployedStack) -> None:
    """Let platforms redirect to a page of a client, and by default to our callback."""
    functions, name = stack.aws("lambda"), stack.deployment.functions["AuthorizeConnection"]
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    own = f"{stack.deployment.api_url}{BASE}connections/callback"
    variables["OAUTH_REDIRECT_URIS"] = f"{own},{PAGE}"
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
    stack.simulator.post("/oauth/redirects", json={"uri": PAGE}).raise_for_status()


def main() -> int:
    """Start the local stack, and print the table and the unexpected responses. Return the exit status."""
    with tempfile.TemporaryDirectory(prefix="minutehand-callers-") as folder, deployed(Path(folder)) as stack:
        warm_up(stack)
        return report(stack)


def report(stack: DeployedStack) -> int:
    """Print the table and the unexpected responses. Return the exit status."""
    table, problems = compare(stack)
    sys.stdout.write("\n".join([table, "", *problems, f"{len(problems)} unexpected responses", ""]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
