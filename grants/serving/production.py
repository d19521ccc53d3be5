"""Production's server: gunicorn with threads, which stamps requests and keeps the lanes apart.

gunicorn hands a fresh connection to a thread and reads there, so that a request's moment would
be when a thread is free. This worker's main loop waits until a whole request is in the socket,
stamps it, and only then lets it queue. A client that is slow to send holds no thread meanwhile,
unless its request is larger than `LOOKED_AT`.
"""

import re
import select
import selectors
import socket
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from gunicorn import glogging
from gunicorn.workers.gthread import TConn, ThreadWorker

from grants.accounts import passwords
from grants.kit import logs
from grants.kit.settings import BadSettings, load
from grants.serving import lanes
from grants.serving.arrival import STAMP

# Pyramid 2.1 and deform 3 still import pkg_resources: no line of an operator's log.
warnings.filterwarnings("ignore", message="pkg_resources is deprecated")

LOOKED_AT = 32 * 1024
"""Bytes of a request that are awaited without a thread, since a socket holds them unread."""
PATIENCE = 30.0
"""Seconds in which a request must be complete, or its first `LOOKED_AT` bytes be there."""

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)


class ArrivalWorker(ThreadWorker):
    """A worker whose threads get requests that are complete."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.awaited: dict[int, TConn] = {}
        self.wsgi: Any = None
        self.serving = threading.local()

    def init_process(self) -> None:
        """Begin, in the worker's own process."""
        width = lanes.threads_for(self.cfg.threads)
        self.hashing = ThreadPoolExecutor(max_workers=width)
        passwords.lane.widen(hashing=width, waiting=self.cfg.threads - 1)
        self.edges = select.epoll()
        super().init_process()

    def run(self) -> None:
        """Serve until told to stop."""
        # Told of new bytes only, since those that were looked at stay in the socket.
        self.poller.register(self.edges.fileno(), selectors.EVENT_READ, self.look)
        super().run()
        self.hashing.shutdown(wait=False)
        self.edges.close()

    def load_wsgi(self) -> None:
        """Load the portal, and tell it of each request when it came."""
        super().load_wsgi()
        portal = self.wsgi

        def stamped(environ: dict[str, Any], start_response: Any) -> Any:
            conn = self.serving.conn
            if conn.received_at is not None:
                environ[STAMP], conn.received_at = conn.received_at, None
            return portal(environ, start_response)

        self.wsgi = stamped

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, and wait for its request."""
        if self.cfg.is_ssl:  # what is encrypted cannot be looked at
            super().accept(listener)
            return
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        self.wait_for(TConn(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """Wait for the next request of a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        if self.cfg.is_ssl:
            self.enqueue_req(conn)
        else:
            self.wait_for(conn)

    def wait_for(self, conn: TConn) -> None:
        """Have a connection looked at whenever something arrives on it."""
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + PATIENCE
        self.awaited[conn.sock.fileno()] = conn
        self.edges.register(conn.sock.fileno(), select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLET)

    def look(self, _edges: object) -> None:
        """Queue all requests that are complete by now."""
        for number, _event in self.edges.poll(0):
            self.look_at(number)

    def look_at(self, number: int) -> None:
        """Queue a request if it is complete, or too large to be awaited."""
        conn = self.awaited[number]
        try:
            head = conn.sock.recv(LOOKED_AT, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            head = b""
        complete = is_complete(head)
        if complete or not head or len(head) >= LOOKED_AT or _is_large(head):
            self.edges.unregister(number)
            del self.awaited[number]
            conn.data_ready = True
            conn.received_at = time.time() if complete else None
            conn.hashes = lanes.begins_hashing(head)
            self.enqueue_req(conn)

    def enqueue_req(self, conn: TConn) -> None:
        """Have a thread of its lane serve a request."""
        full = self.hashing._work_queue.qsize() >= lanes.LONGEST_QUEUE
        pool = self.hashing if getattr(conn, "hashes", False) and not full else self.tpool
        done = pool.submit(self.handle, conn)
        done.add_done_callback(
            lambda future: self.method_queue.defer(self.finish_request, conn, future)
        )

    def handle(self, conn: TConn) -> Any:
        """Serve a request, in a thread."""
        self.serving.conn = conn
        conn.received_at = getattr(conn, "received_at", None)
        return super().handle(conn)

    def murder_pending(self) -> None:
        """Close connections on which no whole request came in time."""
        super().murder_pending()
        now = time.monotonic()
        for number, conn in [(n, c) for n, c in self.awaited.items() if c.timeout < now]:
            self.edges.unregister(number)
            del self.awaited[number]
            self.nr_conns -= 1
            conn.close()

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(deadline)
        for conn in self.awaited.values():
            conn.timeout = min(conn.timeout, deadline)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Stop at once."""
        self.hashing.shutdown(wait=False)
        super().handle_quit(sig, frame)


def is_complete(head: bytes) -> bool:
    """Return whether these first bytes of a connection hold a whole request."""
    end = head.find(b"\r\n\r\n")
    if end < 0 or _CHUNKED.search(head, 0, end + 2):
        return False
    return len(head) - end - 4 >= _length(head, end)


def _is_large(head: bytes) -> bool:
    """Return whether a request's head announces more than is awaited without a thread."""
    end = head.find(b"\r\n\r\n")
    if end < 0:
        return False
    return bool(_CHUNKED.search(head, 0, end + 2)) or end + 4 + _length(head, end) > LOOKED_AT


def _length(head: bytes, end: int) -> int:
    found = _LENGTH.search(head, 0, end + 2)
    return int(found.group(1)) if found else 0


class Logger(glogging.Logger):
    """gunicorn's own lines, in the same shape as the portal's. Requests are the portal's to log."""

    def setup(self, cfg: Any) -> None:
        """Have what gunicorn says go the way of everything else."""
        super().setup(cfg)
        try:
            style = load(str(cfg.paste).partition("#")[0]).logs
        except BadSettings:  # said by the application, which cannot start either
            style = "json"
        logs.configure(style)
