"""Servers that send or read so slowly that no single read times out, but a request never completes."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

INTERVAL = 0.05
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"

type Serve = Callable[[socket.socket, threading.Event], None]


def drip_head(connection: socket.socket, stop: threading.Event) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    while not stop.wait(INTERVAL):
        connection.sendall(b"a")


def drip_every_second(connection: socket.socket, stop: threading.Event) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    while not stop.wait(1):
        connection.sendall(b"a")


def drip_body(connection: socket.socket, stop: threading.Event) -> None:
    connection.recv(65536)
    connection.sendall(HEAD)
    while not stop.wait(INTERVAL):
        connection.sendall(b"a")


def read_slowly(connection: socket.socket, stop: threading.Event) -> None:
    """Read the upload a few bytes at a time."""
    while not stop.wait(INTERVAL):
        connection.recv(512)


@contextmanager
def server(serve: Serve) -> Iterator[str]:
    """Run a server that calls ``serve`` for each connection, and yield its address."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0), backlog=32) as listening:
        # A small receive window, so that the client notices unread bytes.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

        def handle(connection: socket.socket) -> None:
            with connection:
                try:
                    serve(connection, stop)
                except OSError:
                    return  # the client has given up, as it should

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=handle, args=[connection], daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            stop.set()
            listening.shutdown(socket.SHUT_RDWR)
