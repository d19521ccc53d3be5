"""Both servers: a request counts from its arrival, and sign-ins have a lane of their own."""

import http.client
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from waitress import wasyncore

from grants.serving import embedded, lanes, production
from tests.functional.serving.answering import app
from tests.load.processes import free_port
from views.web.routes import ROUTES

ROOT = Path(__file__).parents[3]


@pytest.fixture(params=["waitress", "gunicorn"])
def port(request, tmp_path):
    """A server with one thread, and one more for what hashes passwords."""
    found = free_port()
    serve = _waitress if request.param == "waitress" else _gunicorn
    stop = serve(found, tmp_path)
    yield found
    stop()


def _waitress(port, _folder):
    server = embedded.create_server(app, threads=1, listen=f"127.0.0.1:{port}")
    running = threading.Thread(target=server.run, daemon=True)
    running.start()

    def stop():
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        server.task_dispatcher.shutdown()
        running.join(10)

    return stop


def _gunicorn(port, folder):
    words = ["--bind", f"127.0.0.1:{port}", "--threads", "1", "--workers", "1"]
    words += ["--worker-class", "grants.serving.production.ArrivalWorker"]
    module = "tests.functional.serving.answering:app"
    command = [sys.executable, "-W", "ignore", "-m", "gunicorn", *words, module]
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    _wait_for(port, server)

    def stop():
        server.terminate()
        server.wait(60)

    return stop


def _wait_for(port, server):
    deadline = time.monotonic() + 120
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail("the server did not start")


def _asked(port, method, path, body=None):
    """Send a request, and say how to read its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(method, path, body)
    return connection


def _times(connection):
    """Read when a request was received, and when a thread answered it."""
    received, answered = connection.getresponse().read().split()
    connection.close()
    return float(received), float(answered)


def test_a_request_that_waits_for_a_thread_counts_from_its_arrival(port):
    busy = _asked(port, "GET", "/busy")
    before = time.time()
    waiting = _asked(port, "POST", "/proposals/1/submit", "csrf_token=1")
    while time.time() < before + 0.3:  # so that the two moments can be told apart
        time.sleep(0.02)
    released = time.time()

    # The one thread is busy: only a lane of its own lets a sign-in through.
    _times(_asked(port, "POST", "/sign-in", "password=1"))

    received, answered = _times(waiting)
    _times(busy)
    assert before <= received < released < answered


def test_a_request_counts_from_its_last_byte(port):
    slow = socket.create_connection(("127.0.0.1", port), 60)
    slow.sendall(b"POST /x HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Length: 4\r\n")
    slow.sendall(b"\r\nab")
    _times(_asked(port, "GET", "/y"))  # a slow one holds no thread
    before_the_end = time.time()
    slow.sendall(b"cd")

    answer = b"".join(iter(lambda: slow.recv(4096), b""))

    slow.close()
    assert float(answer.split(b"\r\n\r\n")[1].split()[0]) >= before_the_end


def test_a_connection_serves_one_request_after_the_other(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    stamps = []
    for _time in range(3):
        connection.request("POST", "/x", "abc")
        stamps.append(float(connection.getresponse().read().split()[0]))
    connection.close()

    assert stamps == sorted(stamps)
    assert stamps[0] > 0
    assert len(set(stamps)) == 3


def test_a_large_request_is_served_as_well(port):
    large = _asked(port, "POST", "/x", b"x" * 3 * production.LOOKED_AT)

    assert _times(large)[1] > 0


@pytest.mark.parametrize(
    ("head", "complete"),
    [
        (b"", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", False),
        (b"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc", True),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", False),
    ],
)
def test_what_is_complete(head, complete):
    assert production.is_complete(head) is complete


def test_the_lane_is_for_the_addresses_that_passwords_are_sent_to():
    asked = {name for name, path, _factory, _keys in ROUTES if lanes.hashes("POST", path)}

    assert {"sign_in", "register", "reset"} <= asked
    assert not {name for name in asked if name.startswith(("proposal", "call", "review"))}
    assert lanes.begins_hashing(b"POST /sign-in?next=/work HTTP/1.1\r\n")
    assert not lanes.begins_hashing(b"GET /sign-in HTTP/1.1\r\n")
    assert not lanes.begins_hashing(b"POST /proposals/X/submit HTTP/1.1\r\n")
