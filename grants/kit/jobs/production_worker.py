"""A worker of the production queue: procrastinate's, and the retry of what dead workers left."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job, Status

from grants.kit import logs
from grants.kit.jobs.production import QUEUE
from grants.kit.jobs.tasks import Context, Registry, Task, request_and_rest

log = logs.get(__name__)

_LOCK = 7_203_114_958  # any number that nothing else in this database locks
_AT_ONCE = 2


def run(context: Context, registry: Registry) -> None:
    """Run jobs until SIGTERM or SIGINT; those that run then are finished first."""
    asyncio.run(_run(make_app(context, registry), context, registry))


def make_app(context: Context, registry: Registry) -> App:
    """Tell procrastinate of our tasks."""
    url = sa.make_url(context.settings.jobs.url).set(drivername="postgresql")
    conninfo = url.render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=conninfo))
    for task in registry.tasks.values():
        register = app.task(name=task.name, queue=QUEUE, retry=_Patience(task))
        register(_bound(task, context))
    return app


async def _run(app: App, context: Context, registry: Registry) -> None:
    lease, poll = context.settings.jobs.lease, context.settings.jobs.poll
    async with app.open_async():
        retrying = asyncio.create_task(_retry_abandoned(app, context, registry))
        await app.run_worker_async(
            queues=[QUEUE],
            concurrency=_AT_ONCE,
            fetch_job_polling_interval=max(poll.total_seconds(), 1.0),
            update_heartbeat_interval=lease.total_seconds() / 3,
            stalled_worker_timeout=lease.total_seconds(),
            # What a job was told may be about people, and is of no more use.
            delete_jobs="successful",
        )
        retrying.cancel()


async def _retry_abandoned(app: App, context: Context, registry: Registry) -> None:
    """Have jobs of workers that fell silent run again, however often a worker dies."""
    lease = context.settings.jobs.lease
    while True:
        try:
            await _retry_once(app, context, registry, lease)
        except Exception:
            log.exception("abandoned jobs were not looked for")
        await asyncio.sleep(lease.total_seconds() / 3)


async def _retry_once(app: App, context: Context, registry: Registry, lease: timedelta) -> None:
    lock = sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK))
    with context.sessions() as session:
        # One worker at a time: with an older list, another would restart what has been restarted.
        if not await asyncio.to_thread(session.scalar, lock):
            return
        for job in await app.job_manager.get_stalled_jobs(
            seconds_since_heartbeat=lease.total_seconds()
        ):
            await _again_or_never(app, job, registry)


async def _again_or_never(app: App, job: Job, registry: Registry) -> None:
    task = registry.tasks.get(job.task_name)
    if task and job.attempts + 1 < task.attempts:
        log.warning("job taken from a silent worker", job=job.id, task=job.task_name)
        await app.job_manager.retry_job(job)
    else:
        log.error("every worker that tried it died", job=job.id, task=job.task_name)
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)


class _Patience(BaseRetryStrategy):
    def __init__(self, task: Task) -> None:
        self.task = task

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Wait longer after each failure, and give up in the end."""
        tried = job.attempts + 1
        if tried >= self.task.attempts:
            return None
        return RetryDecision(retry_in={"seconds": int(self.task.pause(tried).total_seconds())})


def _bound(task: Task, context: Context) -> Callable[..., None]:
    def run(**payload: Any) -> None:
        request_id, rest = request_and_rest(payload)
        about = {"request_id": request_id} if request_id else {}
        with logs.about(task=task.name, **about):
            try:
                task.run(context, **rest)
            except Exception as problem:
                # The queue tells the rest, but not which request it was for.
                log.warning("job failed", because=type(problem).__name__)
                raise
            log.info("job done")

    return run
