"""HTTP clients, guarded against server-side request forgery: a URL from a user reaches only the public internet.

A host name is resolved once, every address is checked, and the connection is made to a checked address. The name is
never resolved a second time, because a hostile name server could then return a private address. Every connection goes
through the guard, including the connections for redirects.
"""

import ipaddress
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx

from minutehand.platforms.deadline import seconds_left

TIMEOUT = httpx.Timeout(connect=5, write=10, read=15, pool=5)
"""The timeout of each phase of a call, in seconds. `deadline` limits the total of all phases."""
WRITE_BLOCK_BYTES = 64 * 1024
"""The number of bytes that are written between two checks of the deadline."""
MAX_CONNECTIONS = 100

# These loggers record every URL with its query, and all response headers. Both may contain secrets, such as signatures
# and the URLs of upload sessions.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)
KEEPALIVE_SECONDS = 4.0
"""The time for which an idle connection may be reused. Common servers close an idle connection after 5 seconds, and a
publish call on a connection that the server is closing would be in doubt for no reason."""

MAX_PORT = 65_535
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
DOCUMENTATION = ipaddress.IPv6Network("3fff::/20")
"""RFC 9637. Python's `ipaddress` does not know this block yet."""

type Resolve = Callable[[str, int], list[str]]
type SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class AddressRefused(Exception):
    """The host is not on the public internet, or the URL does not use https."""

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(f"{host} is not a public https address")


def is_public(address: str) -> bool:
    """Return whether ``address``, an IP address from the resolver, is on the public internet.

    If an IPv6 address embeds an IPv4 address (mapped, 6to4, NAT64), return the result for the IPv4 address.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if "%" in address:
            return False
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            ip = inner
        # Site-local addresses (fec0::/10) are deprecated, but some private networks still use them.
        elif ip.is_site_local or ip in DOCUMENTATION:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of ``host`` from the system's resolver, in the order in which to try them.

    Raises:
        httpcore.ConnectError: the host has no address.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} was not found") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore, but only to public addresses."""

    def __init__(
        self,
        *,
        private_networks: bool = False,
        resolve: Resolve = resolve,
        connector: httpcore.NetworkBackend | None = None,
    ) -> None:
        """``private_networks`` disables the guard. ``connector`` opens the connection to a checked address."""
        self._private_networks = private_networks
        self._resolve = resolve
        self._connector = connector or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of ``host`` that accepts the connection.

        Raises:
            AddressRefused: an address of the host is not public. No connection was attempted.
            httpcore.UnsupportedProtocol: the port is out of range; the system has no specific error for this.
            httpcore.ConnectError, httpcore.ConnectTimeout: no address accepted the connection.
        """
        if not 0 < port <= MAX_PORT:
            raise httpcore.UnsupportedProtocol(f"{port} is not a port")
        addresses = self._resolve_within(host, port, _remaining(timeout, httpcore.ConnectTimeout))
        if not self._private_networks and not all(map(is_public, addresses)):
            raise AddressRefused(host)
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                left = _remaining(timeout, httpcore.ConnectTimeout)
                return _DeadlineStream(self._connector.connect_tcp(address, port, left, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _resolve_within(self, host: str, port: int, seconds: float | None) -> list[str]:
        """Return the addresses of ``host``, or raise a timeout after ``seconds``.

        The system's resolver has no timeout and cannot be interrupted. It therefore runs in a separate thread. After a
        timeout, the thread is abandoned and its result is ignored.
        """
        found = Future[list[str]]()

        def run() -> None:
            try:
                found.set_result(self._resolve(host, port))
            except BaseException as error:
                found.set_exception(error)

        threading.Thread(target=run, name="resolve", daemon=True).start()
        try:
            return found.result(seconds)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"{host} was not resolved in time") from None


class _DeadlineStream(httpcore.NetworkStream):
    """A connection that enforces the deadline of `deadline.time_limit`, even while bytes keep arriving."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _remaining(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for at in range(0, len(buffer), WRITE_BLOCK_BYTES):
            self._stream.write(buffer[at : at + WRITE_BLOCK_BYTES], _remaining(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _remaining(timeout, httpcore.ConnectTimeout)
        return _DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _remaining(timeout: float | None, timeout_error: type[httpcore.TimeoutException]) -> float | None:
    left = seconds_left()
    if left is None:
        return timeout
    if left <= 0:
        raise timeout_error("the time limit has passed")
    return left if timeout is None else min(timeout, left)


class GuardedTransport(httpx.BaseTransport):
    """An httpx transport on a guarded pool. It ignores proxies in the environment, because a proxy resolves names."""

    def __init__(self, backend: GuardedBackend, *, private_networks: bool = False) -> None:
        self._private_networks = private_networks
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(),
            network_backend=backend,
            max_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEPALIVE_SECONDS,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request`` and return the response.

        Raises:
            AddressRefused: the URL is not https, or its host is not public.
        """
        if request.url.scheme != "https" and not self._private_networks:
            raise AddressRefused(request.url.host)
        with _httpx_errors():
            response = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _httpx_errors():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


def guarded_client(*, private_networks: bool) -> httpx.Client:
    """Return a client for URLs from users. It calls only public https URLs, unless ``private_networks`` is set."""
    backend = GuardedBackend(private_networks=private_networks)
    return httpx.Client(
        cookies=_no_cookies(),
        transport=GuardedTransport(backend, private_networks=private_networks),
        timeout=TIMEOUT,
        headers={"User-Agent": "Minutehand"},
        follow_redirects=False,
    )


def trusted_client() -> httpx.Client:
    """Return a client for URLs that the operator configured."""
    return httpx.Client(
        cookies=_no_cookies(),
        verify=_ssl_context(),
        timeout=TIMEOUT,
        limits=httpx.Limits(max_connections=MAX_CONNECTIONS, keepalive_expiry=KEEPALIVE_SECONDS),
        headers={"User-Agent": "Minutehand"},
        follow_redirects=False,
    )


def _no_cookies() -> CookieJar:
    """Return a cookie jar that stores nothing. One client serves all owners and must not mix their cookies."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


@cache
def _ssl_context() -> ssl.SSLContext:
    return httpx.create_ssl_context()


@contextmanager
def _httpx_errors() -> Iterator[None]:
    """Translate the errors of httpcore into the httpx errors with the same names."""
    try:
        yield
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.UnsupportedProtocol,
    ) as error:
        raise getattr(httpx, type(error).__name__)(str(error)) from error
