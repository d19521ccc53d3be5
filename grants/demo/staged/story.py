"""The two-stage call, played through by the portal's own services at the moments of the story."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction

from grants.accounts import passwords
from grants.accounts.models import Appointment, Identity, IdentityKind, Membership, Person
from grants.calls.models import Call, Fund, Programme, Topic
from grants.calls.queries.criteria import CriterionFacts
from grants.calls.queries.facts import CallFacts
from grants.calls.queries.stage_plans import EarlierStage
from grants.demo import facts
from grants.demo.people import PASSWORD
from grants.demo.staged import forms
from grants.demo.staged.cast import CITIES, IDEAS, REVIEWERS
from grants.demo.staged.evaluation import Evaluation
from grants.demo.story_clock import Hands
from grants.directory.models import Organisation, OrganisationKind
from grants.evaluation.service.expertise import ExpertiseFacts
from grants.proposals.models import Proposal
from grants.rules.forms.definition import Definition
from grants.rules.scoring import EntryKind, EntryRule
from grants.rules.workflow import Role
from grants.services import Services

CODE = "CITIES-1"
GRANT = 5_000_000
GOING_ON = 20
ABOUT = (
    "A call of the demonstration in two stages: concept notes first, judged without names, then"
    " full proposals by the best twenty. Cities are real; people, proposals, amounts, scores and"
    " decisions are invented."
)
CRITERIA = (
    ("excellence", "Excellence", "Is the approach sound, and new to the cities?", "1"),
    ("impact", "Impact", "Who gains, and what stays?", "3/2"),
    ("implementation", "Implementation", "Do plan, partners and money fit?", "1"),
)


class StagedCall:
    """Makes a second fund, and plays its call to decisions, answers and redress."""

    def __init__(
        self, services: Services, clock: Hands, people: Mapping[str, Person], *, now: datetime
    ) -> None:
        self.services, self.clock, self.now = services, clock, now
        self.db, self.people = services.db, dict(people)
        self.proposals: list[Proposal] = []

    def load(self, programme: Programme) -> Call:
        """Play everything, in the order in which it happened."""
        self._at(days=-230)
        self._add_people()
        fund = self._fund(programme)
        call = self._call(fund)
        self._pool(fund, call)
        self._write_concept_notes(call)
        evaluation = Evaluation(self.services, self.clock, self.people, self.proposals, self.now)
        evaluation.check_concept_notes(call)
        evaluation.judge_concept_notes(call)
        self._write_full_proposals()
        evaluation.judge_full_proposals(call)
        evaluation.decide(call)
        return call

    def _at(self, *, days: float) -> None:
        self.clock.moment = (self.now + timedelta(days=days)).replace(
            minute=0, second=0, microsecond=0
        )

    def _add_people(self) -> None:
        secret = passwords.hashed(PASSWORD)
        named = [
            ("ines", "Inés Prado", "ines@fund.example"),
            *((it.key, it.name, f"{it.key}@reviewers.example") for it in REVIEWERS),
            *(
                (f"officer-{place}", officer, f"officer{place + 1}@cities.example")
                for place, (_city, _country, _population, officer) in enumerate(CITIES)
            ),
        ]
        at = self.clock()
        for key, name, email in named:
            person = Person(
                email=email,
                name=name,
                language="en",
                confirmed_at=at,
                created_at=at,
                is_demonstration=True,
            )
            person.identities = [Identity(kind=IdentityKind.PASSWORD, secret=secret, created_at=at)]
            self.db.add(person)
            self.people[key] = person
        self.db.flush()

    def _fund(self, programme: Programme) -> Fund:
        fund = Fund(
            code="CITIES",
            name="Demonstration fund for cities",
            contact_email="cities@example.org",
            programme=programme,
        )
        fund.topics = [Topic(code=code, name=name) for code, name in facts.TOPICS]
        self.db.add(fund)
        self.db.flush()
        for who, role in (
            *((it, Role.MANAGER) for it in ("helena", "viktor", "ines")),
            ("olga", Role.AUDITOR),
        ):
            self.db.add(
                Appointment(person=self.people[who], role=role, fund_id=fund.id, since=self.clock())
            )
        self.db.flush()
        return fund

    def _call(self, fund: Fund) -> Call:
        calls, helena = self.services.calls, self.people["helena"]
        first = (self.now + timedelta(days=10)).date()
        last = (self.now + timedelta(days=800)).date()
        note, full = (
            calls.keep_form(code, Definition.from_json(form), fund=fund, by=helena)
            for code, form in (
                ("concept-note", forms.concept_note()),
                ("full-proposal", forms.full_proposal(first.isoformat(), last.isoformat())),
            )
        )
        call = calls.create(fund, CODE, self._facts(fund, note.id, full.id), by=helena)
        self._at(days=-225)
        calls.open_to_public(call, by=helena)
        return call

    def _facts(self, fund: Fund, note: int, full: int) -> CallFacts:
        midday = self.now.replace(hour=12, minute=0, second=0, microsecond=0)
        promise = CriterionFacts(
            code="promise",
            name="Promise",
            guidance="Is it worth a full proposal?",
            weight="1",
            threshold_halves=4,
        )
        return CallFacts(
            title="Cities that try things out together",
            summary=f"{ABOUT}\n{facts.EXAMPLE}",
            currency="EUR",
            envelope_cents=GRANT * 15 // 2,
            smallest_cents=1_000_000,
            largest_cents=6_000_000,
            cofinancing=Fraction(1),
            opens_at=midday - timedelta(days=220),
            closes_at=midday - timedelta(days=180),
            zone="Europe/Brussels",
            form_id=note,
            topic_ids=tuple(topic.id for topic in fund.topics),
            criteria=tuple(
                CriterionFacts(
                    code=code, name=name, guidance=guidance, weight=weight, threshold_halves=6
                )
                for code, name, guidance, weight in CRITERIA
            ),
            checklist=(
                {"kind": "admissibility", "text": "Every answer is complete."},
                {
                    "kind": "eligibility",
                    "text": "Cities of two countries take part.",
                    "rule": {"kind": "countries", "bound": 2},
                },
                {
                    "kind": "eligibility",
                    "text": "The lead city is not too small.",
                    "rule": {"kind": "population", "bound": 50_000},
                },
                {"kind": "eligibility", "text": "The work plan fits the grant.", "phase": 2},
            ),
            rules={
                "overall_threshold": "10",
                "basis": "UNWEIGHTED_SUM",
                "tie_rules": [],
                "list_rule": "OFFER_REDUCED",
                "minimum_reviews": 2,
                "divergence": {"criterion": "3/2"},
                "consensus": "DISAGREEING",
                "draw": "SEED",
                "panel": {"band_halves": 2},
                "redress_days": 60,
            },
            earlier=(
                EarlierStage(
                    name="Concept notes",
                    criteria=(promise,),
                    overall_threshold=None,
                    basis="UNWEIGHTED_SUM",
                    minimum_reviews=2,
                    entry=EntryRule(EntryKind.BEST, GOING_ON),
                    form_id=full,
                    closes_at=midday - timedelta(days=100),
                    hides_applicants=True,
                ),
            ),
        )

    def _pool(self, fund: Fund, call: Call) -> None:
        expertise = self.services.assignment_plans.expertise
        for it in REVIEWERS:
            person = self.people[it.key]
            self.db.add(
                Appointment(person=person, role=Role.REVIEWER, call_id=call.id, since=self.clock())
            )
        self.db.flush()
        for it in REVIEWERS:
            known = ExpertiseFacts(
                topics=it.topics, languages=it.languages, country=it.country, least=0, most=it.most
            )
            person = self.people[it.key]
            expertise.save(person, fund, known, by=person)

    def _write_concept_notes(self, call: Call) -> None:
        for place, (city, country, population, _officer) in enumerate(CITIES):
            self._at(days=-215)
            organisation = Organisation(
                name=city, kind=OrganisationKind.CITY, country=country, population=population
            )
            officer = self.people[f"officer-{place}"]
            self.db.add_all(
                [
                    organisation,
                    Membership(person=officer, organisation=organisation, since=self.clock()),
                ]
            )
            self.db.flush()
            proposals = self.services.proposals
            note = proposals.start(call, organisation, by=officer, key=secrets.token_hex(8))
            self._at(days=-190 + place / 8)
            answers = forms.concept_answers(place, GRANT)
            for code, given in answers.items():
                proposals.save(note, code, given, by=officer, revision=0, tab="")
            self.clock.moment += timedelta(minutes=7 + place)
            proposals.submit(note, by=officer)
            self.proposals.append(note)
        self._at(days=-181)
        last = len(CITIES) - 1
        self.services.proposals.withdraw(
            self.proposals[last],
            reason="The paired city cannot take part this year.",
            by=self.people[f"officer-{last}"],
        )
        self.db.flush()

    def _write_full_proposals(self) -> None:
        """Have those who went on write the full proposal; all of them submit in time."""
        first = (self.now + timedelta(days=20)).date()
        for place, proposal in enumerate(self.proposals[:GOING_ON]):
            self._at(days=-110 + place / 4)
            officer, proposals = self.people[f"officer-{place}"], self.services.proposals
            proposals.save(
                proposal,
                "plan",
                {
                    "steps": (
                        "A first half year to prepare with those who will use it, a year to try it"
                        f" out in two quarters, half a year to write down what {IDEAS[place][0]}"
                        " taught us. An example of the demonstration."
                    ),
                    "period": {
                        "from": first.isoformat(),
                        "to": (first + timedelta(days=720)).isoformat(),
                    },
                    "planned": [
                        {
                            "type": kind,
                            "title": title,
                            "due_on": (first + timedelta(days=days)).isoformat(),
                            "description": None,
                        }
                        for kind, title, days in (
                            ("webinar", "What we want to try", 60),
                            ("action-plan", "Joint action plan", 300),
                            ("video", "What others can take over", 700),
                        )
                    ],
                },
                by=officer,
                revision=0,
                tab="",
            )
            self.clock.moment += timedelta(minutes=11 + place)
            proposals.submit(proposal, by=officer)
        self.db.flush()
