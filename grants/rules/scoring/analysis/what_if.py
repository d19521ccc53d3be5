"""What another rule, or one reviewer less, would change: asked beside a ranking, never in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from grants.rules.scoring.panels import with_panel_scores
from grants.rules.scoring.ranking import JudgedEntry, judged_entry, placed
from grants.rules.scoring.results import Draw, Entry, Outcome, RankedPlace
from grants.rules.scoring.rules import ListRule, Rules
from grants.rules.scoring.scoring import Review


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """Who would get on the main list and who would leave it, by reference, and the money then."""

    entering: tuple[str, ...]
    leaving: tuple[str, ...]
    undecided: tuple[str, ...]
    """Those whose money would depend on a draw."""
    places: tuple[RankedPlace, ...]
    committed_cents: int
    remaining_cents: int

    @property
    def changes(self) -> bool:
        """Return whether anybody's money would."""
        return bool(self.entering or self.leaving or self.undecided)


@dataclass(frozen=True, kw_only=True)
class ReviewedEntry:
    """A proposal with its reviews by reviewer, and its request in cents.

    `agreed` are the scores of a final consensus report, which count in place of the reviews.
    """

    reference: str
    reviews: Mapping[str, Review]
    requested_cents: int
    agreed: Review | None = None
    country: str = ""
    topic: str = ""
    decided: Mapping[str, int] = field(default_factory=dict)
    """The scores that a panel moved, in halves, by criterion."""

    def entry(self, *, but: str | None = None) -> Entry:
        """Return it as it is ranked, less the review of one reviewer."""
        single = tuple(it for who, it in sorted(self.reviews.items()) if who != but)
        reviews = single if self.agreed is None else (self.agreed,)
        return Entry(
            reference=self.reference,
            reviews=with_panel_scores(reviews, self.decided),
            requested_cents=self.requested_cents,
            country=self.country,
            topic=self.topic,
        )


def what_if(
    rules: Rules, changed: Rules, entries: Iterable[Entry], draws: Iterable[Draw] = ()
) -> WhatIf:
    """Return what a ranking under other rules would change."""
    entries, draws = tuple(entries), tuple(draws)
    before = placed(rules, [judged_entry(rules, it) for it in entries], draws)
    after = placed(changed, [judged_entry(changed, it) for it in entries], draws)
    return _compared(changed, before, after)


def without_each_reviewer(
    rules: Rules, entries: Iterable[ReviewedEntry], draws: Iterable[Draw] = ()
) -> dict[str, WhatIf]:
    """Return by reviewer what the ranking would change without their reviews.

    A proposal that nobody else reviewed stays as it is. Each is judged once, and again only where
    that reviewer's review is left out.
    """
    entries, draws = sorted(entries, key=lambda it: it.reference), tuple(draws)
    judged = {it.reference: judged_entry(rules, it.entry()) for it in entries}
    before = placed(rules, judged.values(), draws)
    reviewed: dict[str, list[ReviewedEntry]] = {}
    for it in entries:
        for who in it.reviews:
            reviewed.setdefault(who, []).append(it)
    return {
        who: _compared(rules, before, placed(rules, _less(rules, judged, its, who), draws))
        for who, its in sorted(reviewed.items())
    }


def changed_rules(
    rules: Rules, *, envelope_cents: int, list_rule: ListRule, overall_threshold: Fraction | None
) -> Rules:
    """Return rules with another envelope, list rule and overall threshold. Raises InvalidRules."""
    return replace(
        rules,
        envelope_cents=envelope_cents,
        list_rule=list_rule,
        overall_threshold=overall_threshold,
    )


def _less(
    rules: Rules, judged: dict[str, JudgedEntry], its: Iterable[ReviewedEntry], who: str
) -> Iterable[JudgedEntry]:
    again = {
        it.reference: judged_entry(rules, it.entry(but=who)) for it in its if len(it.reviews) > 1
    }
    return (judged | again).values()


def _compared(
    rules: Rules, before: tuple[RankedPlace, ...], after: tuple[RankedPlace, ...]
) -> WhatIf:
    was, now = _with(before, Outcome.MAIN), _with(after, Outcome.MAIN)
    open_now = _with(after, Outcome.UNDECIDED)
    committed = after[-1].cumulative_cents if after else 0
    return WhatIf(
        entering=tuple(it for it in now if it not in was),
        leaving=tuple(it for it in was if it not in now and it not in open_now),
        undecided=tuple(open_now),
        places=after,
        committed_cents=committed,
        remaining_cents=rules.envelope_cents - committed,
    )


def _with(places: tuple[RankedPlace, ...], outcome: Outcome) -> dict[str, None]:
    return {it.reference: None for it in places if it.outcome is outcome}
