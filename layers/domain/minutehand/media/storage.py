"""The bucket: addresses under which clients upload and look at files without going through us, and what lies there.

Addresses are signed here, without asking anybody. What a client sends along is part of the signature, so that a file
of another length or type than was announced is refused by S3 itself, as is a second file at the same place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from minutehand.media.types import MEGABYTE

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

MAX_PUT_BYTES = 100 * MEGABYTE
"""What is larger is uploaded in parts, each of which can be repeated by itself."""
CHUNK_BYTES = 32 * 1024 * 1024
"""The parts of 4 GB are 120: their addresses make a short answer, and a lost one is soon repeated."""
PUT_URL_LIFETIME = timedelta(hours=1)
CHUNK_URL_LIFETIME = timedelta(hours=6)
VIEW_URL_LIFETIME = timedelta(minutes=15)
PLATFORM_URL_LIFETIME = timedelta(hours=1)
"""For how long a platform may fetch a file: they queue what they are told to fetch."""

UNFINISHED = "state=pending"
"""The tag of every file until it has been looked at. The bucket removes what has kept it for a day."""
ABSENT = frozenset(["403", "404", "AccessDenied", "NoSuchKey", "NotFound"])
"""S3 tells that an object is missing only to those who may list the bucket; to others it is forbidden."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk of an upload. ``number`` counts from 1."""

    number: int
    size_bytes: int
    url: str


@dataclass(frozen=True, slots=True)
class Upload:
    """How a file is to be uploaded: with one PUT to ``url``, or in ``chunks`` when it has an ``upload_id``."""

    expires_at: datetime
    url: str | None = None
    headers: Mapping[str, str] | None = None
    upload_id: str | None = None
    chunks: tuple[Chunk, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """What S3 says of an object."""

    size_bytes: int
    content_type: str


class UploadGone(Exception):
    """S3 knows no such upload in parts: it is complete, or was given up."""


class Storage:
    """The files of all owners, by their keys."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        """``s3``: a client that signs with version 4 (see `client`)."""
        self._s3 = s3
        self._bucket = bucket

    def begin(self, key: str, content_type: str, size_bytes: int, *, now: datetime) -> Upload:
        """Prepare the upload of a file."""
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
                "Tagging": UNFINISHED,
            },
            ExpiresIn=_seconds(PUT_URL_LIFETIME),
        )
        headers = {
            "content-type": content_type,
            "content-length": str(size_bytes),
            "if-none-match": "*",
            "x-amz-tagging": UNFINISHED,
        }
        return Upload(now + PUT_URL_LIFETIME, url=url, headers=headers)

    def uploaded_chunks(self, key: str, upload_id: str) -> dict[int, tuple[int, str]]:
        """Return size and ETag of each part that has arrived, by number.

        Raises:
            UploadGone: there is no such upload.
        """
        try:
            pages = self._s3.get_paginator("list_parts").paginate(Bucket=self._bucket, Key=key, UploadId=upload_id)
            listed = [part for page in pages for part in page.get("Parts", [])]
        except ClientError as error:
            raise _translated(error) from error
        return {part["PartNumber"]: (part["Size"], part["ETag"]) for part in listed}

    def complete(self, key: str, upload_id: str, etags: Mapping[int, str]) -> None:
        """Make one object of the parts.

        Raises:
            UploadGone: there is no such upload.
        """
        parts: list[CompletedPartTypeDef] = [
            {"PartNumber": number, "ETag": etag} for number, etag in sorted(etags.items())
        ]
        try:
            self._s3.complete_multipart_upload(
                Bucket=self._bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}
            )
        except ClientError as error:
            raise _translated(error) from error

    def look(self, key: str) -> Stored | None:
        """Return what is known of an object; None when it is not there."""
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if _code(error) in ABSENT:
                return None
            raise
        return Stored(head["ContentLength"], head["ContentType"])

    def read(self, key: str, start: int, length: int) -> bytes:
        """Return up to ``length`` bytes of an object from the offset ``start`` on, which must lie within it."""
        answer = self._s3.get_object(Bucket=self._bucket, Key=key, Range=f"bytes={start}-{start + length - 1}")
        with answer["Body"] as body:
            return body.read()

    def keep(self, key: str) -> None:
        """Take the tag of unfinished files from an object: it stays."""
        self._s3.delete_object_tagging(Bucket=self._bucket, Key=key)

    def remove(self, key: str, upload_id: str | None) -> None:
        """Remove an object, and the parts of an upload that was not completed; either may not be there."""
        if upload_id is not None:
            try:
                self._s3.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)
            except ClientError as error:
                if not isinstance(_translated(error), UploadGone):
                    raise
        self._s3.delete_object(Bucket=self._bucket, Key=key)

    def address(self, key: str, duration: timedelta) -> str:
        """Return an address under which anybody can fetch the object for ``duration``."""
        return self._s3.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=_seconds(duration)
        )

    def _begin_chunks(self, key: str, content_type: str, size_bytes: int, now: datetime) -> Upload:
        begun = self._s3.create_multipart_upload(
            Bucket=self._bucket, Key=key, ContentType=content_type, Tagging=UNFINISHED
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
    """Return the size of each part of a file, by number."""
    starts = range(0, size_bytes, CHUNK_BYTES)
    return {number: min(CHUNK_BYTES, size_bytes - start) for number, start in enumerate(starts, start=1)}


def client() -> "S3Client":
    """Return the client that `Storage` works with."""
    from minutehand.runtime import aws  # boto3 is imported by those who have files to deal with

    s3: S3Client = aws.client(
        "s3",
        signature_version="s3v4",
        # The bucket's own address in its region: the address without a region redirects, which browsers do not follow.
        s3={"addressing_style": "virtual"},
        # A checksum that is asked for would have to be sent by whoever uploads.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return s3


def _seconds(duration: timedelta) -> int:
    return int(duration.total_seconds())


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def _translated(error: ClientError) -> Exception:
    return UploadGone() if _code(error) == "NoSuchUpload" else error
