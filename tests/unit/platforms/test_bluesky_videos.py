"""The responses of Bluesky's video service, and their effects on the video."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.bluesky.adapter import Bluesky
from minutehand.platforms.bluesky.blobs import UPLOAD_BLOB
from minutehand.platforms.configs.video_service import VideoServiceConfig
from minutehand.platforms.deadline import patience, seconds_left, user_server
from minutehand.platforms.port import Account, Content, Processing, Published, PublishError, RateLimited, Rejected
from minutehand.runtime.config import BadConfiguration
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
VIDEO, SIZE, CHUNK_SIZE = "https://ex.am/a.mp4", 25, 10
PDS, SERVICE = "https://pds.example", "https://video.example"
ACCOUNT = Account("c1", "bluesky", "did:plc:ada", "ada.example", PDS, {"identifier": "ada", "password": "hunter2"})
POST = Content("Look.", (VIDEO,))
BLOB = {"$type": "blob", "ref": {"$link": "bafkreidone"}, "mimeType": "video/mp4", "size": 20}
SOURCE = {**BLOB, "ref": {"$link": "bafkreisource"}}
STARTED = {"jobId": "u1", "partSizeBytes": CHUNK_SIZE, "partCount": 3, "expiresAt": "2026-03-02T10:00:00Z"}
CREATED = {"jobId": "j1", "did": "did:plc:ada", "state": "JOB_STATE_CREATED"}
DONE = {**CREATED, "state": "JOB_STATE_COMPLETED", "blob": BLOB}
FAILED = {**CREATED, "state": "JOB_STATE_FAILED"}

type Answer = tuple[int, dict[str, Any]]
ANSWERS: dict[str, Answer] = {
    "createSession": (
        200,
        {"did": "did:plc:ada", "handle": "ada.example", "accessJwt": "access-1", "refreshJwt": "refresh-1"},
    ),
    "describeServer": (200, {}),
    "getServiceAuth": (200, {"token": "service-1"}),
    "getUploadLimits": (200, {"canUpload": True, "remainingDailyVideos": 3, "remainingDailyBytes": SIZE}),
    "startUpload": (200, STARTED),
    "uploadPart": (200, {"partNumber": 1, "sizeBytes": CHUNK_SIZE}),
    "finishUpload": (200, {"completedJobId": "j1", "jobStatus": CREATED}),
    "getJobStatus": (200, {"jobStatus": DONE}),
    "uploadBlob": (200, {"blob": SOURCE}),
}


class Servers:
    """The account's server and the video service. ``answers`` replaces the responses to single calls."""

    def __init__(self, **answers: Answer) -> None:
        self._answers = ANSWERS | answers
        self.requests: list[httpx.Request] = []
        self.record: dict[str, Any] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        name = name_of(request)
        if name == "putRecord":
            body = json.loads(request.content)
            self.record = body["record"]
            uri = f"at://{body['repo']}/{body['collection']}/{body['rkey']}"
            return httpx.Response(200, json={"uri": uri, "cid": "bafyrei"})
        status, body = self._answers[name]
        return httpx.Response(status, json=body)

    def publish(self, attempt: FakeAttempt | None = None) -> object:
        """Publish the post with the video, and return the result or the error."""
        client = httpx.Client(transport=httpx.MockTransport(self))
        adapter = Bluesky(client, FakeMedia(content=lambda _: bytes(range(SIZE))))
        try:
            return adapter.publish(POST, ACCOUNT, attempt or FakeAttempt(now=NOW))
        except PublishError as error:
            return error

    def named(self, name: str) -> list[httpx.Request]:
        return [request for request in self.requests if name_of(request) == name]

    @property
    def blob(self) -> object:
        """The blob in the record of the published post."""
        return self.record.get("embed", {}).get("video")


def name_of(request: httpx.Request) -> str:
    return request.url.path.rpartition(".")[2]


def error(name: str, message: str = "Sorry, hunter2.") -> dict[str, str]:
    return {"error": name, "message": message}


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUESKY_VIDEO_SERVICE", SERVICE)


@pytest.mark.parametrize("start", [(200, STARTED), (400, error("VideoTooLarge"))], ids=["success", "refusal"])
def test_service_and_server_get_only_their_own_tokens(start: Answer) -> None:
    servers = Servers(startUpload=start)
    servers.publish()
    sent = {each.url.host: b"" for each in servers.requests}
    for each in servers.requests:
        sent[each.url.host] += str(each.url).encode() + str(each.headers.raw).encode() + each.content
    assert sent.keys() == {"pds.example", "video.example"}
    assert b"Bearer service-1" in sent["video.example"]
    assert b"service-1" not in sent["pds.example"]
    assert not any(secret in sent["video.example"] for secret in (b"access-1", b"refresh-1", b"hunter2"))


