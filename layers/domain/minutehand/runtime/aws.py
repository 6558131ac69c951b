"""Creates clients of AWS services with short timeouts. The default timeout of boto3, a minute, is too long."""

import logging
from typing import Any

import boto3
from botocore.config import Config

# At DEBUG, botocore logs every response, including the data keys of tokens and the secrets of Secrets Manager.
logging.getLogger("botocore").setLevel(logging.INFO)

_CLIENT_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"})
"""The timeouts of each attempt, in seconds. A call makes at most two attempts. If both fail, the work is
repeated by the next tick or when the message is received again."""


def client(service: str, **settings: Any) -> Any:
    """Return a client of ``service``, for example ``sqs``. ``settings``: additional options for botocore's Config."""
    return boto3.client(service, config=_CLIENT_CONFIG.merge(Config(**settings)))  # type: ignore[call-overload]
