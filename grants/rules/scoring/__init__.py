"""Judging proposals: exact scores, thresholds, ranking, ties and the budget line.

Pure functions: values in, values out. Scores are integers in half points ("halves") or
exact fractions in points, money is integer cents, and no result depends on the order of
its inputs.

    rules = Rules(criteria=(...), envelope_cents=..., ...)    or Rules.from_dict(json)
    ranking = rank(rules, entries, draws)
    digest(ranking)                                           the same for the same inputs
"""

from grants.rules.scoring.analysis.disagreement import Disagreement, disagreements
from grants.rules.scoring.analysis.rater_agreement import Spread, agreement
from grants.rules.scoring.analysis.severity import Severity, severity
from grants.rules.scoring.criteria import OVERALL, SECTION, Criterion, NotAssessed, SectionThreshold
from grants.rules.scoring.divergence import DivergenceRule
from grants.rules.scoring.entry import Contender, EntryKind, EntryRule, entering
from grants.rules.scoring.errors import InvalidDraw, InvalidEntry, InvalidRules, NotAScore, Unusable
from grants.rules.scoring.lots import DrawRule, commitment, drawn_order, lot
from grants.rules.scoring.panels import PanelRule, with_panel_scores
from grants.rules.scoring.ranking import rank
from grants.rules.scoring.results import Draw, Entry, OpenTie, Outcome, RankedPlace, Ranking
from grants.rules.scoring.rules import Basis, Combine, ConsensusRule, ListRule, Rules
from grants.rules.scoring.scale import (
    WIDEST,
    Scale,
    points,
    shown,
    shown_down,
    shown_halves,
    shown_up,
    weight_shown,
)
from grants.rules.scoring.scoring import (
    Result,
    Review,
    Shortfall,
    against_overall,
    combine,
    each_alone,
    evaluate,
    of_section,
    share,
    total,
)
from grants.rules.scoring.serialization import (
    canonical_json,
    digest,
    inputs_digest,
    to_dict,
    written,
)

__all__ = [
    "OVERALL",
    "SECTION",
    "WIDEST",
    "Basis",
    "Combine",
    "ConsensusRule",
    "Contender",
    "Criterion",
    "Disagreement",
    "DivergenceRule",
    "Draw",
    "DrawRule",
    "Entry",
    "EntryKind",
    "EntryRule",
    "InvalidDraw",
    "InvalidEntry",
    "InvalidRules",
    "ListRule",
    "NotAScore",
    "NotAssessed",
    "OpenTie",
    "Outcome",
    "PanelRule",
    "RankedPlace",
    "Ranking",
    "Result",
    "Review",
    "Rules",
    "Scale",
    "SectionThreshold",
    "Severity",
    "Shortfall",
    "Spread",
    "Unusable",
    "against_overall",
    "agreement",
    "canonical_json",
    "combine",
    "commitment",
    "digest",
    "disagreements",
    "drawn_order",
    "each_alone",
    "entering",
    "evaluate",
    "inputs_digest",
    "lot",
    "of_section",
    "points",
    "rank",
    "severity",
    "share",
    "shown",
    "shown_down",
    "shown_halves",
    "shown_up",
    "to_dict",
    "total",
    "weight_shown",
    "with_panel_scores",
    "written",
]
