"""The papers of the evaluation: minutes of panels, for the fund and for their members."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from grants.calls.queries.criteria_in_words import score_in_words
from grants.calls.queries.frozen_rules import frozen_rules
from grants.calls.queries.imprints import hashed, imprint
from grants.evaluation.documents import panel_minutes as paper
from grants.evaluation.models.panels import PanelItem, PanelMeeting
from grants.kit.branding import Branding
from grants.kit.language.formats import Formats, formats
from grants.kit.language.i18n import translations
from grants.kit.service import Service
from grants.rules import canonical
from grants.rules.scoring import shown
from grants.rules.words import N_
from grants.rules.workflow import PanelVoteKind

VOTES: Mapping[PanelVoteKind, str] = {
    PanelVoteKind.FOR: N_("In favour"),
    PanelVoteKind.AGAINST: N_("Against"),
    PanelVoteKind.ABSTAIN: N_("Abstentions"),
}


@dataclass(frozen=True, slots=True)
class PanelPapers(Service):
    """Documents about panels, as PDF."""

    branding: Branding = field(default_factory=Branding, kw_only=True)

    def minutes(
        self,
        meeting: PanelMeeting,
        *,
        items: Sequence[PanelItem] | None = None,
        titles: Mapping[int, str] | None = None,
        language: str,
    ) -> bytes:
        """Print the minutes of a meeting as it stands; of some `items` where not all are read.

        `titles` are those that the reader reads, by the number of the item.
        """
        call = meeting.stage.call
        listed = list(meeting.items if items is None else items)
        made_of = [[it.reference, it.conclusion, it.facts()] for it in listed]
        version = hashed(canonical.digest([meeting.status.value, made_of]))
        made = imprint(call, version=version, language=language, branding=self.branding)
        said = formats(made.language)
        return paper.render(
            paper.PanelMinutes(
                imprint=made,
                reference=meeting.reference,
                title=meeting.title,
                call=call.title,
                place=meeting.place,
                starts_at=meeting.starts_at,
                opened_at=meeting.opened_at,
                closed_at=meeting.closed_at,
                quorum=meeting.quorum,
                status=said.words(meeting.status),
                attendance=[
                    paper.AttendanceEntry(
                        name=it.person.name,
                        arrived_at=it.arrived_at,
                        left_at=it.left_at,
                        is_chair=it.person_id == meeting.chair_id,
                    )
                    for it in meeting.members
                ],
                items=[item_entry(it, said, (titles or {}).get(it.id)) for it in listed],
            )
        )


def item_entry(it: PanelItem, said: Formats, title: str | None = None) -> paper.PanelItemEntry:
    """Put an item into words: votes by name, recusals with their moments, moved scores."""
    names = {each.person_id: each.person.name for each in it.meeting.members}
    return paper.PanelItemEntry(
        reference=it.proposal.reference,
        title=it.proposal.title if title is None else title,
        began_at=it.began_at,
        concluded_at=it.concluded_at,
        conclusion=it.conclusion,
        votes=_votes(it, names, said),
        moved=moved_scores(it, said),
        recusals=[
            paper.RecusalEntry(
                name=each.person.name,
                reason=each.reason,
                left_at=each.left_at,
                returned_at=each.returned_at,
            )
            for each in it.recusals
        ],
    )


def moved_scores(it: PanelItem, said: Formats) -> list[str]:
    """Say which scores a panel moved, a sentence each."""
    rules, moved = frozen_rules(it.meeting.stage), {each.code: each for each in it.scores}
    words = translations(said.language).gettext(N_("{name}: {score} in place of {seed}. {reason}"))
    return [
        words.format(
            name=each.name,
            score=score_in_words(rules.scale_of(each), moved[each.code].halves, said),
            seed=said.figure(shown(Fraction(moved[each.code].seed))),
            reason=moved[each.code].reason,
        )
        for each in rules.criteria
        if each.code in moved
    ]


def _votes(it: PanelItem, names: Mapping[int, str], said: Formats) -> list[tuple[str, str]]:
    say = translations(said.language).gettext
    found = []
    for kind, words in VOTES.items():
        who = sorted(names[each.person_id] for each in it.votes if each.vote is kind)
        if who:
            found.append((f"{say(words)} ({said.number(len(who))})", ", ".join(who)))
    return found
