"""An assignment as a flow of reviews from proposals to reviewers, solved by HiGHS.

A flow with whole bounds has a whole optimum at each corner, and a corner is what the simplex method
ends in. See Taylor, "On the Optimal Assignment of Conference Papers to Reviewers" (2008).
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grants.rules.assigning.problem import AssignmentProblem, Capacity, Demand, KeyPair

LARGE = 1_500
"""From so many proposals and reviewers on, an interior point is found first: that is sooner."""

_MOST_CHANGES = 1_000
"""So many lots together weigh less than a point: finer differences are lost in digits."""

_MOST_POINTS, _MOST_IF_LARGE = 10_000, 1_000
"""What a review that can be had is worth at most, in points: far more, and digits are lost."""


class SolverError(RuntimeError):
    """The solver ended without an answer, which the model does not allow for."""


def solver_name() -> str:
    """Name the solver with its version."""
    import highspy  # with numpy 30 MB, which only planning costs

    parts = (getattr(highspy, f"HIGHS_VERSION_{it}") for it in ("MAJOR", "MINOR", "PATCH"))
    return "HiGHS " + ".".join(map(str, parts))


class Lots:
    """A number for each pair, always the same: what separates two that are equally good."""

    def __init__(self) -> None:
        self._seeds: dict[str, int] = {}

    def of(self, proposal: str, reviewer: str) -> int:
        """Draw it: 0 to 999."""
        mixed = (self._seed(proposal) ^ self._seed(reviewer)) * 2_654_435_761
        return (mixed >> 12 & 0xFFFFF) % 1000

    def _seed(self, key: str) -> int:
        if key not in self._seeds:
            self._seeds[key] = zlib.crc32(key.encode())
        return self._seeds[key]


class Flow:
    """The linear programme of one problem: columns are pairs, shortages and units of load.

    What is asked first counts first: every review that can be had, then everybody's least load,
    then affinity less the balance of loads.
    """

    def __init__(
        self,
        problem: AssignmentProblem,
        demands: Sequence[Demand],
        candidates: Mapping[str, Sequence[Capacity]],
        lots: Lots,
    ) -> None:
        self.costs: list[float] = []
        self.made: list[KeyPair] = []
        self._problem, self._lots = problem, lots
        self._large = len(demands) + len(problem.capacities) >= LARGE
        self._uppers: list[float] = []
        self._entries: list[list[tuple[int, int]]] = []
        self._rows: list[tuple[float, float]] = []
        self._build(demands, candidates)

    def pairs(self) -> list[KeyPair]:
        """Solve it; raises SolverError, which no problem should."""
        if not self.made:
            return []
        taken = self._values()[: len(self.made)]
        return [pair for pair, value in zip(self.made, taken, strict=True) if value > 0.5]

    def _build(
        self, demands: Sequence[Demand], candidates: Mapping[str, Sequence[Capacity]]
    ) -> None:
        problem = self._problem
        capacities = sorted(problem.capacities, key=lambda it: it.key)
        known = {it.key: it.country for it in capacities}
        total = min(sum(problem.needed(it) for it in demands), _MOST_CHANGES)
        does = {it.key: self._row(0, 0) for it in capacities}
        needs = [self._row(problem.needed(it), problem.needed(it)) for it in demands]
        for demand, need in zip(demands, needs, strict=True):
            points = problem.affinity.get(demand.key, {})
            caps = self._country_rows(demand, candidates[demand.key], known)
            for it in candidates[demand.key]:
                lot = self._lots.of(demand.key, it.key) / (1000 * (total + 1))
                rows = [(need, 1), (does[it.key], 1)]
                rows += [(caps[it.country], 1)] if it.country in caps else []
                self._column(lot - points.get(it.key, 0), 1, rows)
                self.made.append((demand.key, it.key))
        wanted = self._wanted(demands, capacities)
        for demand, need in zip(demands, needs, strict=True):
            self._column(2 * wanted, problem.needed(demand), [(need, 1)])
        for it in capacities:
            for cost, units in self._steps(it, len(demands), wanted):
                self._column(cost, units, [(does[it.key], -1)])

    def _wanted(self, demands: Sequence[Demand], capacities: Sequence[Capacity]) -> float:
        """Price a wanted review: more than all that one path of changes can cost."""
        problem = self._problem
        best = max((abs(p) for row in problem.affinity.values() for p in row.values()), default=0)
        busiest = max((min(it.most, len(demands)) for it in capacities), default=0)
        longest = 2 * min(len(demands), len(capacities)) + 2
        most = _MOST_IF_LARGE if self._large else _MOST_POINTS
        return float(min((best + problem.balance * busiest + 1) * longest, most))

    def _country_rows(
        self, demand: Demand, candidates: Sequence[Capacity], known: Mapping[str, str]
    ) -> Mapping[str, int]:
        """Hold that one country does not have all reviewers of a proposal, where it could."""
        if not self._problem.mixed_countries or demand.reviews < 2:
            return {}
        there = self._problem.reviewed_by.get(demand.key, ())
        countries = {known.get(key, "") for key in there}
        possible = Counter(it.country for it in candidates if it.country)
        return {
            country: self._row(0, demand.reviews - 1 - len(there))
            for country in sorted(possible)
            if countries <= {country}
            and possible[country] + len(there) >= demand.reviews > len(there)
        }

    def _steps(self, it: Capacity, most: int, wanted: float) -> Iterator[tuple[float, int]]:
        """Price a reviewer's reviews one after the other: those up to the least are wanted."""
        has = self._problem.loads.get(it.key, 0)
        alike: defaultdict[float, int] = defaultdict(int)
        for nth in range(has, min(it.most, has + most)):
            alike[self._problem.balance * nth - (wanted if nth < it.least else 0)] += 1
        yield from sorted(alike.items())

    def _row(self, lower: float, upper: float) -> int:
        self._rows.append((lower, upper))
        return len(self._rows) - 1

    def _column(self, cost: float, upper: float, rows: list[tuple[int, int]]) -> None:
        self.costs.append(cost)
        self._uppers.append(upper)
        self._entries.append(rows)

    def _values(self) -> Sequence[float]:
        import highspy

        # The class around it hears calls back, and prints who it is for that.
        solver = highspy._core._Highs()
        options: dict[str, bool | int | str] = {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "presolve": "off",
            "solver": "ipx" if self._large else "simplex",
        }
        for name, value in options.items():
            solver.setOptionValue(name, value)
        solver.passModel(self._model(highspy))
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise SolverError(solver.modelStatusToString(solver.getModelStatus()))
        values: Sequence[float] = solver.getSolution().col_value
        if any(abs(it - round(it)) > 1e-4 for it in values):
            raise SolverError("a corner of a flow that is not whole")
        return values

    def _model(self, highspy: Any) -> Any:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.costs), len(self._rows)
        model.col_cost_, model.col_upper_ = self.costs, self._uppers
        model.col_lower_ = [0.0] * len(self.costs)
        model.row_lower_ = [lower for lower, _upper in self._rows]
        model.row_upper_ = [upper for _lower, upper in self._rows]
        starts = [0]
        for rows in self._entries:
            starts.append(starts[-1] + len(rows))
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kColwise
        matrix.start_ = starts
        matrix.index_ = [row for rows in self._entries for row, _sign in rows]
        matrix.value_ = [float(sign) for rows in self._entries for _row, sign in rows]
        return model
