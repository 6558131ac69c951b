"""Tokens through the deployed template, whose roles are enforced: refreshed on demand, refreshed ahead, revoked."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from minutehand.runtime.sql import Query
from tests.e2e.test_publishing import final
from tests.support.api import sample
from tests.support.consent import authorize
from tests.support.stack import POSTS, DeployedStack

pytestmark = pytest.mark.e2e

CONNECTIONS = "/api/social/connections"
AGE = Query(
    "age",
    """UPDATE social_account_tokens SET expires_at = now() - interval '1 second', refresh_at = now()
       WHERE connection_id = %(id)s RETURNING connection_id""",
)


def connect(stack: DeployedStack, api: httpx.Client, account: str) -> dict[str, Any]:
    """Connect an account on X, whose platform then takes its access token no more."""
    begun = api.post(f"{CONNECTIONS}/authorize", json={"platform": "x"})
    assert begun.status_code == 200, begun.text
    done = authorize(begun.json()["url"], account, accept="application/json")
    assert done.status_code == 201, done.text
    [connection] = done.json()["connections"]
    stack.simulator.post("/oauth/expire", json={"platform": "x", "account": account}).raise_for_status()
    assert stack.db.one(AGE, id=connection["id"]) is not None
    found: dict[str, Any] = connection
    return found


def tokens(stack: DeployedStack, account: str) -> list[tuple[str, int]]:
    """Return state and uses of the refresh tokens of an account, oldest first."""
    issued = stack.simulator.get("/oauth/tokens").json()["refreshTokens"]
    return [(token["state"], token["uses"]) for token in issued if token["account"] == account]


def maintain(stack: DeployedStack, done: Callable[[], bool]) -> None:
    """Run the token refresher, and wait until ``done``, because its rule may run it at the same time."""
    stack.invoke("TokenRefresher", sample("token_refresher"))
    deadline = time.monotonic() + 60
    while not done() and time.monotonic() < deadline:
        time.sleep(0.2)


def test_posts_with_an_expired_token_go_out_with_one_new_one(stack: DeployedStack, owner: str) -> None:
    account = owner.replace("-", "_")
    with stack.api(owner) as api:
        connect(stack, api, account)
        due = (datetime.now(UTC) + timedelta(seconds=12)).replace(microsecond=0)
        posts = []
        for number in range(6):
            body = {"content": f"{owner} {number}", "platforms": ["x"], "scheduledAt": due.isoformat()}
            created = api.post(f"{POSTS}/create", json=body)
            assert created.status_code == 201, created.text
            posts.append(created.json()["post"]["id"])
            assert api.post(f"{POSTS}/schedule", json={"postId": posts[-1]}).status_code == 200
        for post_id in posts:
            post = final(api, post_id, due + timedelta(seconds=60))
            assert post["status"] == "published", post

    assert tokens(stack, account) == [("spent", 1), ("usable", 0)]


def test_tokens_are_refreshed_ahead_and_revoked_in_the_end(stack: DeployedStack, owner: str) -> None:
    account = owner.replace("-", "_")
    with stack.api(owner) as api:
        connection = connect(stack, api, account)
        maintain(stack, lambda: len(tokens(stack, account)) > 1)
        assert tokens(stack, account) == [("spent", 1), ("usable", 0)]

        gone = api.request("DELETE", CONNECTIONS, json={"connectionId": connection["id"]})
        assert gone.status_code == 200, gone.text
        maintain(stack, lambda: tokens(stack, account)[-1][0] == "revoked")

    assert [state for state, _ in tokens(stack, account)][-1] == "revoked"


def test_a_browser_that_nobody_sent_is_shown_a_page(stack: DeployedStack) -> None:
    with stack.api(None) as browser:
        answer = browser.get(f"{CONNECTIONS}/callback", params={"state": "unknown", "code": "c"})

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
