"""The figures of a call as charts: how proposals became awards, and where the money went."""

from collections.abc import Sequence
from dataclasses import dataclass

from grants.calls.models import Call
from grants.calls.queries.imprints import imprint
from grants.kit.language.formats import formats
from grants.kit.pdf.charts import Bar, bars, in_words, svg
from grants.kit.pdf.wording import Imprint
from grants.oversight.documents.award_report import Funnel
from grants.oversight.queries.award_report.outcomes import ReportedProposal
from grants.oversight.queries.award_report.report import AwardReports
from grants.rules.words import N_

NAMES = ("funnel", "topics", "countries")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart, and the table that says the same."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    bars: Sequence[Bar]

    @property
    def in_words(self) -> str:
        """Return what it shows, for those who do not see it."""
        return in_words(self.bars)


def charts(reports: AwardReports, call: Call, *, language: str) -> list[Chart]:
    """Gather all charts of a call; those of awards only once there are any."""
    made = imprint(call, version="", language=language, branding=reports.branding)
    said, received = formats(made.language), reports.received(call, owed=False)
    awarded = [it for it in received if it.awarded_cents]
    drawn = [_funnel(reports.funnel_of(call, received), made)]
    if awarded and call.topics:
        topics = [(it.proposal.topic.name if it.proposal.topic else "", it) for it in awarded]
        words = made.say(N_("Awards by topic")), made.say(N_("Topic"))
        drawn.append(_spread("topics", words, topics, made, call.currency))
    if awarded:
        countries = [(said.country(it.proposal.organisation.country), it) for it in awarded]
        words = made.say(N_("Awards by country")), made.say(N_("Country"))
        drawn.append(_spread("countries", words, countries, made, call.currency))
    return drawn


def draw(chart: Chart, accent: str) -> bytes:
    """Draw a chart as SVG."""
    return svg(bars(chart.bars, accent=accent), chart.title)


def _funnel(funnel: Funnel, made: Imprint) -> Chart:
    say = made.say
    steps = [
        (say(N_("Received")), funnel.received),
        (say(N_("Eligible")), funnel.eligible),
        (say(N_("Evaluated")), funnel.evaluated),
        (say(N_("Above all thresholds")), funnel.above_thresholds),
        (say(N_("Awarded")), funnel.awarded),
    ]
    shown = [(label, made.number(count)) for label, count in steps]
    return Chart(
        name="funnel",
        title=say(N_("From proposals to awards")),
        columns=[say(N_("Step")), say(N_("Proposals"))],
        rows=shown,
        bars=[Bar(label, count, made.number(count)) for label, count in steps],
    )


def _spread(
    name: str,
    words: tuple[str, str],
    awarded: Sequence[tuple[str, ReportedProposal]],
    made: Imprint,
    currency: str,
) -> Chart:
    groups: dict[str, list[int]] = {}
    for label, it in awarded:
        groups.setdefault(label or made.say(N_("Not given")), []).append(it.awarded_cents)
    ordered = sorted(groups.items(), key=lambda group: (-sum(group[1]), group[0]))
    rows = [
        (label, made.number(len(cents)), made.money(sum(cents), currency))
        for label, cents in ordered
    ]
    return Chart(
        name=name,
        title=words[0],
        columns=[words[1], made.say(N_("Awards")), made.say(N_("Granted"))],
        rows=rows,
        bars=[
            Bar(label, sum(cents), row[2])
            for (label, cents), row in zip(ordered, rows, strict=True)
        ],
    )
