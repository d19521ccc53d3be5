"""Reviews that were written in a workbook: what was understood of it, compared three ways.

A cell that stands as it was when the workbook was made says nothing: what is saved stays. A cell
that was typed into is taken, unless somebody saved something else there meanwhile: that is named,
and what is saved stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from grants.calls.queries.criteria_in_words import scale_in_words, score_in_words
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.documents.review_sheet import ReviewSheet, SheetLine, read_workbook
from grants.evaluation.models import Assignment
from grants.evaluation.queries.reviewed_texts import ReviewedHeading
from grants.evaluation.service.reviews import Draft, Score, draft_of
from grants.kit.language.formats import Formats
from grants.kit.language.i18n import translations
from grants.rules.errors import Refused
from grants.rules.scoring import Criterion, Scale, shown_halves, weight_shown
from grants.rules.words import LANGUAGES, N_

OVERALL, PRIVATE = "*overall", "*private"
PARTS = {OVERALL: N_("Overall comment"), PRIVATE: N_("Only for the fund")}
NOT_ASSESSED = N_("Not assessed")
LONGEST = 8000
MOST_PROBLEMS = 20
_HEADINGS = (
    *(N_("Reference"), N_("Proposal"), N_("Criterion"), N_("Weight"), N_("Scale")),
    *(N_("Score"), N_("Comment")),
)


@dataclass(frozen=True, kw_only=True)
class CellChange:
    """What changes in one place of a review: which, and its words before and after."""

    part: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ReviewChange:
    """A review as it would be saved, and what changes in it."""

    assignment: Assignment
    draft: Draft
    cells: Sequence[CellChange]


@dataclass(frozen=True, kw_only=True)
class SheetReading:
    """What was understood of a workbook.

    `problems` are what could not be read, and `overtaken` what was also saved on the page since.
    """

    changes: Sequence[ReviewChange] = ()
    problems: Sequence[Refused] = ()
    overtaken: Sequence[tuple[Assignment, CellChange]] = ()


def sheet_of(
    reviews: Sequence[Assignment],
    shown: Mapping[int, ReviewedHeading],
    said: Formats,
    *,
    title: str,
    at: datetime,
) -> ReviewSheet:
    """Put reviews into the lines of a workbook."""
    say = translations(said.language).gettext
    lines = [line for it in reviews for line in _lines(it, shown[it.id], said)]
    return ReviewSheet(headings=[say(it) for it in _HEADINGS], lines=lines, title=title, made_at=at)


def read_sheet(content: bytes, reviews: Sequence[Assignment], said: Formats) -> SheetReading:
    """Understand a workbook; of reviews that are not among these it says so."""
    try:
        typed, stood = read_workbook(content)
    except ValueError:
        message = N_("This is not the spreadsheet of your reviews. Download it again on this page.")
        return SheetReading(problems=[Refused(message)])
    reading = _Reading({it.id: it for it in reviews}, stood, said)
    for key, score, comment in typed:
        reading.take(key, score, comment)
    return reading.result()


def _lines(assignment: Assignment, shown: ReviewedHeading, said: Formats) -> Iterator[SheetLine]:
    rules, draft = frozen_rules(assignment.stage), draft_of(assignment)
    say = translations(said.language).gettext
    same = {"reference": shown.reference, "title": shown.title}
    for each in rules.criteria:
        score, scale = draft.scores[each.code], rules.scale_of(each)
        yield SheetLine(
            key=f"{assignment.id}/{each.code}",
            **same,
            part=each.name,
            weight=said.figure(weight_shown(each.weight)),
            scale=scale_in_words(scale, said),
            score=_score_typed(score, scale, said),
            comment=score.comment,
            choices=[
                *(_typed(it, scale, said) for it in scale.choices),
                *([say(NOT_ASSESSED)] if each.not_assessed else []),
            ],
        )
    for code, comment in ((OVERALL, draft.overall_comment), (PRIVATE, draft.private_comment)):
        yield SheetLine(
            key=f"{assignment.id}/{code}", **same, part=say(PARTS[code]), comment=comment
        )


def _typed(halves: int, scale: Scale, said: Formats) -> str:
    """Return a score as a spreadsheet takes it: with a point, since a comma parts choices."""
    return score_in_words(scale, halves, said) if scale.yes_or_no else shown_halves(halves)


def _score_typed(score: Score, scale: Scale, said: Formats) -> str:
    if score.not_assessed:
        return translations(said.language).gettext(NOT_ASSESSED)
    return "" if score.halves is None else _typed(score.halves, scale, said)


@dataclass
class _Reading:
    """Takes line after line, and keeps what changes and what is wrong."""

    reviews: Mapping[int, Assignment]
    stood: Mapping[str, tuple[str, str]]
    said: Formats
    drafts: dict[int, Draft] = field(default_factory=dict)
    cells: dict[int, list[CellChange]] = field(default_factory=dict)
    problems: list[Refused] = field(default_factory=list)
    overtaken: list[tuple[Assignment, CellChange]] = field(default_factory=list)

    def take(self, key: str, score: str, comment: str) -> None:
        """Take what stands in one line."""
        before = self.stood.get(key, ("", ""))
        if (score, comment) == before:
            return
        number, _slash, code = key.partition("/")
        assignment = (
            self.reviews.get(int(number)) if number.isascii() and number.isdigit() else None
        )
        if assignment is None:
            self._refuse(N_("A review in this file is not being written any more."))
            return
        criterion = next(
            (it for it in frozen_rules(assignment.stage).criteria if it.code == code), None
        )
        if criterion is None and code not in PARTS:
            self._refuse(N_("A line of this file belongs to no criterion of the call."))
            return
        if len(comment) > LONGEST:
            self._refuse(
                N_("{reference}, {part}: the comment is longer than {count} characters."),
                **self._place(assignment, criterion, code),
                count=self.said.number(LONGEST),
            )
            return
        if criterion is not None and score != before[0]:
            self._score(assignment, criterion, score, before[0])
        if comment != before[1]:
            self._comment(assignment, criterion, code, comment, before[1])

    def result(self) -> SheetReading:
        """Return all that was understood."""
        return SheetReading(
            changes=[
                ReviewChange(
                    assignment=self.reviews[number], draft=self.drafts[number], cells=cells
                )
                for number, cells in self.cells.items()
            ],
            problems=list({str(it): it for it in self.problems}.values())[:MOST_PROBLEMS],
            overtaken=self.overtaken,
        )

    def _score(self, assignment: Assignment, criterion: Criterion, typed: str, before: str) -> None:
        scale = frozen_rules(assignment.stage).scale_of(criterion)
        try:
            given = _read_score(typed, scale, criterion)
        except Refused:
            self._refuse(
                N_("{reference}, {part}: “{typed}” is not a score of the scale."),
                **self._place(assignment, criterion, ""),
                typed=typed[:40],
            )
            return
        draft = self._draft(assignment)
        now = draft.scores[criterion.code]
        if (now.halves, now.not_assessed) == (given.halves, given.not_assessed):
            return
        change = CellChange(
            part=criterion.name,
            before=_score_typed(now, scale, self.said),
            after=_score_typed(given, scale, self.said),
        )
        if change.before != before:
            self.overtaken.append((assignment, change))
            return
        self._keep(assignment, criterion, replace(given, comment=now.comment), change)

    def _comment(
        self,
        assignment: Assignment,
        criterion: Criterion | None,
        code: str,
        typed: str,
        before: str,
    ) -> None:
        draft, say = self._draft(assignment), translations(self.said.language).gettext
        if criterion is not None:
            now = draft.scores[criterion.code].comment
        else:
            now = draft.overall_comment if code == OVERALL else draft.private_comment
        name = say(N_("Comment")) if criterion else ""
        part = f"{criterion.name}, {name}" if criterion else say(PARTS[code])
        change = CellChange(part=part, before=now, after=typed)
        if now == typed:
            return
        if _plain(now) != before:
            self.overtaken.append((assignment, change))
        elif criterion is not None:
            score = replace(draft.scores[criterion.code], comment=typed)
            self._keep(assignment, criterion, score, change)
        else:
            self.drafts[assignment.id] = (
                replace(draft, overall_comment=typed)
                if code == OVERALL
                else replace(draft, private_comment=typed)
            )
            self.cells.setdefault(assignment.id, []).append(change)

    def _keep(
        self, assignment: Assignment, criterion: Criterion, score: Score, change: CellChange
    ) -> None:
        draft = self._draft(assignment)
        scores = {**draft.scores, criterion.code: score}
        self.drafts[assignment.id] = replace(draft, scores=scores)
        self.cells.setdefault(assignment.id, []).append(change)

    def _draft(self, assignment: Assignment) -> Draft:
        return self.drafts.get(assignment.id) or draft_of(assignment)

    def _place(
        self, assignment: Assignment, criterion: Criterion | None, code: str
    ) -> dict[str, str]:
        say = translations(self.said.language).gettext
        part = criterion.name if criterion else say(PARTS[code])
        return {"reference": assignment.proposal.reference, "part": part}

    def _refuse(self, sentence: str, **values: object) -> None:
        self.problems.append(Refused(sentence, **values))


def _read_score(typed: str, scale: Scale, criterion: Criterion) -> Score:
    """Read a score in any language of the portal. Raises NotAScore."""
    if not typed:
        return Score()
    word = typed.casefold()
    if criterion.not_assessed and word in _said_in_all(NOT_ASSESSED):
        return Score(not_assessed=True)
    if scale.yes_or_no and word in _said_in_all(N_("Yes")) | _said_in_all(N_("No")):
        return Score(halves=2 if word in _said_in_all(N_("Yes")) else 0)
    halves = scale.parse(typed)
    scale.check(halves)
    return Score(halves=halves)


def _said_in_all(words: str) -> frozenset[str]:
    return frozenset(translations(it).gettext(words).casefold() for it in LANGUAGES)


def _plain(text: str) -> str:
    """Return a comment as a workbook gives it back."""
    return text.replace("\r\n", "\n").strip()
