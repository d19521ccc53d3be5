"""How gunicorn runs in production: `--config python:grants.serving.settings --paste INI`.

What the command line says counts more.
"""

bind = "127.0.0.1:8000"
workers = 2
threads = 4
worker_class = "grants.serving.production.ArrivalWorker"
logger_class = "grants.serving.production.Logger"
keepalive = 30
# Long enough for the largest PDF, and for a file that a proxy passes on.
timeout = 120
graceful_timeout = 30
