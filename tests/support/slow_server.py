"""Servers that drip: each of their bytes comes in time, and their answers never do."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PAUSE = 0.05
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"

type Serve = Callable[[socket.socket, threading.Event], None]


def drip_head(connection: socket.socket, over: threading.Event) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    while not over.wait(PAUSE):
        connection.sendall(b"a")


def drip_body(connection: socket.socket, over: threading.Event) -> None:
    connection.recv(65536)
    connection.sendall(HEAD)
    while not over.wait(PAUSE):
        connection.sendall(b"a")


def sip(connection: socket.socket, over: threading.Event) -> None:
    """Take what is uploaded a little at a time."""
    while not over.wait(PAUSE):
        connection.recv(512)


@contextmanager
def server(serve: Serve) -> Iterator[str]:
    """Run a server that treats each connection like this, and yield its address."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0), backlog=32) as listening:
        # A small window, so that what is not taken is noticed.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

        def attend(connection: socket.socket) -> None:
            with connection:
                try:
                    serve(connection, over)
                except OSError:
                    return  # the other side has given up, as it should

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=attend, args=[connection], daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            over.set()
            listening.shutdown(socket.SHUT_RDWR)
