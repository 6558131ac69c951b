"""An owner with an object of each kind, and the ids by which calls name these objects."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.every_function import PAGE
from tests.support.factories import connect
from tests.support.gateway import Gateway, person
from tests.support.request_fields import SAMPLES, calls, forms, is_idempotent, parameters, required

UUIDS = ("post", "publication", "job", "connection", "media item", "token", "feed", "link")
"""The kinds of objects whose ids are UUIDs."""

_PUBLICATION = Query("publication", "SELECT id, job_id FROM publications WHERE owner_id = %(owner_id)s")
_IN_DOUBT = Query(
    "in_doubt",
    """WITH publication AS (
           UPDATE publications SET state = 'unknown', failure_code = 'in_doubt', failure_reason = 'Check the account.'
           WHERE owner_id = %(owner_id)s RETURNING post_id
       )
       UPDATE social_posts SET status = 'failed', failure_reason = 'Check the account.'
       FROM publication WHERE id = publication.post_id""",
)
_FOLLOWERS = Query(
    "followers",
    """INSERT INTO follower_counts (connection_id, owner_id, platform, taken_at, followers, name)
       VALUES (%(connection_id)s, %(owner_id)s, 'bluesky', %(now)s, 7, 'followersCount')""",
)
_READY = Query("ready", "UPDATE media SET status = 'ready', width = 8, height = 8 WHERE owner_id = %(owner_id)s")


@dataclass(frozen=True)
class Owner:
    """``ids``: by kind. ``secrets``: texts that only this owner may see. ``cookie``: of the person's browser."""

    name: str
    admin: str
    ids: Mapping[str, str]
    secrets: tuple[str, ...]
    cookie: str

    @property
    def fields(self) -> Mapping[str, str]:
        """The ids by the names of the fields that take them."""
        return {
            "id": self.ids["publication"],
            "postId": self.ids["post"],
            "jobId": self.ids["job"],
            "connectionId": self.ids["connection"],
            "mediaId": self.ids["media item"],
            "feedId": self.ids["feed"],
            "linkId": self.ids["link"],
            "tokenId": self.ids["token"],
        }

    def sample(self, call: str) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """Return the required fields of the query and of the body of a call, with this owner's ids."""
        query, body = required(call, parameters(call), self.fields), required(call, forms(call)[0], self.fields)
        return query or None, None if call.startswith("GET ") else body


def make_owner(gateway: Gateway, db: Database, name: str, user: str) -> Owner:
    """Create an owner, whose admin is ``user``, with two posts and one of every other kind of object."""
    admin = person(user, owner=name, roles="admin")

    def create(call: str, body: object, **more: Any) -> dict[str, Any]:
        reply = gateway.call(call, admin, body, **more)
        assert reply.status in (200, 201), reply.text
        return reply.body

    connection = str(connect(db, "bluesky", name, account_id=f"did:plc:{user}"))
    db.fetch(_FOLLOWERS, connection_id=connection, owner_id=name, now=gateway.api.clock.now())
    content, campaign = f"The secret kiln of {user}.", f"The campaign of {user}"
    media = create(
        "POST media", {name: SAMPLES.get(name, "image/png") for name in ("filename", "contentType", "sizeBytes")}
    )
    db.fetch(_READY, owner_id=name)
    post = {"content": content, "platforms": ["bluesky"], "campaign": campaign}
    later = (gateway.api.clock.now() + timedelta(days=1)).isoformat()
    scheduled = create("POST posts/create", post | {"scheduledAt": later, "mediaUrls": [media["media"]["url"]]})
    created = create("POST posts/create", post | {"publish": "now"})["post"]
    [publication] = db.fetch(_PUBLICATION, owner_id=name)
    db.fetch(_IN_DOUBT, owner_id=name)
    token = create("POST tokens", {"name": content, "scopes": ["read"]})
    link = create("POST connections/links", {"platforms": ["bluesky"]})
    feed = create("POST feeds", {"name": content})
    create("POST tokens", {"name": "Another", "scopes": ["read"]})
    cursors = {
        f"cursor of {call}": gateway.call(call, admin, query={"take": "1"}).body["pagination"]["nextCursor"]
        for call in ("GET posts/list", "GET tokens", "GET events")
    }
    state = _state(gateway, admin, PAGE)
    browser_state, cookie, form_token = _confirmed(gateway, admin)
    ids = {
        "post": created["id"],
        "scheduled post": scheduled["post"]["id"],
        "publication": str(publication["id"]),
        "job": str(publication["job_id"]),
        "connection": connection,
        "media item": media["media"]["id"],
        "token": token["token"]["id"],
        "feed": feed["feed"]["id"],
        "link": link["link"]["id"],
        "link's secret": link["url"].rpartition("#")[2],
        "feed's secret": feed["path"].rpartition("=")[2],
        "campaign": campaign,
        "user": user,
        "owner": name,
        "state": state,
        "browser's state": browser_state,
        "form token": form_token,
        "idempotency key": f"a-key-of-{user}",
        **cursors,
    }
    owner = Owner(name, admin, ids, (content, campaign, token["secret"], user), cookie)
    for call in calls():
        if is_idempotent(call):
            query, body = owner.sample(call)
            gateway.call(call, admin, body, query=query, headers={"idempotency-key": ids["idempotency key"]})
    return owner


def _state(gateway: Gateway, admin: str, redirect_uri: str | None = None) -> str:
    reply = gateway.call(
        "POST connections/authorize",
        admin,
        {"platform": "x"} | ({} if redirect_uri is None else {"redirectUri": redirect_uri}),
    )
    found = re.search(r"[?&]state=([^&]+)", reply.body["url"])
    assert found is not None, reply.text
    return found[1]


def _confirmed(gateway: Gateway, admin: str) -> tuple[str, str, str]:
    """Return the state of an authorization that a browser has opened, the browser's cookie, and the form's token."""
    gateway.api.configure("authorize_connection", OAUTH_REDIRECT_URIS="")
    state = _state(gateway, admin)
    gateway.api.configure("authorize_connection")
    page = gateway.call("GET connections/confirm", query={"state": state}, headers={"accept": "text/html"})
    found = re.search(r'name="token" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return state, page.headers["set-cookie"].partition(";")[0], found[1]
