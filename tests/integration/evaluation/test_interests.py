"""Interests: declared, ruled on, and what they close."""

import pytest

from grants.accounts.models import Membership
from grants.rules.errors import Incomplete, NotAllowedNow, Refused
from grants.rules.workflow import Interest, ProposalStatus, Role, Ruling


@pytest.fixture
def three(evaluating):
    return evaluating.three()


def test_an_interest_needs_an_explanation(evaluating, three):
    with pytest.raises(Incomplete):
        evaluating.services.interests.declare(
            evaluating.world.wei, three[0], Interest.POTENTIAL, " "
        )


def test_only_somebody_else_rules_and_only_on_what_is_potential(evaluating, three):
    it, conflicts = evaluating.world, evaluating.services.interests
    own = conflicts.declare(it.helena, three[0], Interest.POTENTIAL, "A friend works there.")
    certain = conflicts.declare(it.wei, three[0], Interest.DISQUALIFYING, "I wrote it.")

    with pytest.raises(Refused, match="your own"):
        conflicts.rule(own, Ruling.ALLOWED, reason="Fine.", by=it.helena)
    with pytest.raises(NotAllowedNow, match="potential"):
        conflicts.rule(certain, Ruling.ALLOWED, reason="Fine.", by=it.helena)
    with pytest.raises(Incomplete):
        conflicts.rule(own, Ruling.ALLOWED, reason="", by=it.viktor)


def test_a_new_declaration_needs_a_new_ruling(evaluating, three):
    it, conflicts = evaluating.world, evaluating.services.interests
    declared = conflicts.declare(it.wei, three[0], Interest.POTENTIAL, "I know them.")
    conflicts.rule(declared, Ruling.ALLOWED, reason="Long ago.", by=it.helena)
    assert not evaluating.services.access.is_conflicted(it.wei, three[0])

    conflicts.declare(it.wei, three[0], Interest.POTENTIAL, "And I advise them now.")

    assert evaluating.services.access.is_conflicted(it.wei, three[0])
    assert declared.ruling is None


def test_what_waits_for_a_ruling_comes_first(evaluating, three):
    it, conflicts = evaluating.world, evaluating.services.interests
    first = conflicts.declare(it.wei, three[0], Interest.DISQUALIFYING, "I wrote it.")
    second = conflicts.declare(it.anna, three[1], Interest.POTENTIAL, "I know them.")
    conflicts.declare(it.marc, three[2], Interest.NONE)

    assert conflicts.in_call(it.call, seen_by=it.helena, role=Role.MANAGER) == [second, first]


def test_an_interest_closes_the_call_to_an_auditor(evaluating, three):
    it, access = evaluating.world, evaluating.services.access

    evaluating.services.interests.declare(it.olga, three[0], Interest.DISQUALIFYING, "My city.")

    assert access.roles_in_call(it.olga, it.call) == frozenset()
    assert access.roles_in_proposal(it.olga, three[1]) == frozenset()
    for role in (Role.RECUSED, Role.AUDITOR):
        assert evaluating.session.scalars(access.proposals_for(it.olga, role)).all() == []


def test_an_interest_recuses_from_the_call(evaluating, three):
    it, access = evaluating.world, evaluating.services.access
    who = it.helena
    before = access.roles_in_call(who, it.call)

    evaluating.services.interests.declare(who, three[0], Interest.DISQUALIFYING, "My city.")

    assert before == {Role.MANAGER}
    assert access.roles_in_call(who, it.call) == {Role.RECUSED}
    assert access.roles_in_proposal(who, three[0]) == frozenset()
    assert access.roles_in_proposal(who, three[1]) == {Role.RECUSED}
    seen = evaluating.session.scalars(access.proposals_for(who, Role.RECUSED)).all()
    assert set(seen) == set(three[1:])
    for role in (Role.MANAGER, Role.AUDITOR):
        assert evaluating.session.scalars(access.proposals_for(who, role)).all() == []


def test_members_of_an_applicant_are_recused_without_a_word(evaluating, three):
    it, access = evaluating.world, evaluating.services.access
    evaluating.session.add(
        Membership(person=it.helena, organisation=it.granada, since=evaluating.clock())
    )

    assert access.roles_in_call(it.helena, it.call) == {Role.RECUSED}
    assert access.roles_in_proposal(it.helena, three[0]) == {Role.APPLICANT, Role.MEMBER}
    assert access.roles_in_proposal(it.helena, three[1]) == {Role.RECUSED}


def test_a_draft_recuses_nobody(evaluating):
    it, services = evaluating.world, evaluating.services
    evaluating.session.add(
        Membership(person=it.helena, organisation=it.granada, since=evaluating.clock())
    )
    draft = services.proposals.start(it.call, it.granada, by=it.lucia, key="never submitted")

    assert draft.status is ProposalStatus.DRAFT
    assert services.access.roles_in_call(it.helena, it.call) == {Role.MANAGER}


def test_the_recused_do_not_see_what_compares(evaluating):
    granada, mannheim, lodz = evaluating.rank_three()
    it, access = evaluating.world, evaluating.services.access
    evaluating.services.interests.declare(it.viktor, granada, Interest.DISQUALIFYING, "My city.")

    seen = evaluating.session.scalars(access.proposals_for(it.viktor, Role.RECUSED)).all()

    assert mannheim.status is ProposalStatus.MAIN
    assert seen == [lodz]


def test_a_cleared_interest_recuses_nobody(evaluating, three):
    it, conflicts = evaluating.world, evaluating.services.interests
    declared = conflicts.declare(it.helena, three[0], Interest.POTENTIAL, "I know them.")

    conflicts.rule(declared, Ruling.ALLOWED, reason="Long ago.", by=it.viktor)

    assert evaluating.services.access.roles_in_call(it.helena, it.call) == {Role.MANAGER}
