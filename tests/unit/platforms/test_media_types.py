"""The bytes of a file decide what it is. Neither its server's headers nor its name do.

Every header is combined with a file of every format.
"""

from collections.abc import Callable, Iterator

import httpx
import pytest

from minutehand.platforms.deadline import seconds_left
from minutehand.platforms.media import MAX_HEAD_SECONDS, PROBED_BYTES, MediaFetcher
from minutehand.platforms.media_format import IMAGE_TYPE_NAMES, IMAGE_TYPES
from minutehand.platforms.network import AddressRefused
from minutehand.platforms.port import Rejected, Transient
from minutehand.platforms.response_body import COMPRESSIONS
from tests.support import media_samples as samples

URL = "https://ex.am/file.jpg"
CONTENT_TYPES = [
    None,
    "",
    "application/octet-stream",
    "binary/octet-stream",
    "text/plain",
    "text/html; charset=utf-8",
    "image/*",
    "image/jpg",
    "image/pjpeg",
    "image/x-png",
    "IMAGE/JPEG",
    "image/jpeg; charset=binary",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "video/x-m4v",
    "audio/mp4",
    "application/pdf",
    "unknown",
]
HARMLESS_ENCODINGS = [
    "",
    " ",
    ",",
    "aws-chunked",
    "base64",
    "utf-8",
    "none",
    "identity",
    "Identity",
    "identity, aws-chunked",
    "binary",
    "8bit",
    "image/jpeg",
    "gzipped-once",
]
REAL_ENCODINGS = [
    *sorted(COMPRESSIONS),
    "GZIP",
    " gzip ",
    "aws-chunked,gzip",
    "gzip, identity",
    "base64 ,  Br",
    "\tzstd",
]
MEDIA = samples.IMAGES | samples.VIDEOS
UPLOADED = {name: sample for name, sample in samples.IMAGES.items() if sample[1] in IMAGE_TYPES}
NOT_MEDIA = samples.OTHER | {name: (content, None) for name, content in samples.UNKNOWN.items()}


def served(content: bytes, **headers: str | None) -> MediaFetcher:
    """Return a fetcher whose server sends ``content`` with ``headers`` and without a length."""
    given = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
    return fetcher(lambda _: httpx.Response(200, headers=given, stream=httpx.ByteStream(content)))


def fetcher(respond: Callable[[httpx.Request], httpx.Response]) -> MediaFetcher:
    return MediaFetcher(httpx.Client(transport=httpx.MockTransport(respond)))


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_content_type_of_the_server_is_ignored(content_type: str | None) -> None:
    for name, (content, kind) in MEDIA.items():
        found = served(content, content_type=content_type).probe(URL)
        assert (found.content_type, found.size_bytes) == (kind, len(content)), name
    for name, (content, kind) in UPLOADED.items():
        image = served(content, content_type=content_type).fetch(URL, max_bytes=10_000)
        assert (image.content_type, image.content) == (kind, content), name


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_file_that_is_no_media_item_is_refused_by_its_real_type(content_type: str | None) -> None:
    for name, (content, kind) in NOT_MEDIA.items():
        media = served(content, content_type=content_type)
        found = f"the type {kind}" if kind else "an unknown type"
        with pytest.raises(Rejected) as refused:
            media.probe(URL)
        assert refused.value.reason == f"The file at {URL} has {found}. Give the URL of an image or a video.", name
        with pytest.raises(Rejected) as refused:
            media.fetch(URL, max_bytes=10_000)
        assert refused.value.reason == f"The file at {URL} has {found}. Give the URL of an image.", name


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_empty_file_is_refused(content_type: str | None) -> None:
    media = served(b"", content_type=content_type)
    for read in (lambda: media.probe(URL), lambda: media.fetch(URL, max_bytes=10)):
        with pytest.raises(Rejected) as refused:
            read()
        assert (refused.value.code, refused.value.reason) == (
            "media_refused",
            f"The file at {URL} is empty. Use another file.",
        )


def test_only_images_are_fetched_as_images() -> None:
    for name, (content, kind) in MEDIA.items():
        if name in UPLOADED:
            continue
        uploaded = f" Minutehand uploads {IMAGE_TYPE_NAMES}."
        expected = " Give the URL of an image." if name in samples.VIDEOS else uploaded
        with pytest.raises(Rejected) as refused:
            served(content, content_type="image/jpeg").fetch(URL, max_bytes=10_000)
        assert refused.value.reason == f"The file at {URL} has the type {kind}.{expected}", name


@pytest.mark.parametrize("encoding", HARMLESS_ENCODINGS)
def test_encoding_that_is_no_compression_is_ignored(encoding: str) -> None:
    for name, (content, kind) in MEDIA.items():
        media = served(content, content_encoding=encoding)
        assert media.probe(URL).content_type == kind, name
        assert media.read(URL, start=1, length=3) == content[1:4], name
    content, _ = samples.IMAGES["JPEG"]
    assert served(content, content_encoding=encoding).fetch(URL, max_bytes=1000).content == content


@pytest.mark.parametrize("encoding", HARMLESS_ENCODINGS)
def test_size_counts_whatever_the_encoding_is_called(encoding: str) -> None:
    content = samples.jpeg(9, 9) + bytes(PROBED_BYTES)

    def respond(request: httpx.Request) -> httpx.Response:
        headers = {"Content-Encoding": encoding}
        if request.method == "HEAD":
            return httpx.Response(200, headers=headers | {"Content-Length": str(len(content))})
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(content))

    assert fetcher(respond).probe(URL).size_bytes == len(content)


