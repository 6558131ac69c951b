"""The bucket of the media library, and the signed URLs with which clients upload and fetch its objects directly.

URLs are signed without a call to S3. The signature of an upload with one PUT covers the length, the type and
``If-None-Match``. S3 therefore rejects a file of another length or type, and a second file with the same key. The
signature of the URL for a chunk covers the length of the chunk. S3 also accepts and stores some headers that are not
signed. `Storage.head` returns the headers in `OTHER_HEADERS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from minutehand.media.types import MEGABYTE

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

MAX_PUT_BYTES = 100 * MEGABYTE
"""The maximum size of a file that is uploaded with one PUT. Larger files are uploaded in chunks."""
CHUNK_BYTES = 32 * 1024 * 1024
"""The size of a chunk. The URLs of a 4 GB file's 120 chunks fit in one response, and a failed chunk can be uploaded
again quickly.
"""
PUT_URL_LIFETIME = timedelta(hours=1)
CHUNK_URL_LIFETIME = timedelta(hours=6)
VIEW_URL_LIFETIME = timedelta(minutes=15)
PLATFORM_URL_LIFETIME = timedelta(hours=1)
"""The lifetime of a URL from which a platform fetches a file. It is long because platforms may queue their fetches."""

BLOCKED_FOR = 2 * PUT_URL_LIFETIME
"""The time after an item's creation during which the deletion of the item also blocks the item's key in the bucket. An
upload may begin just before its URL expires.
"""

PENDING_TAG = "state=pending"
"""The tag of a file until its inspection. The bucket deletes files that still have this tag after a day."""
DELETED_TAG = "state=deleted"
"""The tag of the empty object that replaces a deleted file. Signed URLs do not give access to the object. The bucket
deletes it after a day.
"""
OTHER_HEADERS = ("content-encoding", "content-disposition", "content-language", "expires")
"""The system-defined headers that S3 keeps and returns with a file although they are not signed. ``cache-control`` is
not in the list, because browsers may add it to an upload.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#SysMetadata
"""
ABSENT_CODES = frozenset(["403", "404", "AccessDenied", "NoSuchKey", "NotFound"])
"""The error codes for a missing object. S3 returns 404 only to callers that may list the bucket, and 403 to others."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk of an upload. The first chunk has the ``number`` 1."""

    number: int
    size_bytes: int
    url: str


