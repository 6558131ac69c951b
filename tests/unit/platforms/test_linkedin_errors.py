"""LinkedIn's responses to a refused token, and responses that may not come from LinkedIn."""

from typing import Any

import pytest

from minutehand.platforms.exchange import Reply
from minutehand.platforms.linkedin.errors import Call, refusal
from minutehand.platforms.port import Account, InDoubt, PublishError, Rejected, TokenExpired, Transient
from tests.support.attempts import FakeAttempt

ACCOUNT = Account("c1", "linkedin", "urn:li:person:1", "Demo", "", {"access_token": "hunter2"})
UNKNOWN_RESPONSES = [
    None,  # an HTML page
    {"message": "Log in to the proxy, hunter2."},
    {"status": 401, "serviceErrorCode": 70_000, "message": "Of a new kind."},
    {"code": "UNAUTHORIZED"},
]


def error_for(data: Any, *, publishing: bool) -> PublishError:
    error = refusal(Reply(401, data), Call("the post", publishing=publishing), ACCOUNT, FakeAttempt())
    assert "hunter2" not in error.reason
    return error


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        ({"serviceErrorCode": 65_600, "message": "Invalid access token"}, Rejected, "reconnect_required"),
        ({"code": "INVALID_ACCESS_TOKEN"}, Rejected, "reconnect_required"),
        ({"serviceErrorCode": 65_601, "code": "REVOKED_ACCESS_TOKEN"}, Transient, "token_not_yet_valid"),
        ({"serviceErrorCode": 65_602}, TokenExpired, "token_expired"),
        ({"code": "EXPIRED_ACCESS_TOKEN"}, TokenExpired, "token_expired"),
    ],
)
@pytest.mark.parametrize("publishing", [False, True])
def test_linkedin_codes_determine_the_error_of_a_token(
    data: Any, kind: type[PublishError], code: str, publishing: bool
) -> None:
    error = error_for(data, publishing=publishing)
    assert (type(error), error.code) == (kind, code)


@pytest.mark.parametrize("data", UNKNOWN_RESPONSES)
def test_unknown_401_to_a_preparation_is_transient(data: Any) -> None:
    error = error_for(data, publishing=False)
    assert (type(error), error.code) == (Transient, "unexpected_answer")


@pytest.mark.parametrize("data", UNKNOWN_RESPONSES)
def test_unknown_401_to_the_publish_call_is_in_doubt(data: Any) -> None:
    error = error_for(data, publishing=True)
    assert (type(error), error.code) == (InDoubt, "unexpected_answer")
