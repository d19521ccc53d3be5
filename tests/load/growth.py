"""What becomes of the cost when there is more: a page that shows as many rows costs as much."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from tests.load.measuring import Costs

HEAD = ("Page or job", "CPU ms", "then", "plain lists", "then", "times", "rows", "then", "")
NOISE = 1.5
"""What two runs of the same work may differ by."""


def growth(
    small: Iterable[tuple[str, Costs | None]], grown: Mapping[str, Costs | None]
) -> list[str]:
    """Hold the costs at two sizes beside the rows shown at each."""
    rows = []
    for name, before in small:
        after = grown.get(name)
        if before is not None and after is not None:
            rows.append((name, *_cells(before, after)))
    return markdown(HEAD, rows, figures=range(1, 8))


def _cells(before: Costs, after: Costs) -> Iterator[str]:
    times = after.plain_lists / before.plain_lists
    yield from (f"{before.cpu_ms:.1f}", f"{after.cpu_ms:.1f}")
    yield from (f"{before.plain_lists:.1f}", f"{after.plain_lists:.1f}", f"{times:.1f}")
    yield from (str(before.rows), str(after.rows))
    shown = max(1.0, (after.rows + 1) / (before.rows + 1))
    # By its work beside that of a plain list: time also tells how quick the machine was just then.
    yield "" if times < shown * NOISE else "grows faster than its rows"


def markdown(
    head: Sequence[str], body: Iterable[Sequence[str]], figures: Collection[int]
) -> list[str]:
    """Write a table for people, which is Markdown as well; figures stand to the right."""
    rows = [head, *body]
    widths = [max(len(row[at]) for row in rows) for at in range(len(head))]
    lines = []
    for number, row in enumerate(rows):
        cells = (
            cell.rjust(w) if at in figures else cell.ljust(w)
            for at, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        lines.append(f"| {' | '.join(cells)} |")
        if number == 0:
            marks = ("-" * (w - 1) + (":" if at in figures else "-") for at, w in enumerate(widths))
            lines.append(f"| {' | '.join(marks)} |")
    return lines
