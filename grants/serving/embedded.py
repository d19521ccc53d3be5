"""The embedded server: waitress, which stamps each request and keeps the lanes apart."""

import time
from typing import Any

from waitress import server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ThreadedTaskDispatcher, WSGITask

from grants.accounts import passwords
from grants.serving import lanes
from grants.serving.arrival import STAMP

CONNECTIONS = 2000
"""Those beyond waitress's own limit of 100 would wait where nobody sees when they came."""


class Parser(HTTPRequestParser):
    """A request that notes when its last byte had come."""

    received_at: float | None = None

    def received(self, data: bytes) -> int:
        """Take what came over the wire."""
        taken: int = super().received(data)
        if self.completed and self.received_at is None:
            self.received_at = time.time()
        return taken


class ArrivedTask(WSGITask):
    """Tells the portal when the request came."""

    def get_environment(self) -> dict[str, Any]:
        """Return the environment, stamped."""
        environ: dict[str, Any] = super().get_environment()
        environ[STAMP] = self.request.received_at
        return environ


class Channel(HTTPChannel):
    """A connection whose requests are stamped."""

    parser_class = Parser
    task_class = ArrivedTask


class Dispatcher(ThreadedTaskDispatcher):
    """Threads for everything, and some more for what hashes passwords."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.hashing = ThreadedTaskDispatcher()
        self.set_thread_count(threads)
        self.hashing.set_thread_count(lanes.threads_for(threads))
        passwords.lane.widen(hashing=lanes.threads_for(threads), waiting=threads - 1)
        # What waits here waits in order, and is in the access log with its time.
        self.queue_logger = self.hashing.queue_logger = _Silent()

    def add_task(self, task: Channel) -> None:
        """Have a request served in its lane."""
        request = task.requests[0]
        hashes = not request.error and lanes.hashes(request.command.upper(), request.path)
        if hashes and len(self.hashing.queue) < lanes.LONGEST_QUEUE:
            self.hashing.add_task(task)
        else:
            super().add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """End all threads, after what they do now."""
        self.hashing.shutdown(cancel_pending, timeout)
        return bool(super().shutdown(cancel_pending, timeout))


class _Silent:
    def warning(self, *said: object) -> None:
        """Say nothing of how many wait."""


def create_server(app: Any, *, threads: int = 2, **options: Any) -> Any:
    """Make a server that `run()` starts; options are waitress's own."""
    options = {"connection_limit": CONNECTIONS, "asyncore_use_poll": True} | options
    made = server.create_server(
        app, _dispatcher=Dispatcher(int(threads)), _start=False, threads=threads, **options
    )
    listening = made.map.values() if isinstance(made, server.MultiSocketServer) else (made,)
    for one in listening:
        if isinstance(one, server.BaseWSGIServer):
            one.channel_class = Channel
            one.accept_connections()
    return made


def serve(app: Any, _global_config: dict[str, str], **options: Any) -> None:
    """Serve as an ini file's `[server:main]` says with `use = egg:grants`."""
    running = create_server(app, **options)
    running.print_listen("Serving on http://{}:{}")
    running.run()
