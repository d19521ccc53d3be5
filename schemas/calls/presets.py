"""What a new call may begin with: usual rules of evaluation, to be changed like anything else.

None of them is a particular fund's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grants.rules.scoring import Basis, EntryKind, ListRule
from schemas.forms.base import _

_CHECKLIST = (
    ("admissibility", _("The proposal is complete and was submitted in time.")),
    ("admissibility", _("The required annexes are attached and signed.")),
    ("eligibility", _("The applicant may apply under this call.")),
    ("eligibility", _("Cities of at least two countries take part.")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Rules under a name; `criteria` are name, weight, threshold in halves, and stage."""

    name: str
    about: str
    criteria: tuple[tuple[str, str, int | None, int], ...]
    overall_threshold: str | None = None
    basis: Basis = Basis.UNWEIGHTED_SUM
    list_rule: ListRule = ListRule.STRICT_STOP
    ties: tuple[str, ...] = ()
    minimum_reviews: int = 3
    earlier: tuple[Mapping[str, Any], ...] = ()


PRESETS: Mapping[str, Preset] = {
    "simple": Preset(
        name=_("Simple fund"),
        about=_("Two criteria of equal weight, a threshold for both together, two reviews."),
        criteria=((_("Relevance"), "1", None, 0), (_("Quality"), "1", None, 0)),
        overall_threshold="6",
        list_rule=ListRule.SKIP_FILL,
        ties=(_("Relevance"),),
        minimum_reviews=2,
    ),
    "three": Preset(
        name=_("Three criteria with thresholds"),
        about=_("Each criterion needs 3 of 5 points and all together 10 of 15; ties by impact."),
        criteria=(
            (_("Excellence"), "1", 6, 0),
            (_("Impact"), "1", 6, 0),
            (_("Implementation"), "1", 6, 0),
        ),
        overall_threshold="10",
        ties=(_("Impact"), _("Excellence")),
    ),
    "weighted": Preset(
        name=_("Weighted criteria, in percent"),
        about=_("Five criteria counted by weight; 70 % of the maximum are needed."),
        criteria=(
            (_("Innovation"), "40", None, 0),
            (_("Partnership"), "15", None, 0),
            (_("Measurable results"), "15", None, 0),
            (_("Transferability"), "10", None, 0),
            (_("Quality of the work plan"), "20", None, 0),
        ),
        overall_threshold="70",
        basis=Basis.WEIGHTED_SHARE,
        ties=(_("Innovation"),),
    ),
    "two-stages": Preset(
        name=_("Concept notes, then full proposals"),
        about=_("The concept notes that request twice the envelope go on and write a second form."),
        criteria=(
            (_("Relevance"), "2", 6, 1),
            (_("Design of the action"), "1", None, 1),
            (_("Relevance"), "1", 6, 0),
            (_("Effectiveness"), "1", None, 0),
            (_("Sustainability"), "1", None, 0),
        ),
        overall_threshold="9",
        ties=(_("Relevance"),),
        minimum_reviews=2,
        earlier=(
            {
                "name": _("Concept notes"),
                "overall_threshold": "6",
                "basis": Basis.UNWEIGHTED_SUM.value,
                "minimum_reviews": 2,
                "entry": EntryKind.BUDGET.value,
                "entry_most": 200,
                "form_id": None,
                "closes": None,
            },
        ),
    ),
}


def begun_with(preset: Preset, translate: Any) -> dict[str, Any]:
    """Return what the form of a new call shows of a preset, in the reader's words."""
    return {
        "criteria": [
            {
                "name": translate(name),
                "guidance": "",
                "weight": weight,
                "threshold_halves": halves,
                "stage": str(stage),
            }
            for name, weight, halves, stage in preset.criteria
        ],
        "overall_threshold": preset.overall_threshold,
        "basis": preset.basis.value,
        "list_rule": preset.list_rule.value,
        "ties": ", ".join(translate(name) for name in preset.ties),
        "minimum_reviews": preset.minimum_reviews,
        "earlier": [{**it, "name": translate(it["name"])} for it in preset.earlier],
        "checklist": [
            {"kind": kind, "text": translate(text), "phase": "1"} for kind, text in _CHECKLIST
        ],
    }