@pytest.mark.parametrize("encoding", REAL_ENCODINGS)
def test_compressed_file_is_refused(encoding: str) -> None:
    media = served(samples.jpeg(9, 9), content_type="image/jpeg", content_encoding=encoding)
    for read in (lambda: media.probe(URL), lambda: media.fetch(URL, max_bytes=1000)):
        with pytest.raises(Rejected) as refused:
            read()
        assert refused.value.code == "media_refused"
        assert refused.value.reason.startswith(f"The server sends the file at {URL} compressed (Content-Encoding: ")
    with pytest.raises(Rejected) as refused:
        media.read(URL, start=0, length=3)
    assert refused.value.code == "media_changed"


# HEAD only adds a size.


def dropped(request: httpx.Request) -> httpx.Response:
    raise httpx.RemoteProtocolError("closed", request=request)


def unanswered(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("no answer", request=request)


def redirected_in_a_circle(request: httpx.Request) -> httpx.Response:
    return httpx.Response(302, headers={"Location": str(request.url)})


def redirected_into_a_private_network(request: httpx.Request) -> httpx.Response:
    raise AddressRefused(request.url.host)


def answering(status: int = 200, **headers: str) -> Callable[[httpx.Request], httpx.Response]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(status, headers=given)


LARGE = samples.jpeg(1600, 900) + bytes(PROBED_BYTES)
USELESS_HEADS = {
    "dropped": dropped,
    "unanswered": unanswered,
    "circle": redirected_in_a_circle,
    "private": redirected_into_a_private_network,
    "refused": answering(403),
    "not supported": answering(405),
    "failed": answering(503),
    "no length": answering(),
    "length 0": answering(content_length="0"),
    "length of another file": answering(content_length="99"),
    "not a number": answering(content_length="many"),
    "compressed": answering(content_length="70000", content_encoding="gzip"),
}


@pytest.mark.parametrize("head", USELESS_HEADS)
def test_useless_head_leaves_only_the_size_unknown(head: str) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.method == "HEAD":
            return USELESS_HEADS[head](request)
        return httpx.Response(200, stream=httpx.ByteStream(LARGE))

    found = fetcher(respond).probe(URL)

    assert (found.content_type, found.size_bytes, found.width, found.height) == ("image/jpeg", None, 1600, 900)


@pytest.mark.parametrize(
    "headers", [{"Content-Length": str(len(LARGE))}, {"Content-Range": f"bytes 0-{PROBED_BYTES - 1}/{len(LARGE)}"}]
)
def test_no_head_is_sent_if_the_size_is_known(headers: dict[str, str]) -> None:
    methods = []

    def respond(request: httpx.Request) -> httpx.Response:
        methods.append(request.method)
        return httpx.Response(
            206 if "Content-Range" in headers else 200, headers=headers, stream=httpx.ByteStream(LARGE)
        )

    assert fetcher(respond).probe(URL).size_bytes == len(LARGE)
    assert methods == ["GET"]


def test_head_has_a_short_time_limit() -> None:
    limits: dict[str, float | None] = {}

    def respond(request: httpx.Request) -> httpx.Response:
        limits[request.method] = seconds_left()
        return httpx.Response(200, stream=httpx.ByteStream(LARGE))

    fetcher(respond).probe(URL)

    assert limits["GET"] is None
    assert 0 < (limits["HEAD"] or 0) <= MAX_HEAD_SECONDS


def test_short_range_of_a_file_is_not_its_size() -> None:
    """A server may send fewer bytes than were requested."""

    def respond(request: httpx.Request) -> httpx.Response:
        if request.method == "HEAD":
            return httpx.Response(405)
        return httpx.Response(206, headers={"Content-Range": "bytes 0-999/*"}, stream=httpx.ByteStream(LARGE[:1000]))

    assert fetcher(respond).probe(URL).size_bytes is None


@pytest.mark.parametrize(
    ("status", "headers"),
    [(416, {}), (416, {"Content-Range": "bytes */*"}), (206, {}), (206, {"Content-Range": "bytes 7-9/*"})],
)
@pytest.mark.parametrize("content", [LARGE, samples.png(4, 3), b""])
def test_server_that_handles_ranges_wrongly_is_asked_for_the_whole_file(
    status: int, headers: dict[str, str], content: bytes
) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if "Range" in request.headers:
            return httpx.Response(status, headers=headers, stream=httpx.ByteStream(b"wrong"))
        length = {"Content-Length": str(len(content))}
        return httpx.Response(200, headers=length, stream=httpx.ByteStream(content))

    if content:
        assert fetcher(respond).probe(URL).size_bytes == len(content)
        assert fetcher(respond).read(URL, start=0, length=len(content)) == content
        assert fetcher(respond).read(URL, start=5, length=9) == content[5:14]
        with pytest.raises(Rejected, match="changed while it was being posted"):
            fetcher(respond).read(URL, start=5, length=len(content))
    else:
        with pytest.raises(Rejected, match="is empty"):
            fetcher(respond).probe(URL)


def test_other_range_than_the_beginning_is_not_probed() -> None:
    headers = {"Content-Range": "bytes 5-9/10"}
    with pytest.raises(Transient):
        fetcher(lambda _: httpx.Response(206, headers=headers, stream=httpx.ByteStream(b"GIF89a"))).probe(URL)


def test_fetch_holds_no_more_than_the_allowed_bytes() -> None:
    sent = 0

    class Endless(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            nonlocal sent
            while True:
                sent += 1000
                yield samples.jpeg(9, 9) + bytes(1000)

    with pytest.raises(Rejected, match=r"is larger than 10,000 bytes\."):
        fetcher(lambda _: httpx.Response(200, stream=Endless())).fetch(URL, max_bytes=10_000)

    assert sent <= 11_000
