"""Two stages: concept notes first, full proposals by those who go on."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from grants.access import Access
from grants.calls.models import CallVersion
from grants.evaluation.models import StageResult
from grants.kit.language.formats import formats
from grants.kit.mail.models import WaitingMail
from grants.kit.secrets.sealing import SECRET, opened
from grants.oversight.queries.waiting.kinds import WaitingKind
from grants.oversight.verification import stages
from grants.oversight.verification.entries import Entries
from grants.rules.errors import CallClosed, NotAllowedNow, OutOfDate, Refused
from grants.rules.events import CallCorrected
from grants.rules.forms.definition import Definition
from grants.rules.scoring import EntryKind, EntryRule, Rules
from grants.rules.workflow import (
    ProposalStatus,
    Role,
    StageKind,
    StageOutcome,
    StageStatus,
)
from tests.support.evaluating import HALVES
from tests.support.proposals import annex, complete
from tests.support.staging import PROMISE, Staging, full_form

S = ProposalStatus


@pytest.fixture
def staging(evaluating):
    """A call in two stages, still open."""
    two = Staging(evaluating)
    two.plan()
    return two


def submit_three(evaluating):
    it = evaluating.world
    return (
        evaluating.submit(it.granada, it.lucia, "Blockchain", answers=complete()),
        evaluating.submit(it.mannheim, it.jonas, "Roadshow", 5_000_000, answers=complete()),
        evaluating.submit(it.lodz, it.zofia, "Zielone podwórka", 6_000_000, answers=complete()),
    )


def write_full(evaluating, proposal, by):
    """Write and submit what the second form asks more."""
    proposals = evaluating.services.proposals
    steps = {"steps": "First we meet, then we build."}
    annex(evaluating.services, proposal, by)
    proposals.save(proposal, "plan", steps, by=by, revision=0, tab="one")
    version = proposals.submit(proposal, by=by)
    evaluating.session.commit()
    return version


def test_a_call_in_two_stages_has_its_rows_in_order(staging, evaluating):
    found = [(it.kind, it.phase, it.number) for it in evaluating.world.call.stages]

    assert found == [
        (StageKind.ADMISSIBILITY, 1, 2),
        (StageKind.ELIGIBILITY, 1, 3),
        (StageKind.INDIVIDUAL_REVIEW, 1, 4),
        (StageKind.ADMISSIBILITY, 2, 5),
        (StageKind.ELIGIBILITY, 2, 6),
        (StageKind.INDIVIDUAL_REVIEW, 2, 1),
    ]


def test_the_best_concept_notes_are_invited_to_write_the_next_form(staging, evaluating):
    granada, mannheim, lodz = submit_three(evaluating)

    stage = staging.judge({granada: 9, mannheim: 8, lodz: 7})
    assert [it.status for it in (granada, mannheim, lodz)] == [S.PASSED] * 3
    assert Rules.from_dict(stage.rules).codes == (PROMISE,)
    following = staging.go_on()

    assert [it.status for it in (granada, mannheim, lodz)] == [S.INVITED, S.INVITED, S.NOT_INVITED]
    assert granada.form.title == "Full proposal"
    assert granada.invited_to is following
    assert granada.closes_at == following.writing_closes_at
    written = evaluating.services.proposals.answers(granada)
    assert written["project"]["title"] == complete()["project"]["title"]
    assert "plan" not in written
    [version] = evaluating.services.proposals.versions(granada)
    assert version.form.code != granada.form.code


def test_two_stages_end_in_one_ranking(staging, evaluating):
    granada, mannheim, lodz = submit_three(evaluating)
    staging.judge({granada: 9, mannheim: 8, lodz: 5})
    assert lodz.status is S.BELOW_THRESHOLD
    following = staging.go_on()
    it = evaluating.world
    write_full(evaluating, granada, it.lucia)
    write_full(evaluating, mannheim, it.jonas)
    with pytest.raises(NotAllowedNow, match="after its form has closed"):
        evaluating.services.stages.open(it.call, by=it.helena)
    evaluating.clock.move_to(following.writing_closes_at + timedelta(days=1))
    stage = evaluating.services.stages.open(it.call, by=it.helena)
    evaluating.session.commit()

    assert stage is following
    assert {granada.status, mannheim.status} == {S.IN_STAGE}
    evaluating.review_all(
        stage,
        [
            (granada, {"excellence": 8, "impact": 8, "implementation": 8}),
            (mannheim, {"excellence": 9, "impact": 9, "implementation": 9}),
        ],
    )
    evaluating.close_stage(stage)
    ranking = evaluating.rank()

    assert [place["reference"] for place in ranking.result["places"]] == [
        mannheim.reference,
        granada.reference,
    ]
    outcomes = {
        (result.stage.number, result.proposal.reference): result.outcome
        for result in evaluating.session.query(StageResult)
        if result.stage.kind is StageKind.INDIVIDUAL_REVIEW
    }
    assert outcomes[4, granada.reference] is StageOutcome.PASSED
    assert outcomes[4, lodz.reference] is StageOutcome.FAILED
    assert outcomes[1, granada.reference] in (StageOutcome.MAIN, StageOutcome.RESERVE)
    assert {it.status for it in it.call.stages if it.phase == 1} == {StageStatus.CLOSED}


def test_who_submits_nothing_in_time_goes_no_further(staging, evaluating):
    granada, mannheim, lodz = submit_three(evaluating)
    staging.judge({granada: 9, mannheim: 8, lodz: 5})
    following = staging.go_on()
    it = evaluating.world
    write_full(evaluating, granada, it.lucia)
    evaluating.clock.move_to(following.writing_closes_at)

    with pytest.raises(CallClosed, match="This form closed"):
        evaluating.services.proposals.submit(mannheim, by=it.jonas)
    assert evaluating.services.deadlines.settle(it.call) == 1
    assert evaluating.services.deadlines.settle(it.call) == 0

    assert (granada.status, mannheim.status) == (S.SUBMITTED, S.LAPSED)


def test_what_was_withdrawn_while_it_was_invited_is_invited_again(staging, evaluating):
    granada, mannheim, lodz = submit_three(evaluating)
    staging.judge({granada: 9, mannheim: 8, lodz: 5})
    staging.go_on()
    proposals, lucia = evaluating.services.proposals, evaluating.world.lucia

    proposals.withdraw(granada, by=lucia)
    proposals.restore(granada, by=lucia)
    assert granada.status is S.INVITED
    write_full(evaluating, granada, lucia)
    proposals.withdraw(granada, by=lucia)
    proposals.restore(granada, by=lucia)

    assert granada.status is S.SUBMITTED


def test_what_was_looked_at_is_what_goes_on(staging, evaluating):
    granada, mannheim, lodz = submit_three(evaluating)
    staging.judge({granada: 9, mannheim: 8, lodz: 7})
    entries, it = evaluating.services.stage_entries, evaluating.world
    seen = entries.preview(it.call).sha256
    evaluating.services.proposals.withdraw(granada, by=it.lucia)

    with pytest.raises(OutOfDate):
        entries.settle(it.call, seen=seen, by=it.helena)

    assert [each.goes_on for each in entries.preview(it.call).proposals] == [True, True]


def test_a_reviewer_of_the_concept_notes_sees_nothing_of_the_full_proposal(staging, evaluating):
    granada, mannheim, lodz = submit_three(evaluating)
    staging.judge({granada: 9, mannheim: 8, lodz: 5})
    following = staging.go_on()
    it, access = evaluating.world, Access(evaluating.session)
    write_full(evaluating, granada, it.lucia)
    write_full(evaluating, mannheim, it.jonas)
    evaluating.clock.move_to(following.writing_closes_at)
    stage = evaluating.services.stages.open(it.call, by=it.helena)
    evaluating.services.assignments.assign(stage, [mannheim], [it.anna], by=it.helena)
    evaluating.session.commit()

    assert access.roles_in_proposal(it.wei, granada) == frozenset()
    assert access.roles_in_proposal(it.anna, mannheim) == {Role.INVITED_REVIEWER}
    seen = evaluating.session.scalars(access.proposals_for(it.wei, Role.REVIEWER)).all()
    assert seen == []


def test_a_stage_without_a_form_of_its_own_judges_the_same_text(evaluating):
    two = Staging(evaluating)
    two.plan(form_id=None, closes_at=None, entry=EntryRule(EntryKind.ALL_PASSED))
    granada, mannheim, lodz = submit_three(evaluating)
    two.judge({granada: 9, mannheim: 8, lodz: 5})

    two.go_on()
    assert (granada.status, mannheim.status) == (S.ELIGIBLE, S.ELIGIBLE)
    it = evaluating.world
    evaluating.services.stages.open(it.call, by=it.helena)

    assert granada.status is S.IN_STAGE
    assert len(evaluating.services.proposals.versions(granada)) == 1


def test_nothing_is_ranked_before_the_last_stage(staging, evaluating):
    granada, mannheim, lodz = submit_three(evaluating)
    staging.judge({granada: 9, mannheim: 8, lodz: 5})

    with pytest.raises(NotAllowedNow, match="last stage"):
        evaluating.services.rankings.compute(evaluating.world.call, by=evaluating.world.helena)
    staging.go_on()
    with pytest.raises(NotAllowedNow, match="last stage"):
        evaluating.services.rankings.compute(evaluating.world.call, by=evaluating.world.helena)


def test_nobody_goes_on_to_a_form_that_has_closed(staging, evaluating):
    granada, mannheim, lodz = submit_three(evaluating)
    staging.judge({granada: 9, mannheim: 8, lodz: 5})
    evaluating.clock.move_to(evaluating.world.call.stages[-1].writing_closes_at)

    with pytest.raises(Refused, match="closed already"):
        staging.go_on()


@pytest.mark.parametrize(
    ("altered", "named"),
    [
        ('UPDATE stage SET entry = \'{"kind": "best", "most": 3}\'', "rule of entry"),
        ('UPDATE stage_result SET evidence = \'{"total": "1", "reviews": []}\'', "its total"),
        ("UPDATE stage_result SET outcome = 'failed'", "its result of individual_review"),
        ("UPDATE stage SET entered_at = NULL", "is not in the ledger"),
    ],
)
def test_who_went_on_is_held_against_the_ledger(staging, evaluating, altered, named):
    granada, mannheim, lodz = submit_three(evaluating)
    stage = staging.judge({granada: 9, mannheim: 8, lodz: 7})
    following = staging.go_on()
    session = evaluating.session
    assert list(stages.findings(session, Entries.read(session))) == []

    where = {"stage_result": f"stage_id = {stage.id}", "stage": f"id = {following.id}"}
    table = altered.split()[1]
    session.execute(sa.text(f"{altered} WHERE {where[table]}"))
    session.expire_all()

    found = list(stages.findings(session, Entries.read(session)))
    assert any(named in it.what for it in found)


def test_the_award_report_tells_of_the_earlier_stage(staging, evaluating):
    granada, mannheim, lodz = submit_three(evaluating)
    staging.judge({granada: 9, mannheim: 8, lodz: 5})
    following = staging.go_on()
    it = evaluating.world
    write_full(evaluating, granada, it.lucia)
    evaluating.clock.move_to(following.writing_closes_at)
    evaluating.services.deadlines.settle(it.call)
    stage = evaluating.services.stages.open(it.call, by=it.helena)
    evaluating.session.commit()
    evaluating.review_all(stage, [(granada, dict.fromkeys(HALVES, 8))])
    evaluating.close_stage(stage)
    evaluating.rank()

    report = evaluating.services.award_reports.report(it.call)

    [earlier] = report.audit.earlier
    assert (earlier.name, earlier.evaluated, earlier.passed, earlier.went_on) == (
        "Concept notes",
        3,
        2,
        2,
    )
    assert earlier.settled.name == it.helena.name
    assert "the 2 with the most points go on" in earlier.rules[-1][1]
    assert {(each.reference, each.kind.value) for each in report.not_funded} == {
        (granada.reference, "reject_other"),
        (mannheim.reference, "reject_other"),
        (lodz.reference, "reject_threshold"),
    }
    assert report.funnel.eligible == 3
    assert report.audit.reviews == 9
    assert b"%PDF" in evaluating.services.award_reports.pdf(it.call)[:8]


def test_those_who_are_invited_are_reminded_and_may_ask_others_in(staging, evaluating):
    granada, mannheim, lodz = submit_three(evaluating)
    staging.judge({granada: 9, mannheim: 8, lodz: 5})
    following = staging.go_on()
    it, services = evaluating.world, evaluating.services
    services.invitations.to_proposal(granada, email="partner@example.org", by=it.lucia)
    evaluating.clock.move_to(following.writing_closes_at - timedelta(hours=20))

    [waiting] = [each for each in services.waits.of(it.lucia) if each.kind is WaitingKind.SUBMIT]

    assert waiting.until == following.writing_closes_at
    assert services.deadlines.unsent(it.call, following) == [granada.id, mannheim.id]
    assert services.deadlines.unsent(it.call) == []


def test_a_newer_form_does_not_take_the_place_of_the_one_a_stage_holds(staging, evaluating):
    call = evaluating.world.call
    held = call.stages[-1].form_id
    newer = full_form() | {"title": "Full proposal, second edition"}
    evaluating.services.calls.keep_form(
        "IUC-FULL", Definition.from_json(newer), fund=call.fund, by=evaluating.world.helena
    )

    offered = {it.id for it in evaluating.services.calls.forms(call.fund, [held])}

    assert held in offered
    assert held not in {it.id for it in evaluating.services.calls.forms(call.fund)}


def test_who_goes_on_hangs_on_the_envelope_that_was_frozen(evaluating):
    two = Staging(evaluating)
    two.plan(entry=EntryRule(EntryKind.BUDGET, 100))
    granada, mannheim, lodz = submit_three(evaluating)  # 4, 5 and 6 million cents
    two.judge({granada: 9, mannheim: 8, lodz: 7})
    call, entries = evaluating.world.call, evaluating.services.stage_entries
    before = [it.goes_on for it in entries.preview(call).proposals]

    call.envelope_cents = 4_000_000
    call.smallest_cents = call.largest_cents = 1_000
    evaluating.session.flush()

    assert [it.goes_on for it in entries.preview(call).proposals] == before == [True] * 3
    two.go_on()
    session = evaluating.session
    assert list(stages.findings(session, Entries.read(session))) == []


def test_a_team_reads_the_deadline_of_the_form_that_it_writes(staging, evaluating):
    granada, mannheim, lodz = submit_three(evaluating)
    staging.judge({granada: 9, mannheim: 8, lodz: 5})
    following, call = staging.go_on(), evaluating.world.call
    version = CallVersion(
        call=call,
        number=99,
        content={},
        sha256="",
        reason="because it is better",
        published_at=evaluating.clock(),
        published_by=evaluating.world.helena,
    )
    evaluating.session.add(version)
    evaluating.session.flush()
    evaluating.services.publish(CallCorrected(call=call, version=version))
    evaluating.session.commit()

    letters = {
        it.to: opened(it.body, evaluating.session.info[SECRET])
        for it in evaluating.session.query(WaitingMail)
        if "because it is better" in opened(it.body, evaluating.session.info[SECRET])
    }

    said = formats("en").moment(following.writing_closes_at, call.zone)
    assert said in " ".join(letters[evaluating.world.lucia.email].split())


def test_what_came_in_time_counts_though_the_end_was_settled_while_it_waited(staging, evaluating):
    granada, mannheim, lodz = submit_three(evaluating)
    staging.judge({granada: 9, mannheim: 8, lodz: 5})
    until, it = staging.go_on().writing_closes_at, evaluating.world
    annex(evaluating.services, granada, it.lucia)
    steps = {"steps": "First we meet, then we build."}
    evaluating.services.proposals.save(granada, "plan", steps, by=it.lucia, revision=0, tab="one")
    evaluating.session.commit()
    evaluating.clock.move_to(until)
    evaluating.services.deadlines.settle(it.call)
    assert granada.status is S.LAPSED

    with pytest.raises(CallClosed):
        evaluating.services.proposals.submit(granada, by=it.lucia)
    evaluating.clock.move_to(until - timedelta(seconds=1))  # when it arrived
    evaluating.services.proposals.submit(granada, by=it.lucia)

    assert granada.status is S.SUBMITTED
