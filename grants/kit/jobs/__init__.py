"""Jobs: what is done after a transaction, and only if it was committed.

`defer` asks for one within the caller's transaction. A worker process runs the
function that `@task` registered under that name. It may run more than once (a
worker may die at any moment), so its effect must be the same as of one run.
"""

from grants.kit.jobs.health import QueueHealth, queue_health
from grants.kit.jobs.queue import defer
from grants.kit.jobs.tasks import Context, Task, task

__all__ = ["Context", "QueueHealth", "Task", "defer", "queue_health", "task"]
