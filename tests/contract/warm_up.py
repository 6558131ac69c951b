"""Prepares a deployed stack for tests of every call."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from local.openapi.reference import BASE, routes
from tests.support.api import sample
from tests.support.stack import DeployedStack


def warm_up(stack: DeployedStack) -> None:
    """Run a tick, and call each function once, because the first call of a function takes seconds on a slow machine.

    Before the first tick, the queue is not healthy, and its health has the status 503.
    """
    stack.invoke("Scheduler", sample("scheduler"))
    with stack.api("ada") as api, ThreadPoolExecutor(4) as pool:
        first = {function: route for route, function in routes().items()}
        for response in pool.map(lambda route: _call(api, *route), first.values()):
            assert response.status_code < 500, response.text


def _call(api: httpx.Client, method: str, path: str) -> httpx.Response:
    body = None if method == "GET" else b"{}"
    return api.request(method, BASE + path, content=body, headers={"content-type": "application/json"})
