import threading
from collections.abc import Callable
from functools import partial

import httpx
import pytest

from minutehand.platforms.media import MAX_REDIRECTS, Image, MediaFetcher
from minutehand.platforms.network import AddressRefused, GuardedBackend, GuardedTransport, is_public
from minutehand.platforms.port import PublishError, Rejected, Transient
from tests.support.network import NOT_PUBLIC, PUBLIC, Connector, ascii_host, client, http

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1%eth0",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "3fff::1",
        "3fff:fff:ffff::1",
        "fec0::1",
        "not an address",
        "",
    ],
)
def test_private_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "3ffe::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(("kind", "host"), [(kind, host) for kind, hosts in NOT_PUBLIC.items() for host in hosts])
@pytest.mark.parametrize("redirected", [False, True])
@pytest.mark.parametrize("method", ["fetch", "probe", "read"])
def test_no_connection_is_opened_to_a_private_host(kind: str, host: str, redirected: bool, method: str) -> None:
    redirect = http("302 Found", f"Location: https://{ascii_host(host)}/kiln.png", "Connection: close")
    connector = Connector(redirect)
    media = MediaFetcher(client(connector))
    url = "https://images.example/kiln.png" if redirected else f"https://{host}/kiln.png"

    calls: dict[str, Callable[[str], object]] = {
        "fetch": partial(media.fetch, max_bytes=1000),
        "probe": media.probe,
        "read": partial(media.read, start=0, length=1),
    }
    with pytest.raises(PublishError) as refused:
        calls[method](url)

    assert refused.value.code == ("media_unavailable" if isinstance(refused.value, Transient) else "media_refused")
    assert redirected or isinstance(refused.value, Rejected)
    assert connector.connected == ([PUBLIC] if redirected else [])


@pytest.mark.parametrize(
    "url", ["http://images.example/a.png", "ftp://images.example/a.png", "file:///etc/passwd", "images.example"]
)
def test_url_without_https_is_rejected(url: str) -> None:
    connector = Connector()
    with pytest.raises(Rejected):
        MediaFetcher(client(connector, {"images.example": [PUBLIC]})).fetch(url, max_bytes=1000)
    assert connector.connected == []


@pytest.mark.parametrize(
    "url",
    ["https://", "https://[::1", "https://a b/", f"https://{PUBLIC}:99999/", "https://" + "a" * 70 + ".example/"],
)
def test_invalid_url_is_rejected_with_a_message(url: str) -> None:
    connector = Connector()
    with pytest.raises(PublishError) as refused:
        MediaFetcher(client(connector)).fetch(url, max_bytes=1000)
    assert refused.value.code in ("media_refused", "media_unavailable")
    assert connector.connected == []


def test_connection_goes_to_the_checked_address() -> None:
    connector, resolved = Connector(http("200 OK", "Content-Type: image/png", body=PNG)), []

    def rebinding(host: str, port: int) -> list[str]:
        resolved.append(host)
        return [PUBLIC] if len(resolved) == 1 else ["127.0.0.1"]

    backend = GuardedBackend(resolve=rebinding, connector=connector)
    image = MediaFetcher(httpx.Client(transport=GuardedTransport(backend))).fetch(
        "https://rebinding.example/kiln.png", max_bytes=1000
    )
    assert image == Image("image/png", PNG)
    assert connector.connected == [PUBLIC]
    assert resolved == ["rebinding.example"]


@pytest.mark.parametrize(("host", "threads"), [("kiln.example", 1), (PUBLIC, 0), ("2606:4700::1111", 0)])
def test_only_a_name_is_resolved_in_a_thread_of_its_own(host: str, threads: int) -> None:
    resolving: set[threading.Thread] = set()

    def resolve(host: str, port: int) -> list[str]:
        resolving.add(threading.current_thread())
        return [PUBLIC]

    GuardedBackend(resolve=resolve, connector=Connector()).connect_tcp(host, 443)

    assert len(resolving - {threading.current_thread()}) == threads
    assert len(resolving) == 1


