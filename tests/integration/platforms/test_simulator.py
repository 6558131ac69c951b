"""The simulator itself: its similarity to the platforms, its faults, its timeline and its state file."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from minutehand.platforms.catalog import DISPLAY_NAMES
from tests.support.simulator import Simulator, running

XRPC = "/bluesky/xrpc/com.atproto"
RECORD = {"$type": "app.bsky.feed.post", "text": "Hi https://ex.am", "createdAt": "2026-03-02T09:00:00.000Z"}
RKEY = "3mxyzabcd2k2a"
DEMO = {"Authorization": "Bearer demo-token"}
SIMULATED = sorted([*DISPLAY_NAMES, "sandbox"])


def log_in(simulator: Simulator) -> tuple[str, dict[str, str]]:
    session = simulator.client.post(
        f"{XRPC}.server.createSession", json={"identifier": "demo.bsky.social", "password": "x"}
    ).json()
    return session["did"], {"Authorization": f"Bearer {session['accessJwt']}"}


def write(simulator: Simulator, call: str, **changes: Any) -> httpx.Response:
    did, headers = log_in(simulator)
    body = {"repo": did, "collection": "app.bsky.feed.post", "rkey": RKEY, "record": RECORD} | changes
    return simulator.client.post(f"{XRPC}.repo.{call}", json=body, headers=headers)


def post_status(simulator: Simulator, text: str, key: str = "", **fields: Any) -> httpx.Response:
    headers = DEMO | ({"Idempotency-Key": key} if key else {})
    return simulator.client.post("/mastodon/api/v1/statuses", json={"status": text, **fields}, headers=headers)


def test_repeated_put_record_changes_nothing_and_another_record_is_an_invalid_swap(simulator: Simulator) -> None:
    first = write(simulator, "putRecord", swapRecord=None)
    assert "commit" in first.json()
    same = write(simulator, "putRecord", swapRecord=None)
    assert same.status_code == 200
    assert (same.json()["uri"], same.json()["cid"]) == (first.json()["uri"], first.json()["cid"])
    assert "commit" not in same.json()
    other = write(simulator, "putRecord", swapRecord=None, record=RECORD | {"text": "Other"})
    assert (other.status_code, other.json()["error"]) == (400, "InvalidSwap")
    assert [post["text"] for post in simulator.posts()] == ["Hi https://ex.am"]


def test_create_record_fails_with_500_if_the_key_exists(simulator: Simulator) -> None:
    assert write(simulator, "createRecord").status_code == 200
    again = write(simulator, "createRecord")
    assert again.status_code == 500
    assert again.json() == {"error": "InternalServerError", "message": "Internal Server Error"}
    assert len(simulator.posts()) == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rkey": "short"}, "not a TID"),
        ({"rkey": "z" * 13}, "not a TID"),
        ({"record": RECORD | {"text": "x" * 301}}, "300 graphemes"),
        ({"record": RECORD | {"text": "👩‍👩‍👧‍👦" * 121}}, "3000 bytes"),
        ({"record": RECORD | {"createdAt": "yesterday"}}, "datetime"),
        ({"record": RECORD | {"facets": [{"index": {"byteStart": 3, "byteEnd": 99}, "features": [{}]}]}}, "facets"),
        ({"record": RECORD | {"embed": {"images": [{"alt": "", "image": {"ref": {"$link": "x"}}}]}}}, "blob"),
        ({"record": {}}, "Invalid record"),
        ({"record": RECORD | {"langs": ["en_US"]}}, "langs"),
        ({"record": RECORD | {"colour": "red"}}, "colour"),
    ],
)
def test_invalid_record_is_rejected_as_the_lexicon_says(
    simulator: Simulator, changes: dict[str, Any], message: str
) -> None:
    response = write(simulator, "putRecord", **changes)
    assert (response.status_code, response.json()["error"]) == (400, "InvalidRequest")
    assert message in response.json()["message"]
    assert simulator.posts() == []


def test_bluesky_returns_its_rate_limits_and_deletes_idempotently(simulator: Simulator) -> None:
    response = write(simulator, "putRecord")
    assert {"ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "ratelimit-policy"} <= set(response.headers)
    assert write(simulator, "deleteRecord").status_code == 200
    assert write(simulator, "deleteRecord").status_code == 200
    assert simulator.posts() == []
    did, _ = log_in(simulator)
    query = {"repo": did, "collection": "app.bsky.feed.post", "rkey": RKEY}
    missing = simulator.client.get(f"{XRPC}.repo.getRecord", params=query)
    assert (missing.status_code, missing.json()["error"]) == (400, "RecordNotFound")


@pytest.mark.parametrize(
    ("headers", "status", "error"),
    [({}, 401, "AuthMissing"), ({"Authorization": "Bearer unknown"}, 400, "InvalidToken")],
)
def test_bluesky_requires_a_session(simulator: Simulator, headers: dict[str, str], status: int, error: str) -> None:
    response = simulator.client.post(f"{XRPC}.repo.putRecord", json={}, headers=headers)
    assert (response.status_code, response.json()["error"]) == (status, error)


def test_only_facets_become_links_on_bluesky(simulator: Simulator) -> None:
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://ex.am"}
    facet = {"index": {"byteStart": 3, "byteEnd": 16}, "features": [link]}
    write(simulator, "putRecord")
    write(simulator, "putRecord", rkey="3mxyzabcd2k2b", record=RECORD | {"facets": [facet]})
    plain, linked = simulator.posts()
    assert plain["segments"] == [{"text": "Hi https://ex.am"}]
    assert linked["segments"] == [{"text": "Hi "}, {"text": "https://ex.am", "href": "https://ex.am"}]


def test_mastodon_returns_the_first_status_for_a_repeated_key(simulator: Simulator) -> None:
    first = post_status(simulator, "First.", "k1").json()
    assert post_status(simulator, "Changed.", "k1").json() == first
    assert post_status(simulator, "First.", "k2").json()["id"] != first["id"]
    assert post_status(simulator, "First.").json()["id"] != first["id"]
    assert len(simulator.posts()) == 3


def test_mastodon_lists_statuses_newest_first_and_deletes_them(simulator: Simulator) -> None:
    ids = [post_status(simulator, text).json()["id"] for text in ("One.", "Two.")]
    account = simulator.client.get("/mastodon/api/v1/accounts/verify_credentials", headers=DEMO).json()["id"]
    path = f"/mastodon/api/v1/accounts/{account}/statuses"
    assert [status["id"] for status in simulator.client.get(path, headers=DEMO).json()] == ids[::-1]
    since = simulator.client.get(path, headers=DEMO, params={"since_id": ids[0]}).json()
    assert [status["id"] for status in since] == ids[1:]
    assert simulator.client.delete(f"/mastodon/api/v1/statuses/{ids[0]}", headers=DEMO).status_code == 200
    assert simulator.client.delete(f"/mastodon/api/v1/statuses/{ids[0]}", headers=DEMO).status_code == 404
    assert [post["text"] for post in simulator.posts()] == ["Two."]


@pytest.mark.parametrize(
    ("text", "fields", "message"),
    [
        ("", {}, "can't be blank"),
        ("x" * 501, {}, "character limit of 500 exceeded"),
        ("x", {"media_ids": ["1", "2", "3", "4", "5"]}, "more than 4 files"),
        ("x", {"media_ids": ["1"]}, "not found or already attached"),
    ],
)
def test_mastodon_rejects_an_invalid_status_with_422(
    simulator: Simulator, text: str, fields: dict[str, Any], message: str
) -> None:
    response = post_status(simulator, text, **fields)
    assert response.status_code == 422
    assert message in response.json()["error"]


def test_mastodon_media_is_processing_for_the_requested_polls_and_attached_once(simulator: Simulator) -> None:
    simulator.fault("mastodon", "media", "processing", polls=1)
    image = simulator.client.get("/media/sample.png").content
    upload = simulator.client.post(
        "/mastodon/api/v2/media", files={"file": ("a.png", image, "image/png")}, headers=DEMO
    )
    assert (upload.status_code, upload.json()["url"]) == (202, None)
    media_id = upload.json()["id"]
    assert "not finished processing" in post_status(simulator, "Look.", media_ids=[media_id]).json()["error"]
    path = f"/mastodon/api/v1/media/{media_id}"
    assert [simulator.client.get(path, headers=DEMO).status_code for _ in range(2)] == [206, 200]
    assert post_status(simulator, "Look.", media_ids=[media_id]).status_code == 200
    assert simulator.client.get(path, headers=DEMO).status_code == 404
    [post] = simulator.posts()
    assert simulator.client.get(post["media"][0]["url"]).content == image


def test_sandbox_publishes_one_post_for_a_key(simulator: Simulator) -> None:
    body = {"platform": "linkedin", "text": "Hello", "mediaUrls": []}
    first = simulator.client.post("/sandbox/posts", json=body, headers={"Idempotency-Key": "k"})
    again = simulator.client.post("/sandbox/posts", json=body, headers={"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert simulator.client.get("/sandbox/posts/k").json() == first.json() == again.json()
    assert simulator.client.get("/sandbox/posts/other").status_code == 404
    assert simulator.client.post("/sandbox/posts", json=body).status_code == 400
    assert simulator.client.post("/sandbox/posts", json=[], headers={"Idempotency-Key": "k2"}).status_code == 400
    assert len(simulator.posts()) == 1


@pytest.mark.parametrize(("kind", "lands"), [("land_then_drop", True), ("never_land", False)])
def test_dropped_connection_has_no_response(simulator: Simulator, kind: str, lands: bool) -> None:
    simulator.fault("mastodon", "publish", kind, times=2)
    for key in ("k1", "k2"):
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            post_status(simulator, "Hello", key)
    assert len(simulator.posts()) == (2 if lands else 0)
    assert simulator.faults_left() == []
    assert post_status(simulator, "Hello", "k1").status_code == 200


@pytest.mark.parametrize(("landed", "posts"), [(True, 1), (False, 0)])
def test_slow_fault_outlasts_the_timeout_of_the_client(simulator: Simulator, landed: bool, posts: int) -> None:
    simulator.fault("mastodon", "publish", "slow", seconds=0.5, landed=landed)
    with pytest.raises(httpx.ReadTimeout):
        simulator.client.post("/mastodon/api/v1/statuses", json={"status": "Hello"}, headers=DEMO, timeout=0.1)
    assert len(simulator.posts()) == posts


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"platform": "myspace", "kind": "slow"}, f"platform is 'myspace'; it must be one of {', '.join(SIMULATED)}."),
        (
            {"platform": "bluesky", "step": "x", "kind": "slow"},
            "step is 'x'; on bluesky it must be one of createRecord, createSession,",
        ),
        ({"platform": "bluesky", "kind": "x"}, "kind is 'x'; it must be one of land_then_drop,"),
        (
            {"platform": "bluesky", "kind": "slow", "times": "many"},
            "times is 'many'; it must be an integer of at least 0.",
        ),
        ({"platform": "bluesky", "kind": "slow", "times": True}, "times is True; it must be an integer of at least 0."),
        ({"platform": "bluesky", "kind": "slow", "times": 1.5}, "times is 1.5; it must be an integer of at least 0."),
        ({"platform": "bluesky", "kind": "slow", "seconds": -1}, "seconds is -1; it must be a number of at least 0."),
        ({"platform": "bluesky", "kind": "slow", "landed": 1}, "landed is 1; it must be true or false."),
        ({"platform": "bluesky", "kind": "status", "status": 200}, "status is 200; it must be from 400 to 599."),
        ({"platform": "bluesky", "kind": "slow", "colour": 1}, "colour is not an option;"),
        ({"platform": "bluesky", "kind": "slow", "token": 1}, "token is 1; it must be a text."),
        (
            {"platform": "mastodon", "step": "media", "kind": "processing", "token": "demo-token"},
            "token is not an option of the kind processing.",
        ),
        ([], "The body must be a JSON object."),
    ],
)
def test_invalid_fault_is_rejected_with_a_message(simulator: Simulator, fault: Any, message: str) -> None:
    response = simulator.client.post("/faults", json=fault)
    assert response.status_code == 400
    assert response.json()["error"].startswith(message)
    assert simulator.faults_left() == []


def test_fault_with_a_token_applies_only_to_calls_with_this_token(simulator: Simulator) -> None:
    simulator.fault("mastodon", "statuses", "status", status=422, token="ada-token")
    assert post_status(simulator, "By demo").status_code == 200
    ada = {"Authorization": "Bearer ada-token"}
    statuses = [
        simulator.client.post("/mastodon/api/v1/statuses", json={"status": "By ada"}, headers=ada).status_code
        for _ in range(2)
    ]
    assert statuses == [422, 200]


def test_faults_of_one_platform_can_be_removed(simulator: Simulator) -> None:
    simulator.fault("bluesky", "publish", "slow")
    simulator.fault("mastodon", "publish", "slow")
    simulator.client.delete("/faults", params={"platform": "bluesky"})
    assert [fault["platform"] for fault in simulator.faults_left()] == ["mastodon"]


def test_unchanged_timeline_returns_no_posts(simulator: Simulator) -> None:
    post_status(simulator, "Hello")
    timeline = simulator.client.get("/api/timeline").json()
    assert timeline["count"] == 1
    unchanged = simulator.client.get("/api/timeline", params={"since": timeline["version"]}).json()
    assert unchanged == {"version": timeline["version"], "posts": None}


def test_page_loads_nothing_from_other_servers_and_says_that_it_is_simulated(simulator: Simulator) -> None:
    page = simulator.client.get("/")
    assert "all of these platforms are simulated" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for path in ("/timeline.css", "/timeline.js"):
        assert path in page.text
        asset = simulator.client.get(path)
        assert asset.status_code == 200
        assert "url(" not in asset.text
    assert "http://" not in page.text
    assert "https://" not in page.text


def test_uploaded_file_is_served_only_as_an_image_or_a_video(simulator: Simulator) -> None:
    _, headers = log_in(simulator)
    html = {**headers, "Content-Type": "text/html"}
    blob = simulator.client.post(f"{XRPC}.repo.uploadBlob", content=b"<script>", headers=html).json()["blob"]
    assert simulator.client.get(f"/media/{blob['ref']['$link']}").status_code == 404
    sample = simulator.client.get("/media/sample.png")
    assert sample.headers["Content-Type"] == "image/png"
    assert sample.content.startswith(b"\x89PNG")


def test_timeline_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "state" / "simulator.json"
    with running(file) as simulator:
        image = simulator.client.get("/media/sample.png").content
        upload = simulator.client.post(
            "/mastodon/api/v2/media", files={"file": ("a.png", image, "image/png")}, headers=DEMO
        ).json()
        first = post_status(simulator, "Hello", "k", media_ids=[upload["id"]]).json()
        write(simulator, "putRecord")
        before = simulator.posts()
    assert json.loads(file.read_text(encoding="utf-8"))["timeline"]
    with running(file) as simulator:
        assert simulator.posts() == before
        assert post_status(simulator, "Hello", "k").json()["id"] == first["id"]
        assert "commit" not in write(simulator, "putRecord", swapRecord=None).json()
        assert simulator.client.get(f"/media/{upload['id']}").content == image


def test_error_names_the_port_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        completed = subprocess.run(
            [sys.executable, "-m", "local.simulator", "--port", str(port)],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(["layers/domain", "."])},
            timeout=60,
        )
    assert completed.returncode == 1
    assert completed.stderr == f"The simulator cannot listen on 127.0.0.1:{port}: the port is in use.\n"


HOSTILE = [
    pytest.param({"origin": "https://evil.example"}, id="cross-site"),
    pytest.param({"origin": "null", "sec-fetch-site": "cross-site"}, id="sandboxed-frame"),
    pytest.param({"host": "evil.example:8095"}, id="rebound-name"),
]


@pytest.mark.parametrize("headers", HOSTILE)
def test_page_of_another_site_changes_nothing(simulator: Simulator, headers: dict[str, str]) -> None:
    simulator.fault("x", "publish", "status")
    published = post_status(simulator, "Kept")
    assert published.status_code == 200
    simple = headers | {"content-type": "text/plain"}
    calls = [
        ("POST", "/faults", {"platform": "x", "step": "publish", "kind": "status"}),
        ("DELETE", "/faults", {}),
        ("POST", "/oauth/expire", {"platform": "x"}),
        ("POST", "/oauth/revoke", {"platform": "x"}),
        ("POST", "/oauth/redirects", {"uri": "https://evil.example/"}),
        ("DELETE", "/oauth/tokens", {}),
        ("DELETE", "/api/timeline", {}),
        ("POST", "/sandbox/posts", {"text": "Forged"}),
    ]

    for method, path, body in calls:
        response = simulator.client.request(method, path, content=json.dumps(body), headers=simple)
        assert response.status_code == 403, path
    assert [post["text"] for post in simulator.posts()] == ["Kept"]
    assert len(simulator.faults_left()) == 1


@pytest.mark.parametrize("path", ["/", "/api/timeline", "/faults", "/oauth/tokens", "/media/sample.png", "/health"])
def test_page_with_a_rebound_name_reads_nothing(simulator: Simulator, path: str) -> None:
    response = simulator.client.get(path, headers={"host": "evil.example:8095"})

    assert response.status_code == 403
    assert response.text.startswith("The header Host is 'evil.example:8095'")


@pytest.mark.parametrize("path", ["/", "/api/timeline", "/faults", "/oauth/tokens"])
def test_response_allows_no_other_origin(simulator: Simulator, path: str) -> None:
    assert "access-control-allow-origin" not in simulator.client.get(path).headers


def test_form_of_the_consent_page_is_accepted(simulator: Simulator) -> None:
    # Its referrer policy hides the origin, so browsers send `null` with the site of the page.
    headers = {"origin": "null", "sec-fetch-site": "same-origin"}

    assert simulator.client.post("/x/oauth2/authorize", headers=headers).status_code != 403


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("age", {"posts": "x:1", "seconds": 60}, "posts is 'x:1'; it must be a list of ids of posts on the timeline."),
        ("age", {"posts": [], "seconds": "60"}, "seconds is '60'; it must be a number."),
        ("names", {"platform": "x", "name": "like_count"}, "newName is None; it must be a non-empty string."),
        ("names", [], "The body must be a JSON object."),
    ],
)
def test_control_of_metrics_refuses_an_invalid_request(
    simulator: Simulator, path: str, body: object, message: str
) -> None:
    response = simulator.client.post(f"/metrics/{path}", json=body)

    assert (response.status_code, response.json()) == (400, {"error": message})


def test_post_that_is_made_older_has_more_reactions(simulator: Simulator) -> None:
    post_status(simulator, "The kiln is warm.")
    [post] = simulator.posts("mastodon")
    path = f"/mastodon/api/v1/statuses/{post['id'].removeprefix('mastodon:')}"
    before = simulator.client.get(path, headers=DEMO).json()["favourites_count"]

    aged = simulator.client.post("/metrics/age", json={"posts": [post["id"], "x:1"], "seconds": 86_400})

    assert aged.status_code == 204
    after = simulator.client.get(path, headers=DEMO).json()["favourites_count"]
    assert (before, after > 5) == (0, True)
    readings = simulator.client.get("/metrics/readings").json()["readings"]
    assert [(each["post"], each["numbers"]["favourites_count"]) for each in readings[-2:]] == [
        (post["id"], before),
        (post["id"], after),
    ]