def test_token_is_requested_for_one_method_and_one_audience() -> None:
    servers = Servers(startUpload=(400, error("VideoTooLarge")))
    servers.publish()
    assert [dict(each.url.params) for each in servers.named("getServiceAuth")] == [
        {"aud": "did:web:pds.example", "lxm": UPLOAD_BLOB, "exp": str(int(NOW.timestamp()) + 1_800)},
        {
            "aud": "did:web:video.example",
            "lxm": "app.bsky.video.getUploadLimits",
            "exp": str(int(NOW.timestamp()) + 1_800),
        },
    ]


def test_only_calls_to_the_account_s_server_use_up_the_patience_with_servers_of_users() -> None:
    limited: dict[str, set[bool]] = {}

    class TimedServers(Servers):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            limited.setdefault(request.url.host, set()).add(seconds_left() is not None)
            return super().__call__(request)

    with patience(10), user_server():
        assert isinstance(TimedServers().publish(), Published)
    assert limited == {"pds.example": {True}, "video.example": {False}}


def test_status_of_a_job_is_read_without_a_token() -> None:
    servers = Servers()
    servers.publish()
    (status,) = servers.named("getJobStatus")
    assert ("authorization" in status.headers, dict(status.url.params)) == (False, {"jobId": "j1"})


def test_chunks_are_the_bytes_of_the_video_in_order() -> None:
    servers = Servers()
    servers.publish()
    chunks = servers.named("uploadPart")
    assert [each.url.params["partNumber"] for each in chunks] == ["1", "2", "3"]
    assert (
        [len(each.content) for each in chunks]
        == [int(each.headers["content-length"]) for each in chunks]
        == [10, 10, 5]
    )
    assert b"".join(each.content for each in chunks) == bytes(range(SIZE))
    (started,) = servers.named("startUpload")
    assert json.loads(started.content) == {"sizeBytes": SIZE, "mimeType": "video/mp4"}


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("DailyLimitExceeded", RateLimited, "daily_limit"),
        ("TooManyOpenUploads", RateLimited, "too_many_uploads"),
        ("UploadForbidden", Rejected, "forbidden"),
        ("VideoTooLarge", Rejected, "media_refused"),
        ("VideoTooLong", Rejected, "media_refused"),
        ("BadAspectRatio", Rejected, "media_refused"),
        ("UnsupportedContentType", Rejected, "media_refused"),
    ],
)
@pytest.mark.parametrize("status", [400, 403, 429])
def test_refused_upload_has_the_meaning_of_its_error(
    name: str, kind: type[PublishError], code: str, status: int
) -> None:
    servers, attempt = Servers(startUpload=(status, error(name))), FakeAttempt(now=NOW)
    found = servers.publish(attempt)
    assert isinstance(found, kind)
    assert found.code == code
    assert "hunter2" not in found.reason
    assert attempt.armed_times == len(servers.named("uploadBlob")) == 0


def test_daily_limit_is_checked_again_after_an_hour() -> None:
    found = Servers(startUpload=(400, error("DailyLimitExceeded"))).publish()
    assert isinstance(found, RateLimited)
    assert found.until == NOW + timedelta(hours=1)


@pytest.mark.parametrize(("left", "kind"), [(SIZE - 1, RateLimited), (SIZE, Rejected), (None, Rejected)])
def test_video_larger_than_the_rest_of_the_daily_limit_waits(left: int | None, kind: type[PublishError]) -> None:
    limits = {"canUpload": True, "remainingDailyBytes": left}
    servers = Servers(startUpload=(400, error("VideoTooLarge")), getUploadLimits=(200, limits))
    assert type(servers.publish()) is kind


def test_video_is_too_large_if_the_limits_of_the_account_are_unknown() -> None:
    servers = Servers(startUpload=(400, error("VideoTooLarge")), getUploadLimits=(401, error("BadJwt")))
    assert type(servers.publish()) is Rejected
    assert servers.named("uploadBlob") == []


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (
            {"failureCode": "validation_failure", "error": "video_too_long"},
            "Bluesky refused the video: it is too long. Use another video.",
        ),
        ({"error": "unsupported_codec"}, "Bluesky refused the video: its codec is not supported. Use another video."),
        (
            {"failureCode": "validation_failure", "message": "No hunter2."},
            "Bluesky refused the video: No …. Use another video.",
        ),
        ({"failureCode": "validation_failure"}, "Bluesky refused the video: it is not valid. Use another video."),
        (
            {"failureCode": "encoding_failure"},
            "Bluesky could not process the video, so the upload has to start again.",
        ),
        ({"failureCode": []}, "Bluesky could not process the video, so the upload has to start again."),
        ({}, "Bluesky could not process the video, so the upload has to start again."),
    ],
)
def test_failed_job_has_the_meaning_of_its_failure_code(status: dict[str, Any], reason: str) -> None:
    found = Servers(getJobStatus=(200, {"jobStatus": FAILED | status})).publish()
    assert isinstance(found, PublishError)
    assert found.reason == reason


