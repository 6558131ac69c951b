"""A demonstration of metrics, which publishes one post on every platform and shows its simulated month."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from local import month
from local.accounts import accounts, connect_accounts
from local.demo import POSTS, api_client, json_of, publish
from local.deploy import client
from local.errors import LocalStackError
from local.month import Month
from local.progress import Progress
from local.stack import Stack
from minutehand.runtime.db import Database

COLLECTOR = "MetricsCollector"


def show_month(stack: Stack, progress: Progress) -> bool:
    """Publish a post for a new owner, simulate a month, and print the metrics. Return whether they are as expected.

    Raises:
        LocalStackError: the API rejected a request, the collector failed, or a process of the stack exited.
    """
    owner = f"month-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    with (
        httpx.Client(base_url=stack.settings.simulator_url, timeout=10) as simulator,
        api_client(stack, owner) as api,
        closing(Database(lambda: stack.database_url)) as db,
    ):
        with progress.step("Accounts on all platforms, and one without the scope for metrics"):
            connection_ids = _connect(stack, owner)
        before = _timeline(simulator).keys()
        post = publish(stack, api, progress, connectionIds=connection_ids)
        if post["status"] != "published":
            raise LocalStackError(f"The post is {post['status']}; it must be published on every platform.")
        own = {key: each for key, each in _timeline(simulator).items() if key not in before and _shows(each, post)}
        played = Month(
            owner,
            own.keys(),
            simulator,
            db,
            collect=_collector(stack),
            metrics=lambda: _metrics(api, post["id"]),
            delete=lambda: _delete(simulator, own, owner),
        )
        with progress.step("A month of readings"), _without_schedule(stack):
            played.play()
        return month.show(played, progress)


def _connect(stack: Stack, owner: str) -> list[str]:
    """Connect the owner's accounts, and return the ids of both connections on the platform `month.NARROW`."""
    url = stack.settings.simulator_url
    own = connect_accounts(stack, accounts(owner, url))
    narrow = connect_accounts(
        stack,
        (
            (account._replace(owner_id=owner), token)
            for account, token in accounts("narrow", url)
            if account.platform == month.NARROW
        ),
    )
    return [str(each[month.NARROW]) for each in (own, narrow)]


def _timeline(simulator: httpx.Client) -> dict[str, Mapping[str, Any]]:
    return {each["id"]: each for each in json_of(simulator.get("/api/timeline"))["posts"]}


def _shows(shown: Mapping[str, Any], post: Mapping[str, Any]) -> bool:
    """Return whether a post of the timeline contains the first sentence of ``post`` and is not in the sandbox."""
    return post["content"].partition(".")[0] in shown["text"] and not shown["sandbox"]


def _metrics(api: httpx.Client, post_id: str) -> Sequence[Mapping[str, Any]]:
    publications: Sequence[Mapping[str, Any]] = json_of(api.get(f"{POSTS}/analytics", params={"postId": post_id}))[
        "publications"
    ]
    return publications


def _delete(simulator: httpx.Client, posts: Collection[str], owner: str) -> None:
    """Delete the post on X, as its author can."""
    [deleted] = [each.partition(":")[2] for each in posts if each.startswith(f"{month.DELETED}:")]
    headers = {"authorization": f"Bearer {owner.replace('-', '_')}-token"}
    simulator.delete(f"/x/2/tweets/{deleted}", headers=headers).raise_for_status()


def _collector(stack: Stack) -> Callable[[], object]:
    """Return a function that runs the deployed collector of metrics."""
    lambda_, name = client(stack.settings, "lambda"), stack.deployment.functions[COLLECTOR]

    def collect() -> object:
        stack.require_running()
        response = lambda_.invoke(FunctionName=name, Payload=json.dumps({"id": "month"}).encode())
        report: object = json.loads(response["Payload"].read())
        if "FunctionError" in response:
            raise LocalStackError(f"The collector of metrics failed: {report}")
        return report

    return collect


@contextmanager
def _without_schedule(stack: Stack) -> Iterator[None]:
    """Disable the collector's own schedule while the block runs, so that only the demonstration runs the collector."""
    arn = client(stack.settings, "lambda").get_function_configuration(
        FunctionName=stack.deployment.functions[COLLECTOR]
    )["FunctionArn"]
    events = client(stack.settings, "events")
    rules = events.list_rule_names_by_target(TargetArn=arn)["RuleNames"]
    for rule in rules:
        events.disable_rule(Name=rule)
    try:
        yield
    finally:
        for rule in rules:
            events.enable_rule(Name=rule)
