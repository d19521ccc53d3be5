"""What people do with the portal: one class a noun, one method a thing that people do."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session, SessionTransaction

from grants.access import Access
from grants.accounts.service.people import People
from grants.accounts.service.sessions import Sessions
from grants.calls.service.calls import Calls
from grants.calls.service.founding import Founding
from grants.calls.service.funds import Funds
from grants.calls.service.programmes import Programmes
from grants.calls.service.proposed_acts import Signatures
from grants.calls.service.second_signature import Doer, Signing
from grants.decisions.documents.keeping import LetterPapers
from grants.decisions.queries.pending_signatures import PendingSignatures
from grants.decisions.service.batch_decisions import BatchDecisions
from grants.decisions.service.decisions import Decisions
from grants.decisions.service.redress import Redress
from grants.decisions.service.reserve_draws import ReserveDraws
from grants.directory.service.officers import Officers
from grants.directory.service.organisations import Organisations
from grants.directory.service.pairings import Pairings
from grants.evaluation.documents.keeping import PanelPapers
from grants.evaluation.services import EvaluationServices
from grants.kit.branding import Branding
from grants.kit.clock import Clock
from grants.kit.dossiers.documents import KeptDocuments
from grants.kit.settings import MailLimits
from grants.kit.storage import Storage
from grants.oversight.queries.award_report.report import AwardReports
from grants.oversight.queries.call_progress import Standings
from grants.oversight.queries.dashboard import Dashboards
from grants.oversight.queries.edit_tokens import Versions
from grants.oversight.queries.health import Health
from grants.oversight.queries.ledger_pages import LedgerPages
from grants.oversight.queries.received_proposals import Listing
from grants.oversight.queries.waiting.waits import Waits
from grants.oversight.service.failed_jobs import FailedJobs
from grants.oversight.service.undelivered_mail import UndeliveredMail
from grants.projects.documents.keeping import ProjectPapers
from grants.projects.queries.awards import Awards
from grants.projects.queries.calendar import Calendar
from grants.projects.queries.cooperation import Cooperation
from grants.projects.service.award_answers import AwardAnswers
from grants.projects.service.deliverables import Deliverables
from grants.projects.service.projects import Projects
from grants.projects.service.terminations import Terminations
from grants.proposals.documents.keeping import ProposalPapers
from grants.proposals.queries.known_facts import KnownFacts
from grants.proposals.service.after_closing import Deadlines
from grants.proposals.service.authorisation import Authorisation
from grants.proposals.service.clarifications import Clarifications
from grants.proposals.service.files import Files
from grants.proposals.service.proposals import Proposals
from grants.roles.service.holdings import Holdings
from grants.roles.service.invitations import Invitations
from grants.rules.workflow import ActKind


@dataclass(frozen=True, slots=True)
class Services(EvaluationServices):
    """All services, over one session and one clock."""

    db: Session
    publish: Callable[[object], None]
    clock: Clock
    storage: Storage
    clamd: str = ""
    branding: Branding = field(default_factory=Branding)
    mail_limits: MailLimits = field(default_factory=MailLimits)

    def attempt(self) -> SessionTransaction:
        """Begin what can be undone by `rollback()` while the transaction goes on."""
        return self.db.begin_nested()

    @property
    def access(self) -> Access:
        """Who is what to what."""
        return Access(self.db)

    @property
    def founding(self) -> Founding:
        """How a portal begins."""
        return Founding(self.db, self.publish, self.clock)

    @property
    def files(self) -> Files:
        """Files that go with proposals."""
        return Files(self.db, self.publish, self.clock, storage=self.storage, clamd=self.clamd)

    @property
    def waits(self) -> Waits:
        """What waits for whom."""
        return Waits(self.db, self.publish, self.clock)

    @property
    def failed_jobs(self) -> FailedJobs:
        """Jobs that were given up."""
        return FailedJobs(self.db, self.publish, self.clock)

    @property
    def undelivered_mail(self) -> UndeliveredMail:
        """Letters that have not left."""
        return UndeliveredMail(self.db, self.publish, self.clock)

    @property
    def proposal_papers(self) -> ProposalPapers:
        """Proposals and receipts as PDF."""
        over = (self.db, self.publish, self.clock)
        return ProposalPapers(*over, storage=self.storage, branding=self.branding)

    @property
    def panel_papers(self) -> PanelPapers:
        """Minutes of panels as PDF."""
        return PanelPapers(self.db, self.publish, self.clock, branding=self.branding)

    @property
    def invitations(self) -> Invitations:
        """Invitations to organisations and to roles."""
        return Invitations(self.db, self.publish, self.clock, self.mail_limits)

    @property
    def versions(self) -> Versions:
        """Versions of what more than one person may change."""
        return Versions(self.db, self.publish, self.clock)

    @property
    def pairings(self) -> Pairings:
        """Cities that cooperate."""
        return Pairings(self.db, self.publish, self.clock)

    @property
    def organisations(self) -> Organisations:
        """Organisations, and who belongs to them."""
        return Organisations(self.db, self.publish, self.clock)

    @property
    def officers(self) -> Officers:
        """Who binds which organisation."""
        return Officers(self.db, self.publish, self.clock)

    @property
    def holdings(self) -> Holdings:
        """The places that people hold, and how they end."""
        return Holdings(self.db, self.publish, self.clock)

    @property
    def people(self) -> People:
        """Accounts, and how their owners are recognised."""
        return People(self.db, self.publish, self.clock)

    @property
    def award_reports(self) -> AwardReports:
        """Award reports of calls."""
        return AwardReports(self.db, self.publish, self.clock, branding=self.branding)

    @property
    def awards(self) -> Awards:
        """Awarded projects, as the public sees them."""
        return Awards(self.db, self.publish, self.clock)

    @property
    def cooperation(self) -> Cooperation:
        """Cities that work together, as the public sees them."""
        return Cooperation(self.db, self.publish, self.clock)

    @property
    def deliverables(self) -> Deliverables:
        """What projects owe and have delivered."""
        storage, clamd = self.storage, self.clamd
        return Deliverables(self.db, self.publish, self.clock, storage=storage, clamd=clamd)

    @property
    def letter_papers(self) -> LetterPapers:
        """Decision letters as PDF."""
        storage, branding = self.storage, self.branding
        return LetterPapers(self.db, self.publish, self.clock, storage=storage, branding=branding)

    @property
    def award_answers(self) -> AwardAnswers:
        """What applicants answered to their awards."""
        return AwardAnswers(self.db, self.publish, self.clock)

    @property
    def projects(self) -> Projects:
        """Awarded projects."""
        return Projects(self.db, self.publish, self.clock)

    @property
    def project_papers(self) -> ProjectPapers:
        """Agreements and deliverables reports as PDF."""
        storage, branding = self.storage, self.branding
        return ProjectPapers(self.db, self.publish, self.clock, storage=storage, branding=branding)

    @property
    def proposals(self) -> Proposals:
        """Proposals, until they are judged."""
        return Proposals(self.db, self.publish, self.clock)

    @property
    def clarifications(self) -> Clarifications:
        """Questions to applicants during the check."""
        return Clarifications(self.db, self.publish, self.clock)

    @property
    def sessions(self) -> Sessions:
        """Signed-in browsers."""
        return Sessions(self.db, self.publish, self.clock)

    @property
    def signatures(self) -> Signatures:
        """What waits for a second signature."""
        return Signatures(self.db, self.publish, self.clock)

    @property
    def signing(self) -> Signing:
        """Second signatures, and what they bring about."""
        doers: dict[ActKind, Doer] = {
            ActKind.EXCLUDE_REVIEW: self.assignments,
            ActKind.CORRECT_CALL: self.corrections,
            ActKind.GIVE_UP_AGREEMENT: self.terminations,
            ActKind.TERMINATE_PROJECT: self.terminations,
        }
        return Signing(self.db, self.publish, self.clock, doers=doers)

    @property
    def known_facts(self) -> KnownFacts:
        """What is known of applicants beside their proposals."""
        return KnownFacts(self.db, self.publish, self.clock)

    @property
    def deadlines(self) -> Deadlines:
        """The ends of calls."""
        return Deadlines(self.db, self.publish, self.clock)

    @property
    def batch_decisions(self) -> BatchDecisions:
        """Many decisions at once."""
        return BatchDecisions(self.db, self.publish, self.clock)

    @property
    def redress(self) -> Redress:
        """Requests to look again at how decisions came about."""
        return Redress(self.db, self.publish, self.clock)

    @property
    def decisions(self) -> Decisions:
        """Decisions on proposals, and their letters."""
        return Decisions(self.db, self.publish, self.clock)

    @property
    def listing(self) -> Listing:
        """What calls received, as their managers list it."""
        return Listing(self.db)

    @property
    def kept_documents(self) -> KeptDocuments:
        """Documents that are made once and kept."""
        return KeptDocuments(self.db, self.publish, self.clock, storage=self.storage)

    @property
    def authorisation(self) -> Authorisation:
        """Who of a team binds its organisation."""
        return Authorisation(self.db)

    @property
    def calendar(self) -> Calendar:
        """The public calendar."""
        return Calendar(self.db)

    @property
    def standings(self) -> Standings:
        """How far calls have come."""
        return Standings(self.db)

    @property
    def pending_signatures(self) -> PendingSignatures:
        """What waits for a second signature."""
        return PendingSignatures(self.db, self.publish, self.clock)

    @property
    def reserve_draws(self) -> ReserveDraws:
        """Lots among the reserve list."""
        return ReserveDraws(self.db, self.publish, self.clock)

    @property
    def health(self) -> Health:
        """Whether the portal is well."""
        return Health(self.db, self.storage)

    @property
    def calls(self) -> Calls:
        """Calls, their versions and their forms."""
        return Calls(self.db, self.publish, self.clock)

    @property
    def terminations(self) -> Terminations:
        """Agreements given up and projects terminated, which takes two."""
        return Terminations(self.db, self.publish, self.clock)

    @property
    def programmes(self) -> Programmes:
        """The programme, its fund, and who manages it."""
        return Programmes(self.db, self.publish, self.clock)

    @property
    def funds(self) -> Funds:
        """How funds show themselves, and who may apply to them."""
        return Funds(self.db, self.publish, self.clock)

    @property
    def dashboards(self) -> Dashboards:
        """What waits for everybody."""
        return Dashboards(self.db, self.publish, self.clock)

    @property
    def ledger_pages(self) -> LedgerPages:
        """The ledger, as managers and auditors read it."""
        return LedgerPages(self.db)
