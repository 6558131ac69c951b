"""The meanings of X's errors, as X and its users publish them."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import Account, Content, InDoubt, PublishError, RateLimited, Rejected, TokenExpired
from minutehand.platforms.x.adapter import X
from minutehand.platforms.x.errors import ERRORS
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACCOUNT = Account("c1", "x", "1", "@demo", "", {"access_token": "a-token"})
HOSTS = ("api.x.com", "api.twitter.com")


def problem(status: int, kind: str | None, detail: str = "Because.", host: str = HOSTS[0], **more: Any) -> Reply:
    kinds = {} if kind is None else {"type": kind if ":" in kind else f"https://{host}/2/problems/{kind}"}
    return Reply(status, {"title": "A title", "detail": detail, "status": status, **kinds, **more})


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, "invalid-request", "refused"),
        (402, "credits-depleted", "usage_capped"),
        (402, "credits", "usage_capped"),
        (402, "never-heard-of", "usage_capped"),
        (403, "credits", "usage_capped"),
        (403, "usage-capped", "usage_capped"),
        (403, "client-forbidden", "forbidden"),
        (403, "not-authorized-for-resource", "forbidden"),
        (403, "never-heard-of", "forbidden"),
        (404, "resource-not-found", "refused"),
        (429, "usage-capped", "usage_capped"),
    ],
)
def test_problem_of_either_host_is_a_refusal(host: str, status: int, kind: str, code: str) -> None:
    refused = ERRORS.error(problem(status, kind, host=host), {}, NOW, publishing=True)
    assert (type(refused), refused.code) == (Rejected, code)


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (problem(401, "about:blank"), TokenExpired, "token_expired"),
        (problem(401, None), TokenExpired, "token_expired"),
        (problem(402, None, "credits depleted"), Rejected, "usage_capped"),
        (problem(403, None, "Reply to this conversation is not allowed."), Rejected, "forbidden"),
        (problem(403, "about:blank", "No duplicate content, please."), Rejected, "duplicate"),
        (problem(403, None, "No duplicate content, please."), Rejected, "duplicate"),
        (Reply(403, {"errors": [{"code": 187, "message": "Status is a duplicate."}]}), Rejected, "duplicate"),
        (Reply(403, {"errors": [{"code": 185, "message": "Over the limit."}]}), Rejected, "daily_limit"),
        (Reply(403, {"code": 453, "message": "No access."}), Rejected, "forbidden"),
        (Reply(400, {"errors": [{"message": "Not valid."}], "title": "Invalid Request"}), Rejected, "refused"),
        (Reply(403, {"errors": "a text"}), InDoubt, "unexpected_answer"),
        (Reply(401, {}), InDoubt, "unexpected_answer"),
    ],
)
def test_error_has_one_meaning_for_a_publish_call(answer: Reply, kind: type[PublishError], code: str) -> None:
    error = ERRORS.error(answer, {}, NOW, publishing=True)
    assert (type(error), error.code) == (kind, code)


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (problem(429, "usage-capped", host=HOSTS[1]).data, Rejected, "usage_capped"),
        (problem(429, "about:blank").data, RateLimited, "rate_limited"),
        ({"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, RateLimited, "rate_limited"),
    ],
)
def test_used_up_credits_are_not_a_rate_limit(body: Any, kind: type[PublishError], code: str) -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(429, json=body)))
    with pytest.raises(kind) as refused:
        X(client, FakeMedia()).publish(Content("Hi"), ACCOUNT, FakeAttempt())
    assert refused.value.code == code
