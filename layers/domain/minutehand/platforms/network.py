"""HTTP clients, guarded against server-side request forgery: a URL from a user reaches only the public internet.

For each connection, the host name is resolved once, every address is checked, and the connection is made to a checked
address. A second resolution after the check is unsafe, because a hostile name server can then return a private
address. The guard also checks the connections for redirects. The parameter ``private_networks`` disables the guard.

A server may close an idle connection at any time, and the next request on this connection then fails although the
server works. `Client` therefore repeats such a request immediately on a new connection, unless the request must not be
sent twice. A request that must not be sent twice, such as a publish call, gets a new connection (`Client.connect`).
"""

import ipaddress
import logging
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx

from minutehand.platforms.deadline import seconds_left, waiting
from minutehand.runtime.idle import IdleTimer

TIMEOUT = httpx.Timeout(connect=5, write=10, read=15, pool=5)
"""The timeout of each phase of a call, in seconds. `deadline` limits the total of all phases."""
WRITE_BLOCK_BYTES = 64 * 1024
"""The number of bytes that are written between two checks of the deadline."""
MAX_RESPONSE_SECONDS = 30.0
"""The time limit for a whole response, from the end of the request, which applies even while bytes keep arriving."""
MAX_CONNECTIONS = 100

# At lower levels, these loggers record response headers, and URLs with their queries. Both may contain secrets, such as
# signatures and the URLs of upload sessions.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)
KEEPALIVE_SECONDS = 4.0
"""The time for which an idle connection may be reused. By default, Apache and Node.js close it after 5 seconds."""
OWN_CONNECTION = "minutehand.connection"
"""The key in the ``extensions`` of an httpx request under which a connection for only this request is stored."""

