"""What a fund manager writes about a call."""

from typing import Any

import colander
from deform.widget import (
    CheckboxChoiceWidget,
    CheckboxWidget,
    SelectWidget,
    SequenceWidget,
    TextAreaWidget,
    TextInputWidget,
)

from grants.calls.queries.facts import SubmittedBy
from grants.calls.queries.periods import DAYS_AROUND
from grants.rules import timezones
from grants.rules.errors import Refused
from grants.rules.money import DECIMALS
from grants.rules.scoring import Combine, ConsensusRule, ListRule, Rules, Unusable
from grants.rules.scoring.criteria import FACT
from schemas.calls import draws, panels, stages
from schemas.calls.checklist import KINDS as KINDS
from schemas.calls.checklist import Checklist, checklist_faults
from schemas.calls.criteria import Criteria, Sections
from schemas.calls.stages import BASES as BASES
from schemas.calls.stages import MOST_STAGES, EarlierStagesSchema, criteria_of, one_of
from schemas.calls.typed_rules import earlier_rules, rules_of, split_ties, tie_of
from schemas.forms.amounts import Cents, PartOfWhole, Share, refused
from schemas.forms.base import FormSchema, _, stripped
from schemas.forms.days import LocalTime
from schemas.proposal_form.widgets import LongSelect

CODE = r"^[A-Z0-9]+(-[A-Z0-9]+)*$"
AMOUNT = TextInputWidget(attributes={"inputmode": "decimal", "autocomplete": "off"})
TIME = TextInputWidget(attributes={"type": "datetime-local"})
LIST_RULES = (
    (ListRule.STRICT_STOP, _("The list ends at the first proposal that does not fit")),
    (ListRule.SKIP_FILL, _("Later proposals that fit move up")),
    (ListRule.OFFER_REDUCED, _("The first that does not fit is offered what remains")),
)
COMBINES = (
    (Combine.MEAN, _("The mean of the reviews")),
    (Combine.MEDIAN, _("The median of the reviews")),
)
CONSENSUS = (
    ("", _("None: the reviews are combined as they are")),
    (ConsensusRule.ALL, _("For every proposal")),
    (ConsensusRule.DISAGREEING, _("Where the reviews disagree, in place of one more review")),
)
SUBMITTED_BY = (
    (SubmittedBy.MEMBERS, _("Any member of the applicant")),
    (SubmittedBy.OFFICERS, _("Authorised officers of the applicant only")),
)


def _choices(name: str) -> Any:
    return colander.deferred(lambda _node, bound: SelectWidget(values=bound[name]))


