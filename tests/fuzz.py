"""Sends thousands of unusual requests to the API, with a new seed each time: `make soak`.

With ``--deployed``, the requests go over HTTP to a local stack that is deployed for this purpose.
"""

import argparse
import secrets
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import httpx

from tests.support import postgres
from tests.support.fuzzing import CODE, ROLES, Findings, check_log, find_secrets, fuzz
from tests.support.odd_requests import OddRequests
from tests.support.stack import DeployedStack, deployed

SHOWN = 20
OUTGOING = frozenset({"POST connections"})
"""Calls that send requests to the servers that clients name, which may be real ones."""


def fuzz_deployed(stack: DeployedStack, *, seed: int, requests: int) -> Findings:
    """Send ``requests`` requests over HTTP, and check the responses and the logs of the functions."""
    findings, random, generated = Findings(), Random(seed), OddRequests(seed, {"code": [CODE]})
    origin = httpx.URL(stack.deployment.api_url)
    prefix = origin.path.rstrip("/")
    with stack.api("adelheid") as client:
        while findings.statuses.total() < requests:
            request = generated.next()
            if request.call in OUTGOING:
                continue
            headers = {name: value for name, value in request.headers if name not in ("host", "x-user-id")}
            try:
                sent = client.build_request(
                    request.method,
                    origin.copy_with(path=prefix + request.path),
                    params=list(request.query),
                    content=request.body.encode() if isinstance(request.body, str) else request.body,
                    headers={**headers, "x-user-roles": random.choice(ROLES)},
                )
                response = client.send(sent)
            except (ValueError, httpx.LocalProtocolError, httpx.InvalidURL):
                continue  # HTTP cannot transport such a request
            if response.headers.get("x-request-id"):
                path = sent.url.path.removeprefix(prefix)  # the client resolves "/../"
                findings.check(replace(request, path=path), response.status_code, response.headers, response.text)
            else:
                findings.check_gateway(request, response.status_code, response.text)
    for name, text in _logs(stack):
        # The authorizer refuses a request by an exception, as API Gateway requires.
        check = find_secrets if name.endswith("authorizer") else check_log
        findings.problems += check(text)
    return findings


def _logs(stack: DeployedStack) -> Iterator[tuple[str, str]]:
    """Yield the name of each function's log group, and what the function has logged."""
    logs = stack.aws("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=name)
        yield name, "\n".join(event["message"] for page in pages for event in page["events"])


def main() -> int:
    """Send the requests, and print what they found. Return 1 if there is a problem."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=30_000, help="the number of requests (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9), help="the seed of an earlier run")
    parser.add_argument("--deployed", action="store_true", help="send the requests over HTTP to a local stack")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="minutehand-") as name:
        folder = Path(name)
        if given.deployed:
            with deployed(folder) as stack:
                findings = fuzz_deployed(stack, seed=given.seed, requests=given.requests)
        else:
            with (
                postgres.server(folder / "postgres") as server_url,
                postgres.template(server_url),
                postgres.clone(server_url) as url,
            ):
                findings = fuzz(url, seed=given.seed, requests=given.requests)
    statuses = ", ".join(f"{count:,} x {status}" for status, count in sorted(findings.statuses.items()))
    print(f"Seed {given.seed}: {findings.statuses.total():,} requests ({statuses}).")  # noqa: T201
    print(f"{len(findings.problems)} problems.")  # noqa: T201
    for problem in findings.problems[:SHOWN]:
        print(f"\n{problem}")  # noqa: T201
    return 1 if findings.problems else 0


if __name__ == "__main__":
    sys.exit(main())
