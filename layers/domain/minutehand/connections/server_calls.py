"""Calls to the server that a person has named, before an account on this server is connected."""

from collections.abc import Iterator
from contextlib import contextmanager

from minutehand.platforms.catalog import display_name
from minutehand.platforms.deadline import time_limit
from minutehand.platforms.errors import RateLimited, Rejected, Transient
from minutehand.runtime.errors import Conflict, InvalidInput, TooManyRequests
from minutehand.runtime.timestamps import format_timestamp

MAX_SECONDS = 18.0
"""The maximum total time for these calls. This time is below API Gateway's timeout for a request."""


@contextmanager
def calls_to(platform: str, server: str) -> Iterator[None]:
    """Limit the time of the calls in a ``with`` block, and raise their errors as errors of the API.

    Raises:
        InvalidInput: the address of the server is not public or does not belong to a server of the platform, or the
            server refuses the request.
        Conflict: the server is currently unable to respond.
        TooManyRequests: the server limits our requests.
    """
    name = display_name(platform)
    # "from None" keeps the causes out of the log, because they contain the request with the credentials.
    try:
        with time_limit(MAX_SECONDS):
            yield
    except Rejected as refused:
        if refused.code == "address_refused":
            sentence = f"The address {server} of your {name} server is not allowed. Give a public https:// address."
            raise InvalidInput(sentence, code=refused.code) from None
        raise InvalidInput(refused.reason, code=refused.code) from None
    except RateLimited as limited:
        until = format_timestamp(limited.until)
        sentence = f"{name} temporarily limits our requests. Try again after {until}."
        raise TooManyRequests(sentence, code=limited.code) from None
    except Transient as failure:
        sentence = f"{failure.reason} Nothing was stored. Check the address {server}, or try again in a few seconds."
        raise Conflict(sentence, code=failure.code) from None
