"""Renders a begun authorization for the API."""

from typing import TYPE_CHECKING, TypedDict

from minutehand.runtime.response_types import Timestamp
from minutehand.runtime.timestamps import format_timestamp

if TYPE_CHECKING:
    from minutehand.oauth.authorization import BegunAuthorization


class ConsentPage(TypedDict):
    """The URL to which to send the person's browser, and the time at which the authorization expires."""

    url: str
    expiresAt: Timestamp


def consent_page(begun: "BegunAuthorization") -> ConsentPage:
    """Return the URL to which to send the person's browser, and the time at which the authorization expires."""
    return {"url": begun.url, "expiresAt": format_timestamp(begun.expires_at)}
