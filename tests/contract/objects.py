"""Creates objects of one owner on the local stack, in the states that the calls of the API need."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from local.openapi.reference import BASE
from minutehand.runtime.sql import Query
from tests.support.consent import form_token
from tests.support.media_samples import png
from tests.support.stack import DeployedStack

PAGE = "https://app.example/connected"
"""A page of a client to which platforms redirect browsers."""
_END = Query(
    "end",
    """WITH post AS (
           UPDATE social_posts
           SET status = %(status)s, job_id = gen_random_uuid(), scheduled_at = now(),
               posted_at = CASE WHEN %(status)s = 'published' THEN now() END,
               failure_reason = CASE WHEN %(status)s = 'failed' THEN 'Check the account.' END
           WHERE id = %(post_id)s RETURNING *
       )
       INSERT INTO publications (post_id, job_id, owner_id, platform, sandbox, state, due_at, next_attempt_at,
                                 queued_at, published_at, failure_code, failure_reason)
       SELECT id, job_id, owner_id, 'bluesky', true, %(state)s, now(), now(), now(), posted_at,
              CASE WHEN posted_at IS NULL THEN 'refused' END,
              CASE WHEN posted_at IS NULL THEN 'Check the account.' END
       FROM post RETURNING id""",
)


class Objects:
    """Creates objects of one owner, whose admin is ``person``.

    ``token``: a client with a test token, which creates the objects in test mode. The admin then creates only objects
    that test mode does not have.
    """

    def __init__(self, stack: DeployedStack, person: httpx.Client, token: httpx.Client | None = None) -> None:
        self._stack = stack
        self._person = person
        self._data = token or person

    def draft(self) -> str:
        """Return the id of a draft."""
        return self._post()

    def scheduled(self, **fields: object) -> str:
        """Return the id of a post that is due tomorrow."""
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        return self._post(scheduledAt=tomorrow.isoformat(timespec="seconds"), **fields)

    def ended(self, status: str, state: str) -> tuple[str, str]:
        """Return the ids of a post with this status, and of its publication in this state."""
        post_id = self._post()
        [publication] = self._stack.db.fetch(_END, post_id=post_id, status=status, state=state)
        return post_id, str(publication["id"])

    def job(self) -> str:
        """Return the id of the job of a scheduled post."""
        return str(self.in_data("POST", "posts/schedule", postId=self.scheduled())["job"]["id"])

    def connection(self) -> str:
        """Return the id of a connection."""
        if self._data is self._person:  # test mode has its own connections
            self.call("POST", "connections", **self.credentials())
        return str(self.in_data("GET", "connections")["connections"][0]["id"])

    def credentials(self) -> dict[str, str]:
        """Return the credentials of an account on the simulated Bluesky."""
        service = f"{self._stack.stack.settings.simulator_url}/bluesky"
        return {
            "platform": "bluesky",
            "identifier": "ada.bsky.example",
            "appPassword": "demo-app-password",
            "service": service,
        }

    def media(self) -> str:
        """Return the id of a media item whose file is uploaded."""
        content = png(8, 8)
        begun = self.in_data("POST", "media", filename="a.png", contentType="image/png", sizeBytes=len(content))
        upload = begun["upload"]
        httpx.put(upload["url"], content=content, headers=upload["headers"]).raise_for_status()
        return str(begun["media"]["id"])

    def token(self) -> str:
        """Return the id of an API token."""
        return str(self.call("POST", "tokens", name="Import", scopes=["read"])["token"]["id"])

    def feed(self) -> tuple[str, str]:
        """Return the id and the secret of a calendar feed."""
        created = self.call("POST", "feeds", name="Phone")
        return str(created["feed"]["id"]), str(created["path"].rpartition("=")[2])

    def link(self) -> tuple[str, str]:
        """Return the id and the secret of a connect link."""
        created = self.call("POST", "connections/links", platforms=["bluesky"])
        return str(created["link"]["id"]), str(created["url"].rpartition("#")[2])

    def authorization(self) -> str:
        """Return the state of an authorization that a person has to confirm on our page."""
        begun = self.call("POST", "connections/authorize", platform="x")
        return str(httpx.URL(begun["url"]).params["state"])

    def shown_authorization(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the fields of the form on our page, and the cookies of the browser that shows it."""
        state = self.authorization()
        with self._stack.api(None) as browser:
            page = browser.get(f"{BASE}connections/confirm", params={"state": state}).raise_for_status()
        return {"state": state, "token": form_token(page.text)}, dict(page.cookies)

    def allowed_authorization(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the fields with which the platform redirects to our callback, and the cookies of the browser."""
        form, cookies = self.shown_authorization()
        with self._stack.api(None) as browser:
            browser.cookies.update(cookies)
            confirmed = browser.post(f"{BASE}connections/confirm", data=form)
        assert confirmed.status_code == 303, confirmed.text
        return self._allow(confirmed.headers["location"]), cookies

    def allowed_on_page(self) -> dict[str, str]:
        """Return the fields with which the platform redirects to a page of the client."""
        begun = self.call("POST", "connections/authorize", platform="x", redirectUri=PAGE)
        return self._allow(begun["url"])

    def call(self, method: str, path: str, **body: object) -> dict[str, Any]:
        """Make a call as the admin, and return its response."""
        return _call(self._person, method, path, body)

    def in_data(self, method: str, path: str, **body: object) -> dict[str, Any]:
        """Make a call about the data of the owner, or about its test data, and return its response."""
        return _call(self._data, method, path, body)

    def _post(self, **fields: object) -> str:
        body = {"content": "The kiln is warm.", "platforms": ["bluesky"]} | fields
        return str(self.in_data("POST", "posts/create", **body)["post"]["id"])

    def _allow(self, consent_page: str) -> dict[str, str]:
        with httpx.Client(timeout=60) as browser:
            browser.get(consent_page).raise_for_status()
            allowed = browser.post(consent_page, data={"decision": "allow", "account": "ada"})
        assert allowed.status_code == 302, allowed.text
        parameters = httpx.URL(allowed.headers["location"]).params
        return {name: parameters[name] for name in ("code", "state")}


def _call(client: httpx.Client, method: str, path: str, body: Mapping[str, object]) -> dict[str, Any]:
    response = client.request(method, BASE + path, json=body or None)
    assert response.is_success, f"{method} {path}: {response.status_code} {response.text}"
    found: dict[str, Any] = response.json()
    return found
