"""A fake network: names resolve as a test says, and connections are recorded instead of opened."""

from collections.abc import Iterable, Mapping

import httpcore
import httpx

from minutehand.platforms.network import GuardedBackend, GuardedTransport, resolve

PUBLIC = "93.184.215.14"
NAMES = {
    "images.example": [PUBLIC],
    "loopback.example": ["127.0.0.1"],
    "private.example": ["10.1.2.3"],
    "metadata.example": ["169.254.169.254"],
    "mixed.example": [PUBLIC, "10.0.0.1"],
    "unique-local.example": ["fd00::1"],
    "mapped.example": ["::ffff:169.254.169.254"],
    "six-to-four.example": ["2002:a9fe:a9fe::"],
    "nat64.example": ["64:ff9b::a9fe:a9fe"],
}
"""The addresses of the host names in tests; only the first address is public."""
NOT_PUBLIC = {
    "loopback": ["127.0.0.1", "127.8.8.8", "localhost", "[::1]"],
    "unspecified": ["0.0.0.0", "0", "[::]"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "198.18.0.1"],
    "link-local": ["169.254.0.1", "[fe80::1]"],
    "metadata": ["169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "[fd00:ec2::254]"],
    "other than unicast": ["224.0.0.1", "255.255.255.255", "240.0.0.1", "[ff02::1]"],
    "short": ["127.1", "10.1", "169.254.43518"],
    "decimal": ["2130706433", "2852039166", "167772161"],
    "hexadecimal": ["0x7f000001", "0x7f.0.0.1", "0xa9fea9fe", "0xA9.0xFE.0xA9.0xFE"],
    "octal": ["0177.0.0.1", "017700000001", "0251.0376.0251.0376", "00000177.0.0.1"],
    "unicode digits": ["①②⑦.⓪.⓪.①"],
    "unique local": ["[fc00::1]", "[fd12:3456:789a::1]"],
    "site-local": ["[fec0::1]"],
    "mapped": ["[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[::ffff:0a00:0001]"],
    "compatible": ["[::127.0.0.1]"],
    "NAT64": ["[64:ff9b::7f00:1]", "[64:ff9b::169.254.169.254]", "[64:ff9b:1::a00:1]"],
    "6to4": ["[2002:7f00:1::]", "[2002:a9fe:a9fe::]", "[2002:a00:1::1]"],
    "Teredo": ["[2001:0:7f00:1::]"],
    "documentation": ["[2001:db8::1]", "[3fff::1]", "192.0.2.1"],
    "names": [name for name in NAMES if name != "images.example"],
}
"""Hosts that must never be connected to, in the spellings that a user may try, by kind."""


class Connector(httpcore.NetworkBackend):
    """Records each connection instead of opening it, and serves the raw ``responses`` in order."""

    def __init__(self, *responses: bytes, failing: Iterable[str] = ()) -> None:
        self.connected: list[str] = []
        self._responses = list(responses)
        self._failing = set(failing)

    def connect_tcp(self, host: str, port: int, *_: object, **__: object) -> httpcore.NetworkStream:
        self.connected.append(host)
        if host in self._failing:
            raise httpcore.ConnectError(host)
        return Stream(self._responses.pop(0) if self._responses else b"")


class Stream(httpcore.NetworkStream):
    """A connection with a prepared response."""

    def __init__(self, response: bytes) -> None:
        self._response = response

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        response, self._response = self._response[:max_bytes], self._response[max_bytes:]
        return response

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        pass

    def close(self) -> None:
        pass

    def start_tls(self, *_: object, **__: object) -> httpcore.NetworkStream:
        return self

    def get_extra_info(self, info: str) -> object:
        return None


def client(
    connector: Connector, names: Mapping[str, list[str]] = NAMES, *, private_networks: bool = False
) -> httpx.Client:
    """Return a guarded client that resolves ``names`` as given, and other hosts as the system does."""
    backend = GuardedBackend(
        private_networks=private_networks,
        resolve=lambda host, port: names[host] if host in names else resolve(host, port),
        connector=connector,
    )
    return httpx.Client(transport=GuardedTransport(backend, private_networks=private_networks))


def http(status: str, *headers: str, body: bytes = b"") -> bytes:
    """Return a raw HTTP response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def ascii_host(host: str) -> str:
    """Return ``host`` in ASCII, as a header can carry it."""
    return host if host.isascii() else host.encode("idna").decode()
