"""The rules of a call in words: by what a proposal is rejected, ranked and paid.

What the words say is what `grants.rules.scoring` computes; whoever changes one changes the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from grants.calls.models import Call, Stage
from grants.calls.queries.criteria_in_words import (
    CriterionInWords,
    criteria_in_words,
    section_needs,
)
from grants.calls.queries.facts import asks_for_officers, minimum_reviews
from grants.calls.queries.rule_sentences import (
    AGREED,
    DRAWN_BY_SEED,
    GOES_ON,
    MONEY_ENDS,
    NEEDED,
    NO_THRESHOLD,
    PANEL,
    PANEL_MOVES,
    PANEL_MOVES_NOTHING,
    SUBMITTED_BY,
    UNNAMED,
)
from grants.calls.queries.rule_sentences import OVERALL_NAMES as OVERALL_NAMES
from grants.calls.queries.stage_plans import (
    EarlierStage,
    earlier_stages,
    planned_rules,
    review_rows,
)
from grants.calls.queries.stage_rules import rules_of
from grants.calls.queries.tie_facts import NEW, SEPARATES
from grants.kit.language.formats import Formats
from grants.kit.language.i18n import translations
from grants.rules.scoring import (
    Basis,
    Combine,
    DivergenceRule,
    DrawRule,
    EntryRule,
    PanelRule,
    Rules,
)
from grants.rules.scoring.ties import used_fields
from grants.rules.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class StageInWords:
    """A stage of reviews before the last one: by what it judges, and who goes on."""

    name: str
    criteria: tuple[CriterionInWords, ...]
    judging: list[tuple[str, str]]


def earlier_in_words(call: Call, said: Formats) -> list[StageInWords]:
    """Return how the stages before the last one judge, in order."""
    tell = _Teller(said)
    rows = review_rows(call)
    return [
        StageInWords(
            name=stage.name,
            criteria=criteria_in_words(stage.criteria, said),
            judging=[
                *_judged(tell, planned_rules(call, row.plan), stage.minimum_reviews),
                (tell.say(N_("Who goes on")), tell.entry(stage.entry)),
                (tell.say(N_("What follows")), tell.follows(call, stage)),
            ],
        )
        for row, stage in zip(rows, earlier_stages(call), strict=False)
    ]


def entry_in_words(rule: EntryRule, said: Formats) -> str:
    """Return who goes on from an earlier stage."""
    return _Teller(said).entry(rule)


def _judged(tell: "_Teller", rules: Rules, minimum: int) -> list[tuple[str, str]]:
    return [
        (tell.say(N_("Reviews")), tell.reviews(rules, minimum)),
        (tell.say(N_("Overall threshold")), tell.overall(rules)),
        (tell.say(N_("Thresholds of criteria")), tell.thresholds(rules)),
        *tell.hiding(rules),
    ]


def unit(basis: Basis) -> str:
    """Write behind a figure of this basis what it counts, where that is not points."""
    return "\u00a0%" if basis is Basis.WEIGHTED_SHARE else ""


def judging(call: Call, said: Formats) -> list[tuple[str, str]]:
    """Return how a call judges, for those who write, and for those who publish it."""
    rules, tell = rules_of(call), _Teller(said)
    return [
        (tell.say(N_("Reviews")), tell.reviews(rules, minimum_reviews(call))),
        *tell.evaluation(rules),
        *tell.seed(call, rules),
        (tell.say(N_("Grants")), tell.grants(call)),
        (tell.say(N_("Who can submit")), tell.say(SUBMITTED_BY[asks_for_officers(call)])),
        *tell.redress(call),
    ]


def rules_of_stage(stage: Stage, rules: Rules, said: Formats) -> list[tuple[str, str]]:
    """Say the rules under which one stage was held; one before the last says no more than that."""
    if not stage.plan:
        return evaluation_rules(rules, minimum_reviews(stage.call, stage), said)
    return _judged(_Teller(said), rules, minimum_reviews(stage.call, stage))


def evaluation_rules(rules: Rules, minimum_reviews: int, said: Formats) -> list[tuple[str, str]]:
    """Say the rules under which an evaluation was held."""
    tell = _Teller(said)
    return [
        (tell.say(N_("Reviews")), tell.reviews(rules, minimum_reviews)),
        *tell.evaluation(rules),
    ]


def panel_in_words(rule: PanelRule, said: Formats) -> str:
    """Return what a panel does."""
    return _Teller(said).panel(rule)[0][1]


def disagreeing(rule: DivergenceRule, said: Formats) -> list[str]:
    """Say when reviews disagree, a sentence for each case."""
    return _Teller(said).disagree(rule)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Says rules in one language."""

    said: Formats

    def say(self, message: str, **values: object) -> str:
        """Say a marked sentence with its values."""
        words = translations(self.said.language).gettext(message)
        return words.format(**values) if values else words

    def evaluation(self, rules: Rules) -> list[tuple[str, str]]:
        """Say thresholds, order and the end of the money, each under its name."""
        return [
            (self.say(N_("Overall threshold")), self.overall(rules)),
            (self.say(N_("Thresholds of criteria")), self.thresholds(rules)),
            (self.say(N_("Order")), self.order(rules)),
            (self.say(N_("Where the funds end")), self.say(MONEY_ENDS[rules.list_rule])),
            *self.draw(rules.draw),
            *self.hiding(rules),
            *self.divergence(rules),
            *self.consensus(rules),
            *self.panel(rules.panel),
        ]

    def draw(self, rule: DrawRule) -> list[tuple[str, str]]:
        """Say where the order of a draw comes from; nothing where people draw lots."""
        return [(self.say(N_("Draws")), self.say(DRAWN_BY_SEED))] if rule is DrawRule.SEED else []

    def hiding(self, rules: Rules) -> list[tuple[str, str]]:
        """Say that reviewers do not learn who applies; nothing where they do."""
        if not rules.hides_applicants:
            return []
        return [(self.say(N_("Applicants")), self.say(UNNAMED))]

    def seed(self, call: Call, rules: Rules) -> list[tuple[str, str]]:
        """Return the hash of a call's seed, and the seed itself once it is revealed."""
        found = call.draw_seed if rules.draw is DrawRule.SEED else None
        if found is None:
            return []
        shown = found.seed or self.say(N_("secret until the first draw"))
        return [
            (self.say(N_("SHA-256 of the seed of draws")), found.sha256),
            (self.say(N_("Seed of draws")), shown),
        ]

    def entry(self, rule: EntryRule) -> str:
        """Return who goes on to the next stage."""
        return self.say(GOES_ON[rule.kind], count=rule.most or 0)

    def follows(self, call: Call, stage: EarlierStage) -> str:
        """Return what those who go on write, and until when."""
        if stage.closes_at is None:
            return self.say(N_("The next stage evaluates the same text."))
        return self.say(
            N_("Those who go on are invited to write the next form, until {moment}."),
            moment=self.said.moment(stage.closes_at, call.zone),
        )

    def reviews(self, rules: Rules, minimum: int) -> str:
        """Return how many reviews there are, and how they become one score."""
        how = {
            Combine.MEAN: N_(
                "Each proposal receives at least {count} reviews. The score of a criterion is their"
                " mean, computed exactly."
            ),
            Combine.MEDIAN: N_(
                "Each proposal receives at least {count} reviews. The score of a criterion is their"
                " median, computed exactly."
            ),
        }
        return self.say(how[rules.combine], count=minimum)

    def overall(self, rules: Rules) -> str:
        """Say the threshold of all criteria together, and what it is compared with."""
        if rules.overall_threshold is None:
            return self.say(NO_THRESHOLD)
        threshold, maximum = self._figure(rules.overall_threshold), self._figure(rules.maximum)
        return self.say(NEEDED[rules.basis], threshold=threshold, maximum=maximum)

    def thresholds(self, rules: Rules) -> str:
        """Return what each criterion needs."""
        needed = [
            self.say(
                N_("{name}: at least {points} of {maximum} points."),
                name=each.name,
                points=self.said.halves(each.threshold_halves),
                maximum=self.said.halves(rules.scale_of(each).maximum_halves),
            )
            for each in rules.criteria
            if each.threshold_halves is not None
        ]
        needed += [
            section_needs(it, rules.maximum_of_section(it.section), self.said)
            for it in rules.sections
        ]
        return " ".join(needed) or self.say(N_("No criterion has a threshold of its own."))

    def order(self, rules: Rules) -> str:
        """Return what proposals are ranked by, and what separates those that are level."""
        names = {each.code: each.name for each in rules.criteria}
        first = self.say(
            N_("Proposals that reach all thresholds are ranked by the sum of scores times weights.")
        )
        if not set(rules.tie_rules) <= set(names):
            return f"{first} {self._facts(rules, names)}"
        ties = ", ".join(names[code] for code in rules.tie_rules)
        level = N_(
            "Of tied proposals, the one with more points on these criteria ranks higher:"
            " {criteria}. Remaining ties are decided by lot where funding depends on them."
        )
        by_lot = N_("Ties are decided by lot where funding depends on them.")
        return f"{first} {self.say(level, criteria=ties) if ties else self.say(by_lot)}"

    def consensus(self, rules: Rules) -> list[tuple[str, str]]:
        """Say where reviewers agree on a report; nothing where the call asks for none."""
        if rules.consensus is None:
            return []
        return [(self.say(N_("Consensus report")), self.say(AGREED[rules.consensus]))]

    def panel(self, rule: PanelRule | None) -> list[tuple[str, str]]:
        """Say what a panel does; nothing where none meets."""
        if rule is None:
            return []
        moves = PANEL_MOVES if rule.band_halves else PANEL_MOVES_NOTHING
        points = self.said.halves(rule.band_halves or 0)
        return [(self.say(N_("Panel")), f"{self.say(PANEL)} {self.say(moves, points=points)}")]

    def _facts(self, rules: Rules, names: Mapping[str, str]) -> str:
        """Say what separates ties where facts of proposals are among it."""
        points = N_("more points on {criterion}")
        ties = [
            self.say(SEPARATES[code])
            if code in SEPARATES
            else self.say(points, criterion=names[code])
            for code in rules.tie_rules
        ]
        level = N_(
            "Of tied proposals, the one that has the first of these ranks higher: {rules}."
            " Remaining ties are decided by lot where funding depends on them."
        )
        said = self.say(level, rules=", ".join(ties))
        return f"{said} {self.say(NEW)}" if used_fields(rules.tie_rules) else said

    def divergence(self, rules: Rules) -> list[tuple[str, str]]:
        """Say when reviews disagree, and what follows; nothing where the call has no such rule."""
        rule = rules.divergence
        if rule is None:
            return []
        follows = (
            self.say(N_("Such a proposal needs one more review before the stage can close."))
            if rules.consensus is None
            else self.say(N_("Such a proposal needs a consensus report."))
        )
        said = f"{' '.join(self.disagree(rule))} {follows}"
        return [(self.say(N_("Where reviews disagree")), said)]

    def disagree(self, rule: DivergenceRule) -> list[str]:
        """Say when reviews disagree, a sentence for each case."""
        totals = N_("Reviews disagree when their totals differ by more than {points} points.")
        scores = N_(
            "Reviews disagree when their scores of one criterion differ by more than {points}"
            " points."
        )
        limits = ((totals, rule.total), (scores, rule.criterion))
        said = [
            self.say(message, points=self._figure(limit))
            for message, limit in limits
            if limit is not None
        ]
        if rule.both_sides:
            said.append(
                self.say(N_("Reviews disagree when they lie on both sides of a threshold."))
            )
        return said

    def redress(self, call: Call) -> list[tuple[str, str]]:
        """Say how long applicants can ask for redress; nothing where the call offers none."""
        days = call.rules.get("redress_days")
        if days is None:
            return []
        words = N_(
            "Within {days} days after its letter, an applicant can ask that somebody who was not"
            " involved looks again at the procedure."
        )
        return [(self.say(N_("Redress")), self.say(words, days=days))]

    def grants(self, call: Call) -> str:
        """Return how much may be asked for."""
        return self.say(
            N_(
                "A proposal requests at least {smallest} and at most {largest}, and no more than"
                " {share} of its costs."
            ),
            smallest=self.said.money(call.smallest_cents, call.currency),
            largest=self.said.money(call.largest_cents, call.currency),
            share=self.said.share(call.cofinancing),
        )

    def _figure(self, number: Fraction) -> str:
        return self.said.exact(str(number))
