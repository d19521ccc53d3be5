"""The life of a proposal, from the first word to the award."""

from enum import StrEnum

from grants.rules.workflow.roles import Role
from grants.rules.workflow.table import Step, Workflow, seen


class ProposalStatus(StrEnum):
    """Where a proposal stands. The stage it is in is kept beside it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    TAKEN_BACK = "taken_back"
    """Open for changes until the deadline; the last version submitted counts meanwhile."""
    INADMISSIBLE = "inadmissible"
    ADMISSIBLE = "admissible"
    INELIGIBLE = "ineligible"
    ELIGIBLE = "eligible"
    IN_STAGE = "in_stage"
    BELOW_THRESHOLD = "below_threshold"
    PASSED = "passed"
    INVITED = "invited"
    """It goes on to a stage with a form of its own, which its team writes now."""
    NOT_INVITED = "not_invited"
    """It passed, and others went on to the next stage by the call's rule."""
    LAPSED = "lapsed"
    """It was invited, and nothing was submitted in time."""
    RANKED = "ranked"
    MAIN = "main"
    RESERVE = "reserve"
    REJECTED = "rejected"
    AWARDED = "awarded"
    WITHDRAWN = "withdrawn"


_ = ProposalStatus
_A, _B, _R, _I, _M, _O, _X, _P = (
    Role.APPLICANT,
    Role.MEMBER,
    Role.REVIEWER,
    Role.INVITED_REVIEWER,
    Role.MANAGER,
    Role.AUDITOR,
    Role.RECUSED,
    Role.PORTAL,
)
_SUBMITTED: tuple[ProposalStatus, ...] = tuple(status for status in _ if status is not _.DRAFT)
_IN_EVALUATION = (_.IN_STAGE,)
_COMPARED = (_.NOT_INVITED, _.RANKED, _.MAIN, _.RESERVE, _.REJECTED)
# An award is public; until then a place among others tells something of the others.
_JUDGED_BY_ITSELF: tuple[ProposalStatus, ...] = tuple(
    status for status in _SUBMITTED if status not in _COMPARED
)
_REVIEWED: tuple[ProposalStatus, ...] = (
    _.IN_STAGE,
    _.PASSED,
    _.BELOW_THRESHOLD,
    _.INVITED,
    _.LAPSED,
    *_COMPARED,
    _.AWARDED,
)
# Also while it fares badly: a button that is gone would tell of a decision not yet sent.
_WITHDRAWABLE = (
    _.DRAFT,
    _.SUBMITTED,
    _.TAKEN_BACK,
    _.INADMISSIBLE,
    _.ADMISSIBLE,
    _.INELIGIBLE,
    _.ELIGIBLE,
    _.IN_STAGE,
    _.BELOW_THRESHOLD,
    _.PASSED,
    _.INVITED,
    _.NOT_INVITED,
    _.LAPSED,
    _.RANKED,
    _.MAIN,
    _.RESERVE,
)

