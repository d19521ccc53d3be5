"""All tables by name, for migrations, seeds and catalogues; each stands with its area."""

from grants.accounts.models import (
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
from grants.calls.models import (
    Call,
    CallVersion,
    Criterion,
    FormVersion,
    Fund,
    ListedOrganisation,
    Programme,
    ProposedAct,
    Registration,
    Stage,
    Strand,
    Topic,
)
from grants.decisions.models import Decision, ReserveDraw
from grants.directory.models import (
    Organisation,
    OrganisationKind,
    Pairing,
    PairingKind,
    PilotStatus,
)
from grants.evaluation.models import Assignment, CheckItem, Declaration, Mark, Ranking, RankingPlace
from grants.kit.database.tables import Base
from grants.kit.dossiers.models import Document, Dossier, File
from grants.kit.jobs.models import Job, JobStatus
from grants.kit.mail.models import SentMail, Trouble, WaitingMail
from grants.ledger import LedgerEntry
from grants.projects.models import (
    Deliverable,
    DeliverableType,
    Event,
    ParticipantKind,
    Participation,
    Project,
)
from grants.proposals.models import (
    Proposal,
    ProposalVersion,
    ProposalWords,
    Section,
    TeamMember,
)

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
    "Dossier",
    "EndedPlace",
    "Event",
    "File",
    "FormVersion",
    "Fund",
    "Invitation",
    "Job",
    "JobStatus",
    "LedgerEntry",
    "ListedOrganisation",
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
    "Registration",
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
