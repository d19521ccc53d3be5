"""The tables, as classes: one noun a file."""

from grants.kit.jobs.models import Job, JobStatus
from grants.kit.mail.models import SentMail, Trouble, WaitingMail
from grants.kit.tables import Base
from grants.models.call import Call, CallVersion, Criterion, FormVersion, Stage
from grants.models.document import Document, DocumentKind
from grants.models.evaluation import (
    Assignment,
    CheckItem,
    Decision,
    Declaration,
    Mark,
    Ranking,
    RankingPlace,
    ReserveDraw,
)
from grants.models.ledger import LedgerEntry
from grants.models.organisation import (
    Organisation,
    OrganisationKind,
    Pairing,
    PairingKind,
    PilotStatus,
)
from grants.models.person import (
    Appointment,
    EndedPlace,
    Invitation,
    Membership,
    OneTimeLink,
    Person,
    Purpose,
    SignInAttempt,
    WebSession,
)
from grants.models.programme import Fund, Programme, Strand, Topic
from grants.models.project import (
    Deliverable,
    DeliverableType,
    Event,
    ParticipantKind,
    Participation,
    Project,
)
from grants.models.proposal import File, Proposal, ProposalVersion, Section, TeamMember
from grants.models.search import ProposalWords
from grants.models.signature import ProposedAct

__all__ = [
    "Appointment",
    "Assignment",
    "Base",
    "Call",
    "CallVersion",
    "CheckItem",
    "Criterion",
    "Decision",
    "Declaration",
    "Deliverable",
    "DeliverableType",
    "Document",
    "DocumentKind",
    "EndedPlace",
    "Event",
    "File",
    "FormVersion",
    "Fund",
    "Invitation",
    "Job",
    "JobStatus",
    "LedgerEntry",
    "Mark",
    "Membership",
    "OneTimeLink",
    "Organisation",
    "OrganisationKind",
    "Pairing",
    "PairingKind",
    "ParticipantKind",
    "Participation",
    "Person",
    "PilotStatus",
    "Programme",
    "Project",
    "Proposal",
    "ProposalVersion",
    "ProposalWords",
    "ProposedAct",
    "Purpose",
    "Ranking",
    "RankingPlace",
    "ReserveDraw",
    "Section",
    "SentMail",
    "SignInAttempt",
    "Stage",
    "Strand",
    "TeamMember",
    "Topic",
    "Trouble",
    "WaitingMail",
    "WebSession",
]
