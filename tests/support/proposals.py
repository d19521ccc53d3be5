"""Proposals that can be submitted, under the demonstration's form."""

import copy
import secrets
from typing import Any

from sqlalchemy.orm import Query, Session

from grants.accounts.models import Person
from grants.calls.models import Call
from grants.directory.models import Organisation
from grants.kit.dossiers.models import File
from grants.proposals.models import Proposal, ProposalVersion
from grants.services import Services

GRANADA = "Blockchain for smart, circular and biotech cities"
MANNHEIM = "Mannheim-China Advanced Manufacturing Roadshow"

_COMPLETE: dict[str, dict[str, Any]] = {
    "project": {
        "title": GRANADA,
        "acronym": None,
        "topic": "digital",
        "summary": "Three webinars on blockchain, a platform and a video.",
        "period": {"from": "2020-05-01", "to": "2020-12-31"},
    },
    "cities": {
        "lead_city": {"name": "Granada", "country": "ES"},
        "population": 232000,
        "pilot_city": False,
        "pilot_since": None,
        "paired_city": {"name": "Kunming", "country": "CN"},
        "partners": [],
    },
    "work": {
        "objectives": "Cities know how to use blockchain.",
        "activities": "Three webinars, a platform, a video.",
        "axes": ["city-councils"],
        "clusters_role": None,
        "academia_role": None,
        "continuation": "The platform stays.",
        "risks": [],
    },
    "deliverables": {
        "planned": [
            {
                "type": "webinar",
                "title": "Blockchain in the smart city",
                "due_on": "2020-10-19",
                "description": None,
            }
        ]
    },
    "budget": {
        "costs": {
            "rows": [
                {
                    "description": "Experts",
                    "heading": "services",
                    "quantity": 1_000,
                    "unit_cost": 500_000,
                }
            ],
            "indirect": None,
            "requested": 4_000_000,
        },
        "other_funding": None,
    },
    "declarations": {
        "no_double_funding": True,
        "true_and_complete": True,
        "authorised": True,
        "may_publish": True,
    },
}


def complete(title: str = GRANADA) -> dict[str, dict[str, Any]]:
    """Give all that is typed; the annexes are files."""
    answers = copy.deepcopy(_COMPLETE)
    answers["project"]["title"] = title
    return answers


def written(
    services: Services, call: Call, organisation: Organisation, by: Person, title: str = GRANADA
) -> Proposal:
    """Write a whole proposal, files included: a draft that can be submitted."""
    proposal = services.proposals.start(call, organisation, by=by, key=secrets.token_hex(8))
    for code, answers in complete(title).items():
        services.proposals.save(proposal, code, answers, by=by, revision=0, tab="")
    annex(services, proposal, by)
    return proposal


def annex(services: Services, proposal: Proposal, by: Person) -> None:
    """Give a proposal the files that its form asks for."""
    annexes = {
        name: [_file(services, proposal, name, by)]
        for name in ("mayor_letter", "paired_confirmation")
    }
    section = services.proposals.begin_section(proposal, "annexes", by)
    section.answers, section.revision = annexes, 1
    services.db.flush()


def submitted_version(
    services: Services, call: Call, organisation: Organisation, by: Person, title: str = GRANADA
) -> ProposalVersion:
    """Write a whole proposal and submit it."""
    return services.proposals.submit(written(services, call, organisation, by, title), by=by)


def _file(services: Services, proposal: Proposal, field: str, by: Person) -> str:
    file = File(
        token=secrets.token_hex(8),
        dossier_id=proposal.dossier_id,
        field=f"annexes.{field}",
        name=f"{field}.pdf",
        content_type="application/pdf",
        size=4,
        sha256="0" * 64,
        storage_key="",
        uploaded_at=services.clock(),
        uploaded_by=by,
    )
    services.db.add(file)
    return file.token


def proposals_of(session: Session, call: str = "IUC-2020") -> Query[Proposal]:
    """Select the proposals of a call."""
    return session.query(Proposal).filter(Proposal.call.has(code=call))


def versions_of(session: Session, call: str = "IUC-2020") -> Query[ProposalVersion]:
    """Select what was submitted to a call."""
    return session.query(ProposalVersion).filter(
        ProposalVersion.proposal.has(Proposal.call.has(code=call))
    )
