"""A tiny application that a test can make busy: it tells when a request had been received."""

import threading
import time

from grants.serving.arrival import STAMP

_free = threading.Event()


def main(_global_config=None, **_settings):
    return app


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/busy":
        _free.wait(60)
    elif path == "/sign-in":
        _free.set()
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    said = f"{environ.get(STAMP, 0.0)} {time.time()}".encode()
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]
