"""The function that serves the OpenAPI document."""

import json
from urllib.parse import urljoin

import pytest

from local.openapi.__main__ import DOCUMENT
from tests.support.api import CONTEXT, sample
from tests.support.cold_start import start


def test_stored_document_is_served_to_everybody() -> None:
    response = start("openapi").handler(sample("openapi"), CONTEXT)

    assert (response["statusCode"], response["body"]) == (200, DOCUMENT.read_text(encoding="utf-8"))
    assert response["headers"]["content-type"] == "application/json; charset=utf-8"
    assert response["headers"]["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("stage", ["https://a1b2c3.execute-api.eu-central-1.amazonaws.com/prod", "https://example.com"])
def test_calls_go_to_the_stage_that_serves_the_document(stage: str) -> None:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    [server] = document["servers"]

    base = urljoin(f"{stage}/api/social/openapi.json", server["url"]).rstrip("/")

    assert base == stage
