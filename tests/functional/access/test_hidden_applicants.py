"""Where a stage hides who applies, no reviewer can tell one applicant from another.

Two databases are made by the same steps; in the other one a city of another name and country
applies, with other people, partners, files and words for itself. What reviewers reach is compared
byte for byte: offers, lists, pages, documents, files, consensus reports, mails.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest

from grants.accounts.models import Person
from grants.directory.models import Organisation
from grants.evaluation.models import Assignment
from grants.proposals.models import Proposal
from tests.functional.access.crawling import Crawl, differences, signed_in
from tests.functional.access.two_worlds import REJECTED, Story, no_chance
from tests.support.proposals import complete
from tests.support.running import run_waiting
from tests.support.samples import PDF

ONE: Mapping[str, Any] = {
    "city": "Granada",
    "country": "ES",
    "population": 232_000,
    "pilot": False,
    "paired": {"name": "Kunming", "country": "CN"},
    "partners": [],
    "mail": "lucia@granada.example",
    "person": "Lucía García",
}
OTHER: Mapping[str, Any] = {
    "city": "Ávila do Mar",
    "country": "PT",
    "population": 61_000,
    "pilot": True,
    "paired": {"name": "เชียงใหม่", "country": "TH"},
    "partners": [
        {
            "organisation": "Porto Digital",
            "kind": "cluster",
            "country": "PT",
            "role": "Training",
            "email": "ines@porto.example",
        }
    ],
    "mail": "ines.duarte@avila.example",
    "person": "Inês Duarte Nogueira",
}


@dataclass
class Hidden(Story):
    """The same history, with an applicant that its reviewers must not learn of."""

    who: Mapping[str, Any] = field(default_factory=dict)

    def receive(self) -> None:
        """The first applicant is somebody else, and everything that tells of it is different."""
        it, who = self.world, self.who
        it.call.rules = it.call.rules | {"hides_applicants": True, "consensus": "ALL"}
        it.granada.name, it.granada.country = who["city"], who["country"]
        it.lucia.name, it.lucia.email = who["person"], who["mail"]
        super().receive()

    def _submit(self, organisation: Organisation, by: Person, title: str, cents: int) -> Proposal:
        if by is not self.world.lucia:
            return super()._submit(organisation, by, title, cents)
        proposals, who = self.services.proposals, self.who
        proposal = proposals.start(self.world.call, organisation, by=by, key="first")
        for code, typed in self._answers(title, cents).items():
            proposals.save(proposal, code, typed, by=by, revision=0, tab="")
        for name in ("mayor_letter", "paired_confirmation"):
            self.services.files.attach(
                proposal,
                f"annexes.{name}",
                name=f"{who['city']} {name}.pdf",
                content=BytesIO(PDF + who["city"].encode()),
                by=by,
            )
        proposals.submit(proposal, by=by)
        self.session.commit()
        return proposal

    def _answers(self, title: str, cents: int) -> dict[str, dict[str, Any]]:
        who = self.who
        answers = complete(f"{title} of {who['city']}")
        answers["cities"] |= {
            "lead_city": {"name": who["city"], "country": who["country"]},
            "population": who["population"],
            "pilot_city": who["pilot"],
            "pilot_since": 2017 if who["pilot"] else None,
            "paired_city": who["paired"],
            "partners": who["partners"],
        }
        answers["work"]["objectives"] = (
            f"{who['city'].upper()} and {who['paired']['name']} know how to use blockchain."
            f" {who['person']} leads, {who['mail']}, https://www.{who['mail'].split('@')[1]}/"
        )
        answers["deliverables"]["planned"][0]["title"] = f"A webinar in {who['city']}"
        answers["budget"]["costs"]["requested"] = cents
        answers["budget"]["costs"]["rows"][0] |= {
            "unit_cost": 800_000,
            "description": f"Experts of {who['city']}",
        }
        return answers

    def agree(self) -> None:
        """Wei submits again; Marc is to write what all agree."""
        it = self.world
        self.services.reviews.submit(self.mine, by=it.wei)
        self.services.consensus.begin(self.stage, self.hidden, it.marc, by=it.helena)
        self.session.commit()


@pytest.fixture
def stories(worlds):
    return [worlds(REJECTED, Hidden, who=ONE), worlds(REJECTED, Hidden, who=OTHER)]


def mails_to_reviewers(story):
    run = run_waiting(story.portal)
    story.session.rollback()
    mine = {it.email for it in (story.world.wei, story.world.marc, story.world.anna, story.petra)}
    return [
        (str(it["To"]), str(it["Subject"]), it.get_body(("plain",)).get_content())
        for it in run.messages
        if str(it["To"]).split("<")[-1].strip(">") in mine
    ]


def looked_at(the_app, story, *people):
    the_app.registry["portal"], the_app.registry["clock"] = story.portal, story.clock
    story.session.commit()
    found = {}
    for person in people:
        with no_chance(f"{person.name} at {story.clock()}"):
            crawl = Crawl(signed_in(the_app, person)).go("/work", "/reviews", "/calendar.ics")
        assert not [at for at, it in crawl.seen.items() if it.status.startswith("5")]
        found[person.name] = crawl.seen
    return found


@pytest.mark.slow
def test_no_reviewer_can_tell_who_applies(stories, the_app):
    for story in stories:
        story.receive()
        asked = story.evaluating.open_stage(story.hidden, *story.others)
        story.stage = asked
        story.evaluating.assign(asked, story.hidden, *story.others)
        story.session.commit()
        story.rest()
    assert mails_to_reviewers(stories[0]) == mails_to_reviewers(stories[1])
    offered, other = (looked_at(the_app, it, it.world.wei) for it in stories)
    assert not differences(offered, other), "before a declaration"

    for story in stories:
        write(story)
        story.rest()
    one, other = (looked_at(the_app, it, it.world.wei, it.world.marc) for it in stories)
    assert not differences(one, other), "while they write"
    assert_reached(one)

    for story in stories:
        story.agree()
        story.rest()
    assert mails_to_reviewers(stories[0]) == mails_to_reviewers(stories[1])
    one, other = (looked_at(the_app, it, it.world.marc, it.world.anna) for it in stories)
    assert not differences(one, other), "while they agree"
    assert any("/consensus" in at for at in one["Marc Dubois"])


def write(story):
    """Marc and Anna submit what they think of the first; Wei is asked to say more."""
    reviews, it = story.services.reviews, story.world
    for assignment in story.session.query(Assignment).filter_by(proposal_id=story.hidden.id):
        story.evaluating.review(assignment)
        if assignment.reviewer is it.wei:
            reviews.reopen(assignment, reason="Please say more.", by=it.helena)
            story.mine = assignment
    story.session.commit()


def assert_reached(seen):
    pages = seen["Wei Zhang"]
    kinds = {dict(it.headers)["Content-Type"].split(";")[0] for it in pages.values()}
    assert {"text/html", "application/pdf", "text/calendar"} <= kinds
    for at, it in pages.items():
        for word in ("Granada", "Kunming", "Lucía"):
            assert word.encode() not in it.body, at