@dataclass(frozen=True, slots=True)
class Upload:
    """The instructions for an upload: one PUT to ``url``, or one PUT per chunk if there is an ``upload_id``."""

    expires_at: datetime
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    upload_id: str | None = None
    chunks: tuple[Chunk, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredObject:
    """The size, the type and some other headers of an object, as S3 reports them."""

    size_bytes: int
    content_type: str
    other_headers: Mapping[str, str] = field(default_factory=dict)
    """The headers in `OTHER_HEADERS` with which the file was uploaded."""


class UploadGone(Exception):
    """S3 no longer has the multipart upload, because the upload was completed or aborted."""


class Storage:
    """The files of all owners, identified by object key."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        """Create the storage. ``s3`` must sign with Signature Version 4 (see `client`)."""
        self._s3 = s3
        self._bucket = bucket

    def begin(self, key: str, content_type: str, size_bytes: int, *, now: datetime) -> Upload:
        """Begin the upload of a file and return its signed URLs."""
        if size_bytes > MAX_PUT_BYTES:
            return self._begin_chunks(key, content_type, size_bytes, now)
        url = self._s3.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ContentType": content_type,
                "ContentLength": size_bytes,
                "IfNoneMatch": "*",
                "Tagging": PENDING_TAG,
            },
            ExpiresIn=_seconds(PUT_URL_LIFETIME),
        )
        headers = {
            "content-type": content_type,
            "content-length": str(size_bytes),
            "if-none-match": "*",
            "x-amz-tagging": PENDING_TAG,
        }
        return Upload(now + PUT_URL_LIFETIME, url=url, headers=headers)

    def uploaded_chunks(self, key: str, upload_id: str) -> dict[int, tuple[int, str]]:
        """Return the size and ETag of each uploaded chunk, keyed by number.

        Raises:
            UploadGone: S3 does not have the upload.
        """
        try:
            pages = self._s3.get_paginator("list_parts").paginate(Bucket=self._bucket, Key=key, UploadId=upload_id)
            listed = [part for page in pages for part in page.get("Parts", [])]
        except ClientError as error:
            raise _translate(error) from error
        return {part["PartNumber"]: (part["Size"], part["ETag"]) for part in listed}

    def complete(self, key: str, upload_id: str, etags: Mapping[int, str]) -> None:
        """Combine the uploaded chunks into one object.

        Raises:
            UploadGone: S3 does not have the upload.
        """
        parts: list[CompletedPartTypeDef] = [
            {"PartNumber": number, "ETag": etag} for number, etag in sorted(etags.items())
        ]
        try:
            self._s3.complete_multipart_upload(
                Bucket=self._bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}
            )
        except ClientError as error:
            raise _translate(error) from error

    def head(self, key: str) -> StoredObject | None:
        """Return the size, type and other headers of an object, or None if the object does not exist."""
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if _code(error) in ABSENT_CODES:
                return None
            raise
        sent = head["ResponseMetadata"]["HTTPHeaders"]
        others = {name: sent[name] for name in OTHER_HEADERS if sent.get(name)}
        return StoredObject(head["ContentLength"], head["ContentType"], others)

    def read(self, key: str, start: int, length: int) -> bytes:
        """Return at most ``length`` bytes of an object from ``start``, an offset less than the object's size."""
        answer = self._s3.get_object(Bucket=self._bucket, Key=key, Range=f"bytes={start}-{start + length - 1}")
        with answer["Body"] as body:
            return body.read()

    def keep(self, key: str) -> None:
        """Remove the tag of pending files from an object, so that the bucket keeps the object."""
        self._s3.delete_object_tagging(Bucket=self._bucket, Key=key)

    def delete(self, key: str, upload_id: str | None) -> None:
        """Delete an object and the chunks of its incomplete upload, if they exist."""
        if upload_id is not None:
            try:
                self._s3.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)
            except ClientError as error:
                if not isinstance(_translate(error), UploadGone):
                    raise
        self._s3.delete_object(Bucket=self._bucket, Key=key)

    def block(self, key: str) -> None:
        """Replace an object with an empty one, so that the URL of its upload does not accept another file.

        S3 refuses an upload to a key that has an object (``If-None-Match``), so the object is replaced, not deleted.
        """
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=b"", Tagging=DELETED_TAG)

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Store an object, and replace any earlier object with this key."""
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=content_type)

    def signed_url(self, key: str, duration: timedelta) -> str:
        """Return a URL at which anyone can fetch the object for ``duration``. The response has the header
        ``Cache-Control: private``, even if the upload set another value.
        """
        params = {"Bucket": self._bucket, "Key": key, "ResponseCacheControl": "private"}
        return self._s3.generate_presigned_url("get_object", Params=params, ExpiresIn=_seconds(duration))

    def _begin_chunks(self, key: str, content_type: str, size_bytes: int, now: datetime) -> Upload:
        begun = self._s3.create_multipart_upload(
            Bucket=self._bucket, Key=key, ContentType=content_type, Tagging=PENDING_TAG
        )
        upload_id = begun["UploadId"]
        chunks = tuple(
            Chunk(number, length, self._chunk_url(key, upload_id, number, length))
            for number, length in chunk_sizes(size_bytes).items()
        )
        return Upload(now + CHUNK_URL_LIFETIME, upload_id=upload_id, chunks=chunks)

    def _chunk_url(self, key: str, upload_id: str, number: int, length: int) -> str:
        params = {
            "Bucket": self._bucket,
            "Key": key,
            "UploadId": upload_id,
            "PartNumber": number,
            "ContentLength": length,
        }
        return self._s3.generate_presigned_url("upload_part", Params=params, ExpiresIn=_seconds(CHUNK_URL_LIFETIME))


def chunk_sizes(size_bytes: int) -> dict[int, int]:
    """Return the size of each chunk of a file, keyed by number."""
    starts = range(0, size_bytes, CHUNK_BYTES)
    return {number: min(CHUNK_BYTES, size_bytes - start) for number, start in enumerate(starts, start=1)}


def client() -> "S3Client":
    """Return the S3 client for `Storage`."""
    from minutehand.runtime import aws  # imported late, because botocore is slow to import

    s3: S3Client = aws.client(
        "s3",
        signature_version="s3v4",
        # Use the bucket's regional address. At an address without a region, S3 redirects the client, and browsers
        # do not follow redirects of an upload.
        s3={"addressing_style": "virtual"},
        # No checksum is signed, because clients would have to send it.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return s3


def _seconds(duration: timedelta) -> int:
    return int(duration.total_seconds())


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def _translate(error: ClientError) -> Exception:
    return UploadGone() if _code(error) == "NoSuchUpload" else error
