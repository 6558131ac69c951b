"""A valid request for each call of the API, with the ids of objects that exist and are in the state that it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.openapi.reference import BASE
from tests.contract.objects import PAGE, Objects
from tests.support.request_fields import forms, operation, parameters, required

HTML_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Prepared:
    """``fields``: the fields of the query or the body. ``is_owned``: whether they name an object of one owner."""

    fields: Mapping[str, Any]
    is_owned: bool = True
    cookies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """A request to be sent with the identity of any caller."""

    call: str
    fields: Mapping[str, Any]
    is_owned: bool = False
    cookies: Mapping[str, str] = field(default_factory=dict)

    def arguments(self) -> dict[str, Any]:
        """Return the arguments for `httpx.Client.request`."""
        method, path = self.call.split(" ")
        place = "params" if method == "GET" else "data" if self._content_type == HTML_FORM else "json"
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"accept": "application/json"} | ({"cookie": cookie} if cookie else {})
        return {"method": method, "url": BASE + path, place: dict(self.fields), "headers": headers}

    @property
    def _content_type(self) -> str | None:
        return next(iter(operation(self.call).get("requestBody", {}).get("content", {})), None)


def right(call: str, objects: Objects) -> Request:
    """Return a request that succeeds. Unless `PREPARATIONS` has the call, its required fields suffice."""
    prepare = PREPARATIONS.get(call)
    prepared = Prepared({}, is_owned=False) if prepare is None else prepare(objects)
    schema = parameters(call) if call.startswith("GET ") else forms(call)[0]
    fields = required(call, schema, prepared.fields) | dict(prepared.fields)
    return Request(call, fields, prepared.is_owned, prepared.cookies)


def wrong(call: str) -> Request:
    """Return a request without the required fields and with a field that no call has."""
    return Request(call, {"unknown": "field"})


def _form_on_our_page(objects: Objects) -> Prepared:
    fields, cookies = objects.shown_authorization()
    return Prepared(fields, cookies=cookies)


def _redirect_to_our_callback(objects: Objects) -> Prepared:
    fields, cookies = objects.allowed_authorization()
    return Prepared(fields, cookies=cookies)


def _unknown_publication(objects: Objects) -> Prepared:
    post_id, publication_id = objects.ended("failed", "unknown")
    return Prepared({"postId": post_id, "publications": [{"id": publication_id, "published": True}]})


PREPARATIONS: Mapping[str, Callable[[Objects], Prepared]] = {
    "GET posts/get": lambda own: Prepared({"postId": own.draft()}),
    "GET posts/analytics": lambda own: Prepared({"postId": own.draft()}),
    "POST posts/duplicate": lambda own: Prepared({"postId": own.draft()}),
    **dict.fromkeys(
        ("PATCH posts/update", "PUT posts/update"), lambda own: Prepared({"postId": own.draft(), "notes": "Monday"})
    ),
    "DELETE posts/delete": lambda own: Prepared({"postId": own.draft()}),
    "POST posts/validate": lambda _: Prepared({"content": "a", "platforms": ["bluesky"]}, is_owned=False),
    "POST posts/schedule": lambda own: Prepared({"postId": own.scheduled()}),
    "POST posts/cancel": lambda own: Prepared({"postId": own.scheduled()}),
    "POST posts/approve": lambda own: Prepared({"postId": own.scheduled(approvalRequired=True)}),
    "POST posts/confirm": _unknown_publication,
    "POST posts/retry": lambda own: Prepared({"postId": own.ended("failed", "failed")[0]}),
    "POST posts/archive": lambda own: Prepared({"postId": own.ended("published", "published")[0]}),
    "POST posts/bulk": lambda own: Prepared({"action": "cancel", "postIds": [own.scheduled()]}),
    "POST connections": lambda own: Prepared(own.credentials(), is_owned=False),
    "PATCH connections": lambda own: Prepared({"connectionId": own.connection()}),
    "DELETE connections": lambda own: Prepared({"connectionId": own.connection()}),
    "GET connections/options": lambda own: Prepared({"connectionId": own.connection()}),
    "DELETE connections/links": lambda own: Prepared({"linkId": own.link()[0]}),
    "POST connections/link": lambda own: Prepared({"link": own.link()[1]}),
    "POST connections/authorize": lambda _: Prepared({"platform": "x", "redirectUri": PAGE}, is_owned=False),
    "GET connections/confirm": lambda own: Prepared({"state": own.authorization()}),
    "POST connections/confirm": _form_on_our_page,
    "GET connections/callback": _redirect_to_our_callback,
    "POST connections/callback": lambda own: Prepared(own.allowed_on_page()),
    "GET media": lambda own: Prepared({"mediaId": own.media()}),
    "PATCH media": lambda own: Prepared({"mediaId": own.media()}),
    "DELETE media": lambda own: Prepared({"mediaId": own.media()}),
    "PATCH settings": lambda _: Prepared({"spacingMinutes": 0}, is_owned=False),
    "DELETE tokens": lambda own: Prepared({"tokenId": own.token()}),
    "DELETE feeds": lambda own: Prepared({"feedId": own.feed()[0]}),
    "GET feeds/calendar.ics": lambda own: Prepared({"token": own.feed()[1]}),
    "GET queue/jobs": lambda own: Prepared({"jobId": own.job()}),
    "POST queue": lambda _: Prepared({"action": "clear_failed"}, is_owned=False),
    "POST scheduler": lambda _: Prepared({"action": "check"}, is_owned=False),
}
"""The preparations of the calls whose required fields are not enough, or name an object."""
