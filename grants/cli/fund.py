"""Make a fund with its programme, its topics and its first manager: how a portal begins."""

import argparse
from collections.abc import Iterable

from grants.calls.models import Topic
from grants.calls.service.founding import Plan
from grants.cli.opened import opened
from grants.rules.words import LANGUAGES


def define(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("code", help="the fund's code, such as IUC-ASIA")
    parser.add_argument("--name", required=True, help="what the fund is called")
    parser.add_argument("--contact", required=True, metavar="EMAIL", help="where people ask")
    parser.add_argument("--programme", required=True, metavar="CODE=NAME", help="IUC=Urban ...")
    parser.add_argument("--topic", action="append", default=[], metavar="CODE=NAME")
    parser.add_argument("--manager", required=True, metavar="EMAIL", help="its first manager")
    parser.add_argument("--manager-name", default="", help="how the manager is addressed")
    parser.add_argument("--language", choices=sorted(LANGUAGES), default="en")
    parser.set_defaults(do=do)


def do(asked: argparse.Namespace) -> int:
    """Make what is missing, and print the link with which the manager sets a password."""
    programme_code, _equals, programme = asked.programme.partition("=")
    plan = Plan(
        code=asked.code,
        name=asked.name,
        contact_email=asked.contact,
        programme_code=programme_code,
        programme=programme,
        topics=dict(_pair(topic) for topic in asked.topic),
    )
    with opened(asked.ini) as portal, portal.writing() as services:
        fund = services.founding.fund(plan)
        token = services.founding.manager(
            fund, email=asked.manager, name=asked.manager_name, language=asked.language
        )
        print(f"{fund.code}: {fund.name}, {fund.programme.name}; topics: {_listed(fund.topics)}")
        address = portal.settings.portal_url
    if token is None:
        print(f"{asked.manager} manages it, and signs in at {address}/sign-in")
    else:
        print(f"{asked.manager} manages it, and sets a password within an hour at")
        print(f"{address}/reset/{token}")
        print(f"The same link is on its way by mail; later {address}/forgot sends another.")
    return 0


def _pair(said: str) -> tuple[str, str]:
    code, _equals, name = said.partition("=")
    return code.strip(), name.strip()


def _listed(topics: Iterable[Topic]) -> str:
    return ", ".join(sorted(topic.code for topic in topics)) or "none yet"
