"""Jobs that were given up: seen and tried again by administrators, without what they are about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from grants.accounts.models import Person
from grants.kit.jobs import failures
from grants.kit.jobs.failures import Failed
from grants.kit.service import Service


@dataclass(frozen=True, slots=True)
class FailedJobs(Service):
    """All that happens to jobs after they were given up."""

    def all(self) -> Sequence[Failed]:
        """List the jobs that were given up, the oldest first."""
        return failures.failed(self.db)

    def try_again(self, numbers: Collection[int], *, by: Person) -> int:
        """Have jobs tried again, from their first attempt; return how many had failed."""
        tried = [it for it in sorted(numbers) if failures.try_again(self.db, it)]
        for number in tried:
            self.record("send_again", "job", str(number), by=by)
        return len(tried)
