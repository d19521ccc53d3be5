"""The parts people play, always towards one fund, call, proposal or project."""

from enum import StrEnum


class Role(StrEnum):
    """The part a person plays towards the thing an address stands for."""

    APPLICANT = "applicant"
    """On the team that writes the proposal, or runs the project: a member of the applicant, or a
    guest of a partner organisation."""

    INVITED_REVIEWER = "invited_reviewer"
    """Offered an assignment, with no cleared declaration of interests yet."""

    REVIEWER = "reviewer"
    """Accepted an assignment, and no interest stands in the way."""

    MANAGER = "manager"
    """Manages the fund."""

    RECUSED = "recused"
    """Manages the fund, but an interest in one proposal of the call stands in the way.

    Such a person still sees the other proposals and projects of the call while each is judged by
    itself, and nothing that compares them.
    """

    AUDITOR = "auditor"
    """Reads everything that was submitted or decided, and changes nothing.

    An interest in one proposal of a call closes the call to an auditor: somebody else audits it.
    """

    MEMBER = "member"
    """Belongs to the organisation: to the applicant's, towards its proposals. Submits, takes back
    and withdraws, which its guests may not; where the call asks, only as an authorised officer: see
    `grants.directory.service.officers`."""

    PORTAL = "portal"
    """Nobody: the portal itself, by the clock."""