# fmt: off
PROPOSAL_STEPS: Workflow[ProposalStatus] = Workflow("proposal", (
    *seen(_A, tuple(_)),
    *seen(_M, _SUBMITTED),
    *seen(_O, _SUBMITTED),
    *seen(_R, _IN_EVALUATION),
    *seen(_X, _JUDGED_BY_ITSELF),
    # Guests leave, and are taken out, wherever it stands.
    *(Step("team", status, status, _A) for status in _),

    Step("edit",       _.DRAFT,           _.DRAFT,           _A),
    Step("submit",     _.DRAFT,           _.SUBMITTED,       _B),
    # Submitting again what is submitted gives the same receipt once more: a double click.
    Step("submit",     _.SUBMITTED,       _.SUBMITTED,       _B),
    Step("take_back",  _.SUBMITTED,       _.TAKEN_BACK,      _B),
    Step("edit",       _.TAKEN_BACK,      _.TAKEN_BACK,      _A),
    Step("submit",     _.TAKEN_BACK,      _.SUBMITTED,       _B),
    # At the deadline, what was not submitted again counts as it was submitted last.
    Step("stand",      _.TAKEN_BACK,      _.SUBMITTED,       _P),
    # Who goes on to a stage with a form of its own writes that form, until its own deadline.
    Step("edit",       _.INVITED,         _.INVITED,         _A),
    Step("submit",     _.INVITED,         _.SUBMITTED,       _B),
    Step("lapse",      _.INVITED,         _.LAPSED,          _P),
    # What arrived in time counts, though its end was settled while it waited.
    Step("submit",     _.LAPSED,          _.SUBMITTED,       _B),
    # While it is checked, a question opens the fields that it names.
    Step("clarify",    _.SUBMITTED,       _.SUBMITTED,       _B),
    *(Step("withdraw", status,            _.WITHDRAWN,       _B) for status in _WITHDRAWABLE),
    # Until the deadline: what was submitted counts again, what was not is a draft again.
    Step("restore",    _.WITHDRAWN,       _.SUBMITTED,       _B),
    Step("restore_draft", _.WITHDRAWN,    _.DRAFT,           _B),
    Step("restore_invited", _.WITHDRAWN,  _.INVITED,         _B),

    *(step for by in (_M, _X) for step in (
        Step("check",      _.SUBMITTED,   _.SUBMITTED,       by),
        Step("admit",      _.SUBMITTED,   _.ADMISSIBLE,      by),
        Step("exclude",    _.SUBMITTED,   _.INADMISSIBLE,    by),
        Step("qualify",    _.ADMISSIBLE,  _.ELIGIBLE,        by),
        Step("disqualify", _.ADMISSIBLE,  _.INELIGIBLE,      by),
        Step("assign",     _.IN_STAGE,    _.IN_STAGE,        by),
    )),
    *(Step("read_check", status, status, by) for by in (_M, _O) for status in _SUBMITTED),
    *(Step("read_check", status, status, _X) for status in _JUDGED_BY_ITSELF),
    # What a place among others decided tells of the others: not for those with an interest.
    *(Step("read_decision", status, status, by) for by in (_M, _O) for status in _SUBMITTED),
    *(Step("declare", status, status, _M) for status in _SUBMITTED),
    *(Step("declare", status, status, _O) for status in _SUBMITTED),
    *(Step("declare", status, status, _X) for status in _JUDGED_BY_ITSELF),
    *(Step("read_reviews", status, status, _M) for status in _REVIEWED),
    *(Step("read_reviews", status, status, _O) for status in _REVIEWED),
    *(Step("read_reviews", status, status, _X)
      for status in _REVIEWED if status in _JUDGED_BY_ITSELF),

    Step("evaluate",   _.ELIGIBLE,        _.IN_STAGE,        _M),
    Step("decline",    _.IN_STAGE,        _.IN_STAGE,        _I),
    Step("declare",    _.IN_STAGE,        _.IN_STAGE,        _I),
    Step("declare",    _.IN_STAGE,        _.IN_STAGE,        _R),
    Step("score",      _.IN_STAGE,        _.IN_STAGE,        _R),
    Step("pass",       _.IN_STAGE,        _.PASSED,          _M),
    Step("fail",       _.IN_STAGE,        _.BELOW_THRESHOLD, _M),

    Step("invite_next", _.PASSED,         _.INVITED,         _M),
    Step("advance",    _.PASSED,          _.ELIGIBLE,        _M),
    Step("pass_over",  _.PASSED,          _.NOT_INVITED,     _M),

    Step("rank",       _.PASSED,          _.RANKED,          _M),
    Step("list",       _.RANKED,          _.MAIN,            _M),
    Step("reserve",    _.RANKED,          _.RESERVE,         _M),
    Step("decide",     _.INADMISSIBLE,    _.INADMISSIBLE,    _M),
    Step("decide",     _.INELIGIBLE,      _.INELIGIBLE,      _M),
    Step("decide",     _.BELOW_THRESHOLD, _.BELOW_THRESHOLD, _M),
    Step("decide",     _.NOT_INVITED,     _.NOT_INVITED,     _M),
    Step("decide",     _.LAPSED,          _.LAPSED,          _M),
    Step("decide",     _.MAIN,            _.MAIN,            _M),
    Step("decide",     _.RESERVE,         _.RESERVE,         _M),
    Step("answer",     _.AWARDED,         _.AWARDED,         _B),
    # Before the letter nobody learns from it how the fund decided: wherever it stands.
    *(Step("ask_redress", status, status, _B) for status in _SUBMITTED),
    Step("award",      _.MAIN,            _.AWARDED,         _M),
    Step("award",      _.RESERVE,         _.AWARDED,         _M),
    Step("reject",     _.MAIN,            _.REJECTED,        _M),
    Step("reject",     _.RESERVE,         _.REJECTED,        _M),
    Step("reject",     _.BELOW_THRESHOLD, _.REJECTED,        _M),
    Step("reject",     _.NOT_INVITED,     _.REJECTED,        _M),
    Step("reject",     _.LAPSED,          _.REJECTED,        _M),
    Step("reject",     _.INELIGIBLE,      _.REJECTED,        _M),
    Step("reject",     _.INADMISSIBLE,    _.REJECTED,        _M),
))
# fmt: on