class CallSchema(FormSchema):
    """A call, without its code. Bind language, currency, currencies, topics, forms and zones."""

    title = colander.SchemaNode(
        colander.String(), title=_("Title"), preparer=stripped, validator=colander.Length(max=200)
    )
    summary = colander.SchemaNode(
        colander.String(),
        title=_("Summary"),
        description=_("What the call is about, for the public. Up to 5,000 characters."),
        widget=TextAreaWidget(rows=8),
        preparer=stripped,
        validator=colander.Length(max=5000),
    )
    topic_ids = colander.SchemaNode(
        colander.Set(),
        title=_("Topics"),
        widget=colander.deferred(lambda _node, bound: CheckboxChoiceWidget(values=bound["topics"])),
        missing=frozenset(),
    )
    currency = colander.SchemaNode(
        colander.String(),
        title=_("Currency"),
        description=_("The form asks for amounts in the same currency."),
        widget=colander.deferred(lambda _node, bound: LongSelect(values=bound["currencies"])),
        validator=colander.OneOf(DECIMALS),
        default="EUR",
    )
    envelope_cents = colander.SchemaNode(Cents(), title=_("Budget envelope"), widget=AMOUNT)
    smallest_cents = colander.SchemaNode(Cents(), title=_("Smallest grant"), widget=AMOUNT)
    largest_cents = colander.SchemaNode(Cents(), title=_("Largest grant"), widget=AMOUNT)
    cofinancing = colander.SchemaNode(
        PartOfWhole(),
        title=_("Co-financing rate"),
        description=_(
            "The share of the costs that the fund pays at most: in percent, such as 80 or 66.5,"
            " or as a fraction, such as 2/3."
        ),
        widget=AMOUNT,
    )
    zone = colander.SchemaNode(
        colander.String(),
        title=_("Time zone"),
        description=_("The zone in which the opening and closing times below are read."),
        widget=_choices("zones"),
        default="Europe/Brussels",
    )
    opens = colander.SchemaNode(LocalTime(), title=_("Opens"), widget=TIME)
    closes = colander.SchemaNode(LocalTime(), title=_("Closes"), widget=TIME)
    form_id = colander.SchemaNode(colander.Integer(), title=_("Form"), widget=_choices("forms"))
    criteria = Criteria(
        title=_("Criteria"),
        widget=SequenceWidget(min_len=1, add_subitem_text_template=_("Add a criterion")),
        validator=colander.Length(min=1, min_err=_("Give at least one criterion.")),
    )
    overall_threshold = colander.SchemaNode(
        Share(), title=_("Overall threshold"), missing=None, widget=AMOUNT
    )
    basis = colander.SchemaNode(
        colander.String(),
        title=_("The overall threshold is compared with"),
        widget=SelectWidget(values=BASES),
        validator=colander.OneOf([kind.value for kind, _words in BASES]),
    )
    sections = Sections(
        title=_("Thresholds of sections"),
        description=_("Only where criteria of a section need so many points together."),
        widget=SequenceWidget(add_subitem_text_template=_("Add a section")),
        validator=colander.Length(max=20),
        missing=(),
    )
    combine = colander.SchemaNode(
        colander.String(),
        title=_("How reviews become one score"),
        default=Combine.MEAN.value,
        missing=Combine.MEAN.value,
        **one_of(COMBINES),
    )
    list_rule = colander.SchemaNode(
        colander.String(),
        title=_("Where the funds end"),
        widget=SelectWidget(values=LIST_RULES),
        validator=colander.OneOf([kind.value for kind, _words in LIST_RULES]),
    )
    ties = colander.SchemaNode(
        colander.String(),
        title=_("Ties"),
        description=_(
            "Criteria that decide ties, in order of priority, separated by commas. Also “smaller"
            " request”, “new country” and “new topic”: those of the main list so far count."
        ),
        missing="",
    )
    draw = draws.how_ties_are_drawn()
    minimum_reviews = colander.SchemaNode(
        colander.Integer(),
        title=_("Reviews for each proposal"),
        description=_("Minimum number for each proposal."),
        widget=TextInputWidget(attributes={"inputmode": "numeric"}),
        validator=colander.Range(min=1, max=20),
        default=3,
    )
    hides_applicants = stages.hiding()
    earlier = EarlierStagesSchema(
        title=_("Earlier stages of reviews"),
        description=_(
            "Only for calls in several stages, such as concept notes before full proposals. The"
            " rules above are those of the last stage."
        ),
        widget=SequenceWidget(
            max_len=MOST_STAGES, add_subitem_text_template=_("Add an earlier stage")
        ),
        validator=colander.Length(max=MOST_STAGES),
        missing=(),
    )
    differ_total = colander.SchemaNode(
        Share(),
        title=_("Reviews disagree when their totals differ by more than"),
        description=_(
            "In points, such as 3; the total is the sum of scores times weights. Such a proposal"
            " needs one more review. Empty: no such rule."
        ),
        missing=None,
        widget=AMOUNT,
    )
    differ_criterion = colander.SchemaNode(
        Share(),
        title=_("Reviews disagree when their scores of one criterion differ by more than"),
        description=_("In points, such as 1.5. Empty: no such rule."),
        missing=None,
        widget=AMOUNT,
    )
    differ_threshold = colander.SchemaNode(
        colander.Boolean(),
        title=_("Reviews disagree when they lie on both sides of a threshold"),
        widget=CheckboxWidget(),
        missing=False,
        default=False,
    )
    consensus = colander.SchemaNode(
        colander.String(),
        title=_("Consensus reports"),
        description=_(
            "One of the reviewers writes what all of them agree; the others approve it or write a"
            " minority view. Its scores count in place of the reviews."
        ),
        default="",
        missing="",
        **one_of(CONSENSUS),
    )
    panel = panels.meets()
    panel_band = panels.band()
    handed_in_by = colander.SchemaNode(
        colander.String(),
        title=_("Who can submit"),
        description=_(
            "Also reopens and withdraws proposals. You appoint the first authorised officer of"
            " an organisation in the register of organisations."
        ),
        widget=SelectWidget(values=SUBMITTED_BY),
        validator=colander.OneOf([kind.value for kind, _words in SUBMITTED_BY]),
        default=SubmittedBy.MEMBERS.value,
        missing=SubmittedBy.MEMBERS.value,
    )
    redress_days = colander.SchemaNode(
        colander.Integer(),
        title=_("Days to ask for redress"),
        description=_(
            "After their letter, applicants can ask somebody who was not involved to look again at"
            " the procedure. Empty: this call offers none."
        ),
        widget=TextInputWidget(attributes={"inputmode": "numeric"}),
        validator=colander.Range(min=1, max=180),
        missing=None,
    )
    days_around = colander.SchemaNode(
        colander.Integer(),
        title=_("Days around a project’s period"),
        description=_(
            "Number of days before the start and after the end in which deliverables may take"
            " place."
        ),
        widget=TextInputWidget(attributes={"inputmode": "numeric"}),
        validator=colander.Range(min=0, max=366),
        default=DAYS_AROUND,
        missing=DAYS_AROUND,
    )
    checklist = Checklist(
        title=_("Eligibility check"),
        widget=SequenceWidget(min_len=1, add_subitem_text_template=_("Add an item")),
        validator=colander.Length(min=1, min_err=_("Give at least one item.")),
    )

    def validator(self, node: colander.SchemaNode, typed: dict[str, Any]) -> None:
        """Refuse dates and amounts that contradict each other."""
        wrong = colander.Invalid(node)
        for name in ("opens", "closes"):
            try:
                timezones.moment(typed[name], typed["zone"])
            except Refused as refusal:
                wrong.add(refused(node[name], refusal), node.children.index(node[name]))
        if typed["opens"] >= typed["closes"]:
            _blame(wrong, node, "closes", _("A call closes after it opens."))
        if typed["smallest_cents"] > typed["largest_cents"]:
            _blame(wrong, node, "largest_cents", _("The largest grant is below the smallest."))
        if typed["largest_cents"] > typed["envelope_cents"]:
            _blame(wrong, node, "largest_cents", _("One grant cannot exceed the envelope."))
        known = {it["name"].casefold() for it in criteria_of(typed, 0)}
        for name, fault in stages.faults(typed):
            said = refused(node, fault).msg if isinstance(fault, Refused) else fault
            _blame(wrong, node, name, said)
        if typed["panel_band"] and not typed["panel"]:
            _blame(wrong, node, "panel_band", _("No panel meets that could move a score."))
        for fault in checklist_faults(typed):
            _blame(wrong, node, "checklist", fault)
        for name in split_ties(typed["ties"]):
            if name.casefold() not in known and not tie_of(typed, name).startswith(FACT):
                _blame(
                    wrong,
                    node,
                    "ties",
                    _("There is no criterion “${name}”.", mapping={"name": name}),
                )
        if not wrong.children:
            try:
                Rules.from_dict(rules_of(typed))
            except Unusable as refusal:
                _blame(wrong, node, "overall_threshold", refused(node, refusal).msg)
            for number, stage in enumerate(typed["earlier"], 1):
                try:
                    Rules.from_dict(earlier_rules(typed, number, stage))
                except Unusable as refusal:
                    _blame(wrong, node, "earlier", refused(node, refusal).msg)
        if wrong.children:
            raise wrong


class NewCallSchema(CallSchema):
    """A call with the code under which it will be known for good."""

    code = colander.SchemaNode(
        colander.String(),
        title=_("Code"),
        description=_("Short and permanent, such as IUC-2020. References begin with it."),
        validator=colander.All(
            colander.Length(max=30),
            colander.Regex(CODE, _("Enter capital letters and digits, separated by hyphens.")),
        ),
        insert_before="title",
    )


class CorrectionSchema(CallSchema):
    """A correction of a published call."""

    reason = colander.SchemaNode(
        colander.String(),
        title=_("Why it is corrected"),
        description=_("Everyone preparing a proposal under this call will receive it."),
        widget=TextAreaWidget(rows=3),
        preparer=stripped,
        validator=colander.Length(max=2000),
        insert_before="title",
    )


def _blame(wrong: colander.Invalid, node: colander.SchemaNode, name: str, message: object) -> None:
    wrong.add(colander.Invalid(node[name], message), node.children.index(node[name]))
