"""List letters and jobs that failed, or have them tried again."""

import argparse

from grants.cli.opened import opened
from grants.kit.jobs.failures import try_again
from grants.kit.mail.models import WaitingMail


def define(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--retry", metavar="NAME", help="a letter or a job from the list, or: all", default=""
    )
    parser.set_defaults(do=do)


def do(asked: argparse.Namespace) -> int:
    """Try again what was asked for; list what is in trouble. 1 if something is, and stays so."""
    with opened(asked.ini) as portal, portal.writing() as services:
        letters, jobs = services.undelivered_mail.everywhere(), services.failed_jobs.all()
        for letter in letters:
            print(_line(letter))
        for job in jobs:
            print(f"job-{job.number}\t{job.task}\tfailed\t{job.error}")
        chosen = [it for it in letters if asked.retry in ("all", it.name)]
        again = [it for it in jobs if asked.retry in ("all", f"job-{it.number}")]
        if asked.retry:
            services.undelivered_mail.send_again(chosen, by=None)
            for job in again:
                try_again(services.db, job.number)
            print(f"Tried again: {len(chosen)} letters, {len(again)} jobs.")
        elif not letters and not jobs:
            print("Nothing failed.")
    return 1 if (letters or jobs) and not (chosen or again) else 0


def _line(letter: WaitingMail) -> str:
    state = "given up" if letter.failed_at else f"tried {letter.attempts} times"
    since = letter.since.isoformat(timespec="minutes") if letter.since else "-"
    parts = (letter.name, letter.to, letter.subject, state, since, letter.last_error)
    return "\t".join(" ".join(part.split()) for part in parts)