@pytest.mark.parametrize("code", ["pds_upload_failure", "pds_upload_unsupported_blob_size"])
def test_processed_video_that_the_server_did_not_store_is_replaced_by_the_source(code: str) -> None:
    servers = Servers(getJobStatus=(200, {"jobStatus": FAILED | {"failureCode": code}}))
    assert isinstance(servers.publish(), Published)
    assert servers.blob == SOURCE


@pytest.mark.parametrize(
    "answers",
    [
        {"getJobStatus": (200, {"jobStatus": {**DONE, "error": "already_exists"}})},
        {"getJobStatus": (409, {"jobStatus": {**FAILED, "error": "already_exists", "blob": BLOB}})},
        {"getJobStatus": (409, {**DONE, "error": "already_exists"})},
        {"finishUpload": (409, {**DONE, "error": "already_exists"})},
    ],
    ids=["status", "error with a status", "error", "finish"],
)
def test_video_that_was_processed_before_has_the_blob_in_the_response(answers: dict[str, Answer]) -> None:
    servers = Servers(**answers)
    assert isinstance(servers.publish(), Published)
    assert servers.blob == BLOB


def test_job_of_an_earlier_upload_is_the_one_whose_status_is_read() -> None:
    servers = Servers(finishUpload=(200, {"completedJobId": "earlier", "jobStatus": CREATED}))
    servers.publish()
    assert [each.url.params["jobId"] for each in servers.named("getJobStatus")] == ["earlier"]


@pytest.mark.parametrize("state", ["JOB_STATE_SCANNING", "JOB_STATE_UPLOADED", "JOB_STATE_OF_TOMORROW"])
def test_job_in_any_other_state_is_in_progress(state: str) -> None:
    servers = Servers(getJobStatus=(200, {"jobStatus": {**CREATED, "state": state, "progress": 50}}))
    assert isinstance(servers.publish(), Processing)


def test_job_that_takes_longer_than_an_hour_is_rejected() -> None:
    servers, first = Servers(getJobStatus=(200, {"jobStatus": CREATED})), FakeAttempt(now=NOW)
    assert isinstance(servers.publish(first), Processing)
    assert isinstance(servers.publish(first.again(minutes=60)), Processing)
    found = servers.publish(first.again(minutes=61))
    assert isinstance(found, Rejected)
    assert found.reason == "Bluesky could not process the video within an hour. Use another video."


def test_upload_that_is_still_being_joined_is_finished_later() -> None:
    servers = Servers(finishUpload=(400, error("UploadNotReady")))
    assert isinstance(servers.publish(), Processing)


@pytest.mark.parametrize("name", ["UploadAlreadyCompleted", "UploadNotReady"])
def test_upload_that_takes_no_more_chunks_is_finished(name: str) -> None:
    servers = Servers(uploadPart=(400, error(name)))
    assert isinstance(servers.publish(), Published)
    assert (len(servers.named("uploadPart")), servers.blob) == (1, BLOB)


@pytest.mark.parametrize(
    "started",
    [
        {"partCount": 2},
        {"partSizeBytes": 0},
        {"partSizeBytes": "10"},
        {"partSizeBytes": 1, "partCount": None},
        {"jobId": ""},
    ],
    ids=str,
)
def test_upload_with_an_unusable_plan_is_an_unexpected_response(started: dict[str, Any]) -> None:
    servers = Servers(startUpload=(200, STARTED | started))
    found = servers.publish()
    assert isinstance(found, PublishError)
    assert (found.code, servers.named("uploadPart")) == ("unexpected_answer", [])


@pytest.mark.parametrize("mime", ["image/png", "text/html", None])
def test_blob_that_is_no_video_is_not_published(mime: str | None) -> None:
    servers = Servers(getJobStatus=(200, {"jobStatus": {**DONE, "blob": {**BLOB, "mimeType": mime}}}))
    assert isinstance(servers.publish(), Processing)


@pytest.mark.parametrize(
    "address", ["ftp://video.example", "video.example", "https://", "https://a@b.example", "https://a.example?b"]
)
def test_address_of_the_service_must_be_a_web_address(address: str) -> None:
    with pytest.raises(BadConfiguration):
        VideoServiceConfig.from_environ({"BLUESKY_VIDEO_SERVICE": address})


def test_service_of_bluesky_is_the_default() -> None:
    assert VideoServiceConfig.from_environ({}).bluesky_video_service == "https://video.bsky.app"
