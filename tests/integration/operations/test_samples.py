"""Functions that need more than a database accept their sample events, which keeps the samples valid."""

import json

import pytest

from tests.support.api import CONTEXT, Api, sample


@pytest.mark.parametrize(("function", "status"), [("queue", 200), ("scheduler_control", 200), ("queue_health", 503)])
def test_sample_event_is_accepted(api: Api, function: str, status: int) -> None:
    response = api.function(function)(sample(function), CONTEXT)

    assert response["statusCode"] == status, response["body"]
    assert json.loads(response["body"])["success"] is (status == 200)
