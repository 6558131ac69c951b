"""Creates clients of AWS services with short timeouts. Most functions have a shorter timeout than botocore's default of
a minute.

The clients are those of botocore. boto3 would return the same clients, but importing boto3 makes a cold start longer.
"""

import logging
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import Session

# At DEBUG, botocore logs every response, including the data keys of tokens and the secrets of Secrets Manager.
logging.getLogger("botocore").setLevel(logging.INFO)

_CLIENT_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"})
"""The timeouts of each request to AWS, in seconds, and the maximum number of requests for one call."""


def client(service: str, **settings: Any) -> Any:
    """Return a client of ``service``, for example ``sqs``. ``settings``: additional options for botocore's Config."""
    return _session().create_client(service, config=_CLIENT_CONFIG.merge(Config(**settings)))


@cache
def _session() -> Session:
    """Return the session that all clients share. The session caches the credentials and the descriptions of the
    services.
    """
    return Session()
