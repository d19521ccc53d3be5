"""A file of assignments, read as people write them: a proposal and a reviewer's address a line."""

import csv
import io
from collections.abc import Iterator, Sequence

from grants.accounts.models import Person
from grants.evaluation.queries.asked_pairs import Asked
from grants.evaluation.queries.assignment_inputs import AssignmentInputs
from grants.proposals.models import Proposal
from grants.rules.errors import Refused
from grants.rules.words import N_

MOST_REFUSALS = 20
"""How many lines are told of at once."""

Cells = tuple[int, str, str]
"""The number of a line, the proposal and the address."""


def read_assignments(content: bytes, inputs: AssignmentInputs) -> tuple[list[Asked], list[Refused]]:
    """Read all pairs but those that are there, or say line by line what is wrong."""
    try:
        lines = list(_lines(content))
    except (UnicodeDecodeError, csv.Error):
        message = N_("We cannot read this file. Save it as “CSV UTF-8” and upload it again.")
        return [], [Refused(message)]
    reading = _Reading(inputs)
    for line in lines:
        reading.take(*line)
    if not (reading.pairs or reading.refusals):
        return [], [Refused(N_("The file assigns nobody who is not assigned already."))]
    return reading.pairs, reading.refusals[:MOST_REFUSALS]


def _lines(content: bytes) -> Iterator[Cells]:
    text = content.decode("utf-8-sig")
    head = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text), delimiter=";" if ";" in head else ",", strict=True)
    for row in rows:
        cells = [it.strip() for it in row]
        is_head = rows.line_num == 1 and "@" not in "".join(cells)
        if any(cells) and not is_head:
            proposal, email, *_more = [*cells, "", ""]
            yield rows.line_num, proposal, email.lower()


class _Reading:
    """Takes line after line, and keeps what is wrong."""

    def __init__(self, inputs: AssignmentInputs) -> None:
        self.pairs: list[Asked] = []
        self.refusals: list[Refused] = []
        self._inputs = inputs
        self._proposals = {it.reference.casefold(): it for it in inputs.proposals}
        self._people = {it.person.email: it.person for it in inputs.reviewers}
        self._seen: dict[tuple[int, int], int] = {}

    def take(self, line: int, reference: str, email: str) -> None:
        proposal, person = self._proposals.get(reference.casefold()), self._people.get(email)
        if proposal is None:
            self._refuse(
                N_("Line {line}: no proposal {text} is in the stage."), line=line, text=reference
            )
        elif person is None:
            self._refuse(
                N_("Line {line}: no reviewer of this call has the address {text}."),
                line=line,
                text=email,
            )
        else:
            self._pair(line, proposal, person)

    def _pair(self, line: int, proposal: Proposal, person: Person) -> None:
        pair, inputs = (person.id, proposal.id), self._inputs
        values = {"line": line, "name": person.name, "reference": proposal.reference}
        if pair in self._seen:
            self._refuse(
                N_("Line {line}: {name} and {reference} are in line {first} already."),
                first=self._seen[pair],
                **values,
            )
        elif pair in inputs.conflicts:
            self._refuse(
                N_(
                    "Line {line}: {name} cannot review {reference} because of a conflict of"
                    " interest."
                ),
                **values,
            )
        elif pair in inputs.ended:
            self._refuse(
                N_("Line {line}: {name} was already assigned {reference} and does not review it."),
                **values,
            )
        elif pair not in inputs.standing:
            self.pairs.append((proposal, person))
        self._seen.setdefault(pair, line)

    def _refuse(self, sentence: str, **values: object) -> None:
        self.refusals.append(Refused(sentence, **values))


def sorted_pairs(pairs: Sequence[Asked]) -> list[Asked]:
    """Put pairs in the order of proposals, then of reviewers."""
    return sorted(pairs, key=lambda it: (it[0].reference, it[1].name.casefold(), it[1].id))