MAX_PORT = 65_535
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
DOCUMENTATION = ipaddress.IPv6Network("3fff::/20")
"""The address block that RFC 9637 reserves for documentation. Python 3.13.0's `ipaddress` does not know it."""

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
    """Opens connections for httpcore. Without ``private_networks``, it connects only to public addresses."""

    def __init__(
        self,
        *,
        private_networks: bool = False,
        resolve: Resolve = resolve,
        connector: httpcore.NetworkBackend | None = None,
    ) -> None:
        """Create a backend. ``private_networks`` disables the guard. ``connector`` opens the connection to a checked
        address.
        """
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
            httpcore.UnsupportedProtocol: the port is out of range. httpcore has no specific error for such a port.
            httpcore.ConnectError, httpcore.ConnectTimeout: the host has no address, or no address accepted the
                connection in time.
        """
        if not 0 < port <= MAX_PORT:
            raise httpcore.UnsupportedProtocol(f"{port} is not a port")
        with waiting():
            addresses = self._resolve_within(host, port, _remaining(timeout, httpcore.ConnectTimeout))
        if not self._private_networks and not all(map(is_public, addresses)):
            raise AddressRefused(host)
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                left = _remaining(timeout, httpcore.ConnectTimeout)
                with waiting():
                    return _Stream(self._connector.connect_tcp(address, port, left, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _resolve_within(self, host: str, port: int, seconds: float | None) -> list[str]:
        """Return the addresses of ``host``, or raise a timeout after ``seconds``.

        A call to the system's resolver accepts no timeout and cannot be interrupted. A name is therefore resolved in a
        separate thread. After a timeout, the thread is abandoned and its result is ignored. An IP address needs no name
        server.
        """
        if _is_address(host):
            return self._resolve(host, port)
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


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class _Stale(httpcore.ReadError):
    """A reused connection ended before the first byte of the response, because the server had closed the connection."""


class _Stream(httpcore.NetworkStream):
    """A connection that enforces the limits of the module `deadline`, and detects whether it has become stale."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._idle = IdleTimer(KEEPALIVE_SECONDS)
        self._reused = False
        self._answered = False
        """Whether bytes have arrived since the last request was written."""
        self._response_ends_at: float | None = None
        """The monotonic time at which the response must be complete, or None before its first read."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        stale = self._reused and not self._answered
        if self._response_ends_at is None:
            self._response_ends_at = time.monotonic() + MAX_RESPONSE_SECONDS
        if (left := self._response_ends_at - time.monotonic()) <= 0:
            raise httpcore.ReadTimeout("the response took too long")
        timeout = left if timeout is None else min(timeout, left)
        try:
            with waiting():
                data = self._stream.read(max_bytes, _remaining(timeout, httpcore.ReadTimeout))
        except httpcore.ReadError as error:
            if stale:
                raise _Stale(str(error)) from error
            raise
        if stale and not data:
            raise _Stale("the server closed the connection")
        self._answered = True
        self._idle.restart()
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._answered:
            self._reused, self._answered = True, False
        self._response_ends_at = None
        self._idle.restart()
        for at in range(0, len(buffer), WRITE_BLOCK_BYTES):
            with waiting():
                self._stream.write(buffer[at : at + WRITE_BLOCK_BYTES], _remaining(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _remaining(timeout, httpcore.ConnectTimeout)
        with waiting():
            return _Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> object:
        """Return a property of the connection. httpcore never reuses a connection for which ``is_readable`` is true."""
        if info == "is_readable":
            return self._idle.expired or self._is_closed()
        return self._stream.get_extra_info(info)

    def _is_closed(self) -> bool:
        """Return whether the server has closed the idle connection, or has sent bytes that nobody requested."""
        tls = self._stream.get_extra_info("socket")
        if not isinstance(tls, ssl.SSLSocket):
            return bool(self._stream.get_extra_info("is_readable"))
        # The socket is readable after the handshake too, because servers send TLS session tickets.
        timeout = tls.gettimeout()
        try:
            tls.settimeout(0)
            tls.recv(1)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        except OSError:
            return True
        finally:
            tls.settimeout(timeout)
        return True


def _remaining(timeout: float | None, timeout_error: type[httpcore.TimeoutException]) -> float | None:
    left = seconds_left()
    if left is None:
        return timeout
    if left <= 0:
        raise timeout_error("the time limit has passed")
    return left if timeout is None else min(timeout, left)


class GuardedTransport(httpx.BaseTransport):
    """An httpx transport that opens its connections through a `GuardedBackend`. The transport ignores proxies in the
    environment, because a proxy would resolve host names itself.
    """

    def __init__(self, backend: GuardedBackend, *, private_networks: bool = False) -> None:
        self._private_networks = private_networks
        self._backend = backend
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(),
            network_backend=backend,
            max_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEPALIVE_SECONDS,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request`` and return the response.

        If a reused connection turns out to be closed, the request is repeated once, on a new connection. A request with
        a connection of its own (see `connect`) is never repeated. A request with a streamed body gets its own
        connection.

        Raises:
            AddressRefused: the URL is not https, or its host is not public.
            httpx.TransportError: the request failed.
        """
        self._require_allowed(request)
        own = request.extensions.pop(OWN_CONNECTION, None)
        with _httpx_errors():
            if isinstance(own, _OwnConnection):
                # Nothing has been sent yet, so a connection that the server has closed is replaced.
                return self._send(request, self._open(request) if own.is_stale() else own)
            if not isinstance(request.stream, httpx.ByteStream):
                return self._send(request, self._open(request))  # a streamed body cannot be sent a second time
            try:
                return _response(self._pool.handle_request(_core_request(request)))
            except _Stale:
                return self._send(request, self._open(request))

    def connect(self, request: httpx.Request) -> None:
        """Open a new connection for ``request`` alone. `handle_request` then sends the request at most once: on this
        connection or, if the server has closed it, on another new one.

        Raises:
            AddressRefused: the URL is not https, or its host is not public.
            httpx.ConnectError, httpx.ConnectTimeout: the server cannot be reached.
            httpx.UnsupportedProtocol: the port is out of range.
        """
        self._require_allowed(request)
        with _httpx_errors():
            request.extensions[OWN_CONNECTION] = self._open(request)

    def _send(self, request: httpx.Request, connection: "_OwnConnection") -> httpx.Response:
        return _response(connection.handle_request(_core_request(request)), connection)

    def _open(self, request: httpx.Request) -> "_OwnConnection":
        origin = _core_request(request).url.origin
        host = origin.host.decode("ascii")
        timeout = request.extensions.get("timeout", {}).get("connect")
        stream = self._backend.connect_tcp(host, origin.port, timeout)
        if origin.scheme == b"https":
            stream = stream.start_tls(_ssl_context(), host, timeout)
        return _OwnConnection(origin, stream)

    def _require_allowed(self, request: httpx.Request) -> None:
        if request.url.scheme != "https" and not self._private_networks:
            raise AddressRefused(request.url.host)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _OwnConnection:
    """A connection for one request."""

    def __init__(self, origin: httpcore.Origin, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._connection = httpcore.HTTP11Connection(origin, stream)
        weakref.finalize(self, stream.close)  # in case the request is never sent, for example because of a cancellation

    def is_stale(self) -> bool:
        return bool(self._stream.get_extra_info("is_readable"))

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        return self._connection.handle_request(request)

    def close(self) -> None:
        self._connection.close()


def _core_request(request: httpx.Request) -> httpcore.Request:
    return httpcore.Request(
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


def _response(response: httpcore.Response, own: _OwnConnection | None = None) -> httpx.Response:
    """Return ``response`` as httpx's type. ``own``: the connection of the response, to be closed with it."""
    body = _Body(response, own)
    return httpx.Response(response.status, headers=response.headers, stream=body, extensions=response.extensions)


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response, own: _OwnConnection | None) -> None:
        self._response = response
        self._own = own

    def __iter__(self) -> Iterator[bytes]:
        with _httpx_errors():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()
        if self._own is not None:
            self._own.close()


class Client(httpx.Client):
    """An HTTP client that can open a connection in advance, for a request that must not be sent twice."""

    def __init__(self, transport: GuardedTransport) -> None:
        super().__init__(
            cookies=_no_cookies(),
            transport=transport,
            timeout=TIMEOUT,
            headers={"User-Agent": "Minutehand", "Accept-Encoding": "identity"},
            follow_redirects=False,
        )
        self._guarded = transport

    def connect(self, request: httpx.Request) -> None:
        """Open a new connection for ``request``; see `GuardedTransport.connect`. `send` uses this connection for
        ``request``.
        """
        self._guarded.connect(request)


def guarded_client(*, private_networks: bool) -> Client:
    """Return a client for URLs from users. Without ``private_networks``, it calls only public https URLs."""
    backend = GuardedBackend(private_networks=private_networks)
    return Client(GuardedTransport(backend, private_networks=private_networks))


def trusted_client() -> Client:
    """Return a client for URLs that the operator configured."""
    return guarded_client(private_networks=True)


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
