"""Clients of the AWS that moto keeps in memory."""

from functools import cache
from typing import Any

import boto3
import moto  # noqa: F401 - it answers the clients that were made after it was imported

REGION = "eu-central-1"


@cache
def moto_client(service: str) -> Any:
    """Return the client of ``service``, to be used inside `mock_aws`; making one takes longer than most tests."""
    session = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION)
    return session.client(service)  # type: ignore[call-overload]
