"""The bucket on moto: signed URLs, and the errors of S3."""

from collections.abc import Iterator
from datetime import UTC, datetime
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from minutehand.media.storage import CHUNK_BYTES, Storage, UploadGone, chunk_sizes, client
from minutehand.media.types import MAX_VIDEO_BYTES

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = "digest/id/a.png"


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "session",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        s3 = client()
        s3.create_bucket(Bucket="library", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        yield Storage(s3, "library")


def test_signed_urls_use_the_bucket_s_regional_address(storage: Storage) -> None:
    upload = storage.begin(KEY, "image/png", 5, now=NOW)

    assert upload.url is not None
    assert upload.url.startswith(f"https://library.s3.eu-central-1.amazonaws.com/{KEY}?")
    signed = "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match%3Bx-amz-tagging"
    assert signed in upload.url
    assert "checksum" not in upload.url


@pytest.mark.parametrize("code", ["404", "403", "NoSuchKey"])
def test_a_forbidden_object_counts_as_missing(code: str) -> None:
    """S3 responds 403 for a missing object if the caller may not list the bucket."""
    s3 = Mock()
    s3.head_object.side_effect = ClientError({"Error": {"Code": code}}, "HeadObject")

    assert Storage(s3, "library").head(KEY) is None


def test_an_s3_outage_is_an_error() -> None:
    s3 = Mock()
    s3.head_object.side_effect = ClientError({"Error": {"Code": "503"}}, "HeadObject")

    with pytest.raises(ClientError):
        Storage(s3, "library").head(KEY)


def test_a_missing_upload_is_reported_as_gone() -> None:
    s3 = Mock()
    gone = ClientError({"Error": {"Code": "NoSuchUpload"}}, "CompleteMultipartUpload")
    s3.complete_multipart_upload.side_effect = s3.get_paginator.return_value.paginate.side_effect = gone

    with pytest.raises(UploadGone):
        Storage(s3, "library").uploaded_chunks(KEY, "unknown")
    with pytest.raises(UploadGone):
        Storage(s3, "library").complete(KEY, "unknown", {1: '"etag"'})


def test_a_missing_object_can_be_deleted(storage: Storage) -> None:
    storage.delete(KEY, "unknown")
    storage.delete(KEY, None)

    with pytest.raises(UploadGone):
        storage.uploaded_chunks(KEY, "unknown")


def test_a_failed_abort_of_an_upload_is_an_error() -> None:
    s3 = Mock()
    s3.abort_multipart_upload.side_effect = ClientError({"Error": {"Code": "SlowDown"}}, "AbortMultipartUpload")

    with pytest.raises(ClientError):
        Storage(s3, "library").delete(KEY, "upload")


@given(st.integers(1, MAX_VIDEO_BYTES))
def test_chunks_cover_the_file_within_the_limits_of_s3(size: int) -> None:
    chunks = chunk_sizes(size)

    assert sum(chunks.values()) == size
    assert list(chunks) == list(range(1, len(chunks) + 1))
    assert len(chunks) <= 10_000
    assert all(length == CHUNK_BYTES for length in list(chunks.values())[:-1])
    assert min(chunks.values()) >= 1
    assert CHUNK_BYTES >= 5 * 1024 * 1024
