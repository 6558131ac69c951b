"""Clients of AWS that give up in time: boto3 by itself waits a minute for a connection, longer than any function."""

import logging
from typing import Any

import boto3
from botocore.config import Config

# It logs every answer at DEBUG: the data keys of tokens, and the secrets of Secrets Manager.
logging.getLogger("botocore").setLevel(logging.INFO)

_CLIENT_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"})
"""Seconds for each try, and two tries: what fails then is sent, read or asked again by the next tick or receive."""


def client(service: str, **settings: Any) -> Any:
    """Return a client of ``service``, for example ``sqs``. ``settings``: what else botocore's Config is to say."""
    return boto3.client(service, config=_CLIENT_CONFIG.merge(Config(**settings)))  # type: ignore[call-overload]