def test_next_address_is_tried_after_a_failed_connection() -> None:
    connector = Connector(http("200 OK", "Content-Type: image/png", body=PNG), failing=["8.8.8.8"])
    fetched = MediaFetcher(client(connector, {"images.example": ["8.8.8.8", PUBLIC]}))
    assert fetched.fetch("https://images.example/kiln.png", max_bytes=1000).content == PNG
    assert connector.connected == ["8.8.8.8", PUBLIC]


def test_failed_connection_is_transient() -> None:
    connector = Connector(failing=[PUBLIC])
    with pytest.raises(Transient):
        MediaFetcher(client(connector, {"images.example": [PUBLIC]})).fetch(
            "https://images.example/a.png", max_bytes=10
        )


def test_private_networks_can_be_allowed() -> None:
    connector = Connector(http("200 OK", "Content-Type: image/png", body=PNG))
    fetcher = MediaFetcher(client(connector, private_networks=True))
    assert fetcher.fetch("http://127.0.0.1/kiln.png", max_bytes=1000).content == PNG


def test_calls_of_platform_servers_are_guarded() -> None:
    connector = Connector()
    with pytest.raises(AddressRefused):
        client(connector).get("https://169.254.169.254/latest/meta-data")
    assert connector.connected == []


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (http("404 Not Found"), Rejected, "media_unavailable"),
        (http("503 Service Unavailable"), Transient, "media_unavailable"),
        (http("429 Too Many Requests"), Transient, "media_unavailable"),
        (http("200 OK", "Content-Type: text/html", body=b"<html>"), Rejected, "media_refused"),
        (http("200 OK", "Content-Type: image/png", body=b""), Rejected, "media_refused"),
        (http("200 OK", "Content-Type: image/svg+xml", body=b"<svg>"), Rejected, "media_refused"),
        (http("200 OK", "Content-Type: image/png", "Content-Encoding: gzip", body=PNG), Rejected, "media_refused"),
        (http("200 OK", "Content-Type: image/png", body=b"x" * 1001), Rejected, "media_too_large"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 9\r\n\r\nshort",
            Transient,
            "media_unavailable",
        ),
        (b"", Transient, "media_unavailable"),
        (b"nonsense\r\n\r\n", Transient, "media_unavailable"),
    ],
)
def test_failed_image_download_is_rejected_or_transient(answer: bytes, error: type[PublishError], code: str) -> None:
    fetcher = MediaFetcher(client(Connector(answer), {"images.example": [PUBLIC]}))
    with pytest.raises(error) as raised:
        fetcher.fetch("https://user:secret@images.example/kiln.png?key=secret#secret", max_bytes=1000)
    assert raised.value.code == code
    assert "https://images.example/kiln.png" in raised.value.reason
    assert "secret" not in raised.value.reason


def test_image_at_the_size_limit_is_fetched() -> None:
    content = PNG + b"x" * (1000 - len(PNG))
    answer = http("200 OK", "Content-Type: application/octet-stream", body=content)
    fetcher = MediaFetcher(client(Connector(answer), {"images.example": [PUBLIC]}))
    assert fetcher.fetch("https://images.example/kiln.png", max_bytes=1000) == Image("image/png", content)


@pytest.mark.parametrize(("redirects", "arrives"), [(MAX_REDIRECTS, True), (MAX_REDIRECTS + 1, False)])
def test_three_redirects_are_followed(redirects: int, arrives: bool) -> None:
    hops = [http("302 Found", "Location: /next", "Connection: close")] * redirects
    connector = Connector(*hops, http("200 OK", "Content-Type: image/png", body=PNG))
    fetcher = MediaFetcher(client(connector, {"images.example": [PUBLIC]}))
    if arrives:
        assert fetcher.fetch("https://images.example/kiln.png", max_bytes=1000).content == PNG
        return
    with pytest.raises(Rejected, match="has more than 3 redirects"):
        fetcher.fetch("https://images.example/kiln.png", max_bytes=1000)


def test_slow_download_is_given_up() -> None:
    seconds = iter([0.0, 30.0, 60.0, 90.0])
    answer = http("200 OK", "Content-Type: image/png", body=PNG)
    fetcher = MediaFetcher(client(Connector(answer), {"images.example": [PUBLIC]}), monotonic=lambda: next(seconds))
    with pytest.raises(Transient, match="took too long"):
        fetcher.fetch("https://images.example/kiln.png", max_bytes=1000)
