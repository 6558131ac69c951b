"""The sample events of the functions that need more than a database are answered, so that the samples cannot rot."""

import json

import pytest

from tests.support.api import CONTEXT, Api, sample


@pytest.mark.parametrize(("function", "status"), [("queue", 200), ("scheduler_control", 200), ("queue_health", 503)])
def test_the_api_answers_its_samples(api: Api, function: str, status: int) -> None:
    answer = api.function(function)(sample(function), CONTEXT)

    assert answer["statusCode"] == status, answer["body"]
    assert json.loads(answer["body"])["success"] is (status == 200)
