"""A fund as its managers set it up: how it shows itself, its topics, and who may apply to it."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import undefer

from grants.accounts.models import Person
from grants.calls.models import Call, Fund, ListedOrganisation, Registration, Topic
from grants.directory.models import Organisation, Pairing
from grants.kit.service import Service
from grants.kit.text_search import folded
from grants.kit.uploads import pictures
from grants.rules.errors import NotAllowedNow, Refused
from grants.rules.words import N_

LOGO_WIDTH, LOGO_HEIGHT = 480, 160
"""Pixels within which a logo is kept: what the largest place for it shows on a fine screen."""
_LONGEST_CODE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFacts:
    """A topic: its number, 0 for a new one, and its name."""

    number: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FundFacts:
    """What a fund says of itself. An empty accent, zone or list of languages is the portal's."""

    name: str
    contact_email: str
    summary: str
    run_by: str
    accent: str
    zone: str
    languages: Sequence[str]
    registration: Registration
    topics: Sequence[TopicFacts]


@dataclass(frozen=True, slots=True)
class Funds(Service):
    """All that happens to funds after they were founded."""

    def logo(self, code: str) -> Fund | None:
        """Find a fund with its picture."""
        return self.db.scalar(select(Fund).where(Fund.code == code).options(undefer(Fund.logo_png)))

    def change(self, fund: Fund, facts: FundFacts, *, by: Person) -> None:
        """Set what a fund says of itself; the ledger keeps what it said before.

        Raises Refused where a topic would go that a call or a pairing has.
        """
        before = _told(fund)
        fund.name, fund.contact_email = facts.name, facts.contact_email
        fund.summary, fund.run_by = facts.summary, facts.run_by
        fund.accent, fund.zone = facts.accent or None, facts.zone or None
        fund.languages, fund.registration = list(facts.languages), facts.registration
        self._set_topics(fund, facts.topics)
        self.db.flush()
        self.db.refresh(fund, ["topics"])
        after = _told(fund)
        changed = {it: [before[it], after[it]] for it in after if after[it] != before[it]}
        if changed:
            self.record("edit", "fund", fund.code, by=by, facts=changed)

    def put_logo(self, fund: Fund, file: BinaryIO, *, by: Person) -> None:
        """Show a picture beside the fund's name. Raises WrongFile if it is none."""
        picture = pictures.small(file, width=LOGO_WIDTH, height=LOGO_HEIGHT)
        before = fund.logo_sha256
        fund.logo_png, fund.logo_sha256 = (
            picture.content,
            hashlib.sha256(picture.content).hexdigest(),
        )
        fund.logo_width, fund.logo_height = picture.width, picture.height
        if fund.logo_sha256 != before:
            facts = {"logo": [before, fund.logo_sha256]}
            self.record("edit", "fund", fund.code, by=by, facts=facts)

    def remove_logo(self, fund: Fund, *, by: Person) -> None:
        """Show no picture any more; papers that were kept keep theirs."""
        if fund.logo_sha256 is None:
            return
        self.record("edit", "fund", fund.code, by=by, facts={"logo": [fund.logo_sha256, None]})
        fund.logo_png = fund.logo_sha256 = fund.logo_width = fund.logo_height = None

    def is_listed(self, fund: Fund, organisation: Organisation) -> bool:
        """Return whether an organisation is on a fund's list."""
        key = (fund.id, organisation.id)
        return self.db.get(ListedOrganisation, key) is not None

    def listed(self, fund: Fund, organisations: Sequence[Organisation]) -> set[int]:
        """Number those among some organisations that are on a fund's list."""
        query = select(ListedOrganisation.organisation_id).where(
            ListedOrganisation.fund_id == fund.id,
            ListedOrganisation.organisation_id.in_([it.id for it in organisations]),
        )
        return set(self.db.scalars(query))

    def list_organisation(self, fund: Fund, organisation: Organisation, *, by: Person) -> None:
        """Put an organisation on the list of those that may start proposals."""
        if self.is_listed(fund, organisation):
            return
        self.db.add(
            ListedOrganisation(
                fund_id=fund.id,
                organisation_id=organisation.id,
                listed_at=self.clock(),
                listed_by_id=by.id,
            )
        )
        self.db.flush()
        self.record("add", "fund", fund.code, by=by, facts={"organisation": organisation.id})

    def unlist_organisation(self, fund: Fund, organisation: Organisation, *, by: Person) -> None:
        """Take an organisation off the list; proposals that it began go on."""
        found = self.db.get(ListedOrganisation, (fund.id, organisation.id))
        if found is None:
            return
        self.db.delete(found)
        self.record("remove", "fund", fund.code, by=by, facts={"organisation": organisation.id})

    def require_may_apply(self, fund: Fund, organisation: Organisation) -> None:
        """Raise NotAllowedNow where a fund takes proposals from listed organisations alone."""
        if fund.registration is Registration.LISTED and not self.is_listed(fund, organisation):
            raise NotAllowedNow(
                N_(
                    "{fund} takes proposals from organisations on its list alone, and {name} is"
                    " not on it. Ask {email} whether it can be."
                ),
                fund=fund.name,
                name=organisation.name,
                email=fund.contact_email,
            )

    def _set_topics(self, fund: Fund, wanted: Sequence[TopicFacts]) -> None:
        there = {it.id: it for it in fund.topics}
        kept = {it.number for it in wanted}
        for number, topic in there.items():
            if number not in kept:
                self._require_unused(topic)
                self.db.delete(topic)
        codes = {it.code for it in there.values()}
        for it in wanted:
            if it.number in there:
                there[it.number].name = it.name
            else:
                code = _code(it.name, codes)
                codes.add(code)
                self.db.add(Topic(fund_id=fund.id, code=code, name=it.name))

    def _require_unused(self, topic: Topic) -> None:
        in_calls = select(Call.id).where(Call.topics.any(Topic.id == topic.id))
        paired = select(Pairing.id).where(Pairing.topics.any(Topic.id == topic.id))
        if any(self.db.scalar(query.limit(1)) is not None for query in (in_calls, paired)):
            raise Refused(
                N_("“{topic}” is the topic of a call or of cities that cooperate: it stays."),
                topic=topic.name,
            )


def _code(name: str, taken: set[str]) -> str:
    """Make a topic's code of its name: `Smart cities` is `smart-cities`, a second one `...-2`."""
    plain = "-".join(re.findall(r"[a-z0-9]+", folded(name)))[:_LONGEST_CODE].strip("-") or "topic"
    number, code = 1, plain
    while code in taken:
        number += 1
        code = f"{plain[: _LONGEST_CODE - 3]}-{number}"
    return code


def _told(fund: Fund) -> Mapping[str, object]:
    return {
        "name": fund.name,
        "contact_email": fund.contact_email,
        "summary": fund.summary,
        "run_by": fund.run_by,
        "accent": fund.accent,
        "zone": fund.zone,
        "languages": list(fund.languages),
        "registration": fund.registration.value,
        "topics": {it.code: it.name for it in sorted(fund.topics, key=lambda it: it.code)},
    }
