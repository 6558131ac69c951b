"""Connections that a server has closed: a request is repeated at most once, and only if it may be sent twice."""

import ast
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from minutehand import platforms
from minutehand.platforms import network
from minutehand.platforms.exchange import Exchange
from minutehand.platforms.network import Client, guarded_client
from minutehand.platforms.port import InDoubt, Transient
from tests.support.attempts import FakeAttempt
from tests.support.closing_server import ClosingServer, closing_server


@pytest.fixture
def client() -> Iterator[Client]:
    with guarded_client(private_networks=True) as client:
        yield client


def now() -> datetime:
    return datetime.now(UTC)


def ended(server: ClosingServer) -> bool:
    """Wait until a connection has ended on both sides."""
    found = server.closed.acquire(timeout=5)
    time.sleep(0.02)  # the end has to travel to the client
    return found


def test_request_on_a_closed_connection_is_repeated_at_once(client: Client) -> None:
    with closing_server(["answer", "close"]) as server:
        for _ in range(2):
            assert client.get(server.url).status_code == 200
    assert server.requests == [2, 1]


def test_repeated_request_never_takes_another_old_connection(client: Client) -> None:
    with closing_server(["answer", "close"], ["answer", "close"]) as server:
        with client.stream("GET", server.url) as one, client.stream("GET", server.url) as other:
            one.read(), other.read()
        assert client.post(server.url, json={"text": "again"}).status_code == 200
    assert sorted(server.requests) == [1, 1, 2]


def test_request_is_repeated_only_once(client: Client) -> None:
    with closing_server(["answer", "close"], ["close"]) as server:
        client.get(server.url)
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(server.url)
    assert server.requests == [2, 1]


def test_request_is_not_repeated_after_the_first_byte_of_a_response(client: Client) -> None:
    with closing_server(["answer", "half"]) as server:
        client.get(server.url)
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(server.url)
    assert server.requests == [2]


def test_request_on_a_new_connection_is_not_repeated(client: Client) -> None:
    with closing_server(["close"]) as server, pytest.raises(httpx.RemoteProtocolError):
        client.get(server.url)
    assert server.requests == [1]


def test_request_with_its_own_connection_is_never_sent_twice(client: Client) -> None:
    with closing_server(["answer"], ["close"]) as server:
        client.get(server.url)
        request = client.build_request("POST", server.url)
        client.connect(request)
        with pytest.raises(httpx.RemoteProtocolError):
            client.send(request)
    assert server.requests == [1, 1]


def test_own_connection_that_the_server_closes_before_the_request_is_replaced(client: Client) -> None:
    with closing_server([], ["answer"]) as server:
        request = client.build_request("POST", server.url)
        client.connect(request)
        assert ended(server)
        assert client.send(request).status_code == 200
    assert server.requests == [0, 1]


def test_own_connection_is_closed_after_its_response_or_if_no_request_follows(client: Client) -> None:
    with closing_server() as server:
        request = client.build_request("POST", server.url)
        client.connect(request)
        client.send(request)
        assert ended(server)
        client.connect(client.build_request("POST", server.url))
        assert ended(server)
    assert server.requests == [1, 0]


def test_streamed_body_gets_a_new_connection(client: Client) -> None:
    with closing_server(["answer", "close"], ["answer"]) as server:
        client.get(server.url)
        response = client.put(server.url, content=iter([b"chunk"]), headers={"Content-Length": "5"})
        assert response.status_code == 200
    assert server.requests == [1, 1]


def test_connection_is_not_reused_after_the_environment_was_frozen(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The monotonic clock may stand still meanwhile; here it does."""
    with closing_server(["answer", "close"], ["answer"], ["answer"]) as server:
        client.get(server.url)
        system_time = time.time
        for seconds in (60, -60):  # the system clock may also be set back
            monkeypatch.setattr(time, "time", lambda seconds=seconds: system_time() + seconds)
            client.get(server.url)
    assert server.requests == [1, 1, 1]


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Return the context of a TLS server named localhost, which clients trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "localhost.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    trusting = ssl.create_default_context(cafile=pem)
    monkeypatch.setattr(network, "_ssl_context", lambda: trusting)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    return serving


def test_own_tls_connection_is_used_although_session_tickets_have_arrived(tls: ssl.SSLContext) -> None:
    with guarded_client(private_networks=True) as client, closing_server(tls=tls) as server:
        request = client.build_request("POST", server.url)
        client.connect(request)
        time.sleep(0.05)  # the tickets of TLS 1.3 follow the handshake
        assert client.send(request).status_code == 200
    assert server.requests == [1]


def test_closed_tls_connection_is_replaced(tls: ssl.SSLContext) -> None:
    with guarded_client(private_networks=True) as client, closing_server([], tls=tls) as server:
        request = client.build_request("POST", server.url)
        client.connect(request)
        assert ended(server)
        assert client.send(request).status_code == 200
    assert server.requests == [0, 1]


def test_publish_call_is_sent_once_on_a_new_connection(client: Client) -> None:
    exchange = Exchange(client, "Pleroma")
    with closing_server(["answer", "close"], ["close"]) as server:
        exchange.prepare(client.build_request("GET", server.url), now)
        request = client.build_request("POST", server.url)
        exchange.connect(request, FakeAttempt())
        with pytest.raises(InDoubt):
            exchange.publish(request, now)
    assert server.requests == [1, 1]


def test_call_that_must_be_made_once_is_not_repeated(client: Client) -> None:
    exchange = Exchange(client, "Pleroma")
    with closing_server(["answer", "close"], ["close"]) as server:
        exchange.prepare(client.build_request("GET", server.url), now)
        with pytest.raises(Transient, match="connection_lost"):
            exchange.prepare(client.build_request("POST", server.url), now, once=True)
    assert server.requests == [1, 1]


def test_server_that_cannot_be_reached_is_noticed_before_the_publish_call(client: Client) -> None:
    with closing_server() as server:
        url = server.url
    exchange = Exchange(client, "Pleroma")
    with pytest.raises(Transient) as raised:
        exchange.connect(client.build_request("POST", url), FakeAttempt())
    assert (raised.value.code, raised.value.reason) == ("unreachable", "Pleroma could not be reached.")


PACKAGE = Path(platforms.__file__).parent
ADAPTERS = [path for path in sorted(PACKAGE.rglob("*.py")) if "attempt.arm(" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", ADAPTERS, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_adapter_opens_the_connection_directly_before_it_arms_the_publish_call(path: Path) -> None:
    calls = [
        (ast.unparse(earlier), ast.unparse(statement))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for block in (getattr(node, name, None) for name in ("body", "orelse", "finalbody"))
        if isinstance(block, list)
        for earlier, statement in zip([ast.Pass(), *block], block, strict=False)
    ]
    armed = [(earlier, statement) for earlier, statement in calls if statement.startswith("attempt.arm(")]
    if path.name == "sandbox.py":
        armed = [(earlier, statement) for earlier, statement in armed if "rendered" not in statement]  # makes no call
    assert armed
    assert all(earlier.endswith(".connect(request, attempt)") for earlier, _ in armed), armed
