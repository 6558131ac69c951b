"""The API of the media library: the real handler, real Postgres, and an emulated S3 that checks signatures."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from minutehand.media import storage
from minutehand.media.resources import open_storage
from minutehand.media.storage import Storage
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support import emulator
from tests.support.api import CONTEXT, Reply, sample
from tests.support.clock import FakeClock
from tests.support.cold_start import ENVIRON, start

BUCKET = "library"
KEYS = Query("keys", "SELECT object_key FROM media WHERE id = %(id)s")


class Bucket:
    """The emulated bucket, and an HTTP client for signed URLs."""

    def __init__(self, s3: Any) -> None:
        self.s3 = s3
        self.http = httpx.Client(trust_env=False, timeout=30)

    def objects(self) -> list[str]:
        """Return the keys of all objects, also of those that block the key of a deleted file."""
        return [item["Key"] for item in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def keys(self) -> list[str]:
        """Return the keys of the files."""
        return [key for key in self.objects() if {"Key": "state", "Value": "deleted"} not in self.tags(key)]

    def uploads(self) -> list[str]:
        return [item["Key"] for item in self.s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])]

    def tags(self, key: str) -> list[dict[str, str]]:
        tags: list[dict[str, str]] = self.s3.get_object_tagging(Bucket=BUCKET, Key=key)["TagSet"]
        return tags

    def empty(self) -> None:
        for key in self.objects():
            self.s3.delete_object(Bucket=BUCKET, Key=key)
        for upload in self.s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []):
            self.s3.abort_multipart_upload(Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"])


class MediaApi:
    """Calls of the media API, as Ada by default."""

    def __init__(self, function: Any, db: Database, bucket: Bucket) -> None:
        self.function = function
        self.db = db
        self.bucket = bucket

    def call(
        self,
        method: str,
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
        key: str | None = None,
        user: str = "ada",
        roles: str = "",
    ) -> Reply:
        event = sample("media")
        event["httpMethod"] = event["requestContext"]["httpMethod"] = method
        event["headers"] = {"content-type": "application/json"} | ({"idempotency-key": key} if key else {})
        event["multiValueHeaders"] = {name: [value] for name, value in event["headers"].items()}
        event["queryStringParameters"] = dict(query) if query else None
        event["multiValueQueryStringParameters"] = {name: [value] for name, value in query.items()} if query else None
        event["body"] = None if body is None else json.dumps(body)
        identity = {"principalId": user, "userId": user, "ownerId": user, "roles": roles}
        event["requestContext"]["authorizer"] = identity
        answer = self.function(event, CONTEXT)
        answered = {name.lower(): ", ".join(values) for name, values in answer["multiValueHeaders"].items()}
        return Reply(answer["statusCode"], answered, answer["body"])

    def begin(self, content_type: str, size: int, filename: str = "kiln", **who: Any) -> dict[str, Any]:
        body = {"filename": filename, "contentType": content_type, "sizeBytes": size}
        reply = self.call("POST", body, **who)
        assert reply.status == 201, reply.text
        return reply.body

    def put(self, upload: Mapping[str, Any], content: bytes, **headers: str) -> httpx.Response:
        return self.bucket.http.put(upload["url"], content=content, headers={**upload["headers"], **headers})

    def finish(self, media_id: str, **who: Any) -> Reply:
        return self.call("PATCH", {"mediaId": media_id}, **who)

    def uploaded(self, content: bytes, content_type: str = "image/png", **who: Any) -> dict[str, Any]:
        """Upload a file and return its finished item."""
        begun = self.begin(content_type, len(content), **who)
        assert self.put(begun["upload"], content).status_code == 200
        reply = self.finish(begun["media"]["id"], **who)
        assert reply.status == 200, reply.text
        media: dict[str, Any] = reply.body["media"]
        return media

    def listed(self, **who: Any) -> list[str]:
        return [item["id"] for item in self.call("GET", **who).body["media"]]

    def key(self, media_id: str) -> str:
        row = self.db.one(KEYS, id=media_id)
        assert row is not None
        return str(row["object_key"])


@pytest.fixture(scope="package")
def aws_environ(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run the AWS emulator while the tests of this folder run; it takes time from the tests that follow."""
    with emulator.running(tmp_path_factory.mktemp("emulator")) as environ:
        yield environ


@pytest.fixture(scope="package")
def emulated_bucket(aws_environ: dict[str, str]) -> Iterator[Bucket]:
    with pytest.MonkeyPatch.context() as environ:
        for name, value in aws_environ.items():
            environ.setenv(name, value)
        bucket = Bucket(storage.client())
    bucket.s3.create_bucket(Bucket=BUCKET)
    yield bucket
    bucket.http.close()


@pytest.fixture
def bucket(emulated_bucket: Bucket, aws_environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    for name, value in aws_environ.items():
        monkeypatch.setenv(name, value)
    yield emulated_bucket
    emulated_bucket.empty()


@pytest.fixture
def files(bucket: Bucket) -> Storage:
    return Storage(bucket.s3, BUCKET)


@pytest.fixture
def api(db: Database, clock: FakeClock, bucket: Bucket, files: Storage) -> MediaApi:
    environ = ENVIRON | {"MEDIA_BUCKET": BUCKET}
    app = start("media", db=db, clock=clock, environ=environ, openers={open_storage: lambda _: files})
    return MediaApi(app.function, db, bucket)
