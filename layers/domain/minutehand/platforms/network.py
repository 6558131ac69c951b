"""HTTP to addresses that users gave us: only to the public internet, and only to the address that was checked.

A name is resolved once; each of its addresses is checked, and the connection is made to a checked address, never
to a second look-up of the name (which a hostile name server would answer differently). Every connection goes
through here, so redirects and kept-alive connections are covered as well.
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
"""Seconds, for each phase of a call by itself. What all of them may take together says `patience`."""
WRITTEN_AT_ONCE = 64 * 1024
"""Bytes: whether there is time left is looked at before each as many."""
MAX_CONNECTIONS = 100

# They log every address that is called, with the query, and all headers of answers: in both, what lets people in may
# stand, such as signatures and the addresses of upload sessions.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)
KEPT_ALIVE_SECONDS = 4.0
"""How long an idle connection is used again: less than the 5 seconds after which common servers close it. A call on a
connection that is being closed would be in doubt for no reason."""

MAX_PORT = 65_535
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
DOCUMENTATION = ipaddress.IPv6Network("3fff::/20")
"""RFC 9637; younger than what Python knows to be reserved for that."""

type Resolve = Callable[[str, int], list[str]]
type SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class AddressRefused(Exception):
    """The host is not on the public internet, or the call would not be encrypted."""

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(f"{host} is not a public https address")


def is_public(address: str) -> bool:
    """Say whether ``address`` (an IP address as the resolver gives it) lies on the public internet.

    An IPv6 address that stands for an IPv4 address (mapped, 6to4, NAT64) is as public as that one is.
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
        # What was once meant for the networks of one site (fec0::/10) is used inside of some still.
        elif ip.is_site_local or ip in DOCUMENTATION:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of ``host``, in the order in which to try them.

    Raises:
        httpcore.ConnectError: it has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} was not found") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore, to public addresses only."""

    def __init__(
        self,
        *,
        private_networks: bool = False,
        resolve: Resolve = resolve,
        connector: httpcore.NetworkBackend | None = None,
    ) -> None:
        """``private_networks`` lifts the guard; ``connector`` opens a connection to an address that was checked."""
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
        """Connect to the first address of ``host`` that answers.

        Raises:
            AddressRefused: one of its addresses is not public; nothing was connected to.
            httpcore.UnsupportedProtocol: there is no such port; the system would not tell so by an error of its own.
            httpcore.ConnectError, httpcore.ConnectTimeout: none answered.
        """
        if not 0 < port <= MAX_PORT:
            raise httpcore.UnsupportedProtocol(f"{port} is not a port")
        addresses = self._look_up(host, port, _left(timeout, httpcore.ConnectTimeout))
        if not self._private_networks and not all(map(is_public, addresses)):
            raise AddressRefused(host)
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                left = _left(timeout, httpcore.ConnectTimeout)
                return _Patient(self._connector.connect_tcp(address, port, left, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _look_up(self, host: str, port: int, seconds: float | None) -> list[str]:
        """Return the addresses of ``host``, unless that takes longer than ``seconds``.

        The system waits for a name server as long as it likes and cannot be told to stop; so it is a thread of its own
        that waits, and it is left to itself when it is late: what it finds then is not used.
        """
        found = Future[list[str]]()

        def ask() -> None:
            try:
                found.set_result(self._resolve(host, port))
            except BaseException as error:
                found.set_exception(error)

        threading.Thread(target=ask, name="look-up", daemon=True).start()
        try:
            return found.result(seconds)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"{host} was not found in time") from None


class _Patient(httpcore.NetworkStream):
    """A connection on which nothing takes longer than there is patience for, however steadily it drips."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for at in range(0, len(buffer), WRITTEN_AT_ONCE):
            self._stream.write(buffer[at : at + WRITTEN_AT_ONCE], _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Patient(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(timeout: float | None, overdue: type[httpcore.TimeoutException]) -> float | None:
    left = seconds_left()
    if left is None:
        return timeout
    if left <= 0:
        raise overdue("there is no time left")
    return left if timeout is None else min(timeout, left)


class GuardedTransport(httpx.BaseTransport):
    """An httpx transport on a guarded pool. It uses no proxy of the environment: that would look up names itself."""

    def __init__(self, backend: GuardedBackend, *, private_networks: bool = False) -> None:
        self._private_networks = private_networks
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(),
            network_backend=backend,
            max_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEPT_ALIVE_SECONDS,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request``.

        Raises:
            AddressRefused: it is not https, or goes to an address that is not public.
        """
        if request.url.scheme != "https" and not self._private_networks:
            raise AddressRefused(request.url.host)
        with _httpx_errors():
            answer = self._pool.handle_request(
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
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _httpx_errors():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


def guarded_client(*, private_networks: bool) -> httpx.Client:
    """Return a client for addresses that users gave us: public and https, unless ``private_networks``."""
    backend = GuardedBackend(private_networks=private_networks)
    return httpx.Client(
        cookies=_no_cookies(),
        transport=GuardedTransport(backend, private_networks=private_networks),
        timeout=TIMEOUT,
        headers={"User-Agent": "Minutehand"},
        follow_redirects=False,
    )


def trusted_client() -> httpx.Client:
    """Return a client for addresses that the operator configured."""
    return httpx.Client(
        cookies=_no_cookies(),
        verify=_ssl_context(),
        timeout=TIMEOUT,
        limits=httpx.Limits(max_connections=MAX_CONNECTIONS, keepalive_expiry=KEPT_ALIVE_SECONDS),
        headers={"User-Agent": "Minutehand"},
        follow_redirects=False,
    )


def _no_cookies() -> CookieJar:
    """Return a jar that takes nothing: one client serves all owners, and no server may tell them apart or mix them."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


@cache
def _ssl_context() -> ssl.SSLContext:
    return httpx.create_ssl_context()


@contextmanager
def _httpx_errors() -> Iterator[None]:
    """Translate httpcore's errors into httpx's, which have the same names."""
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
