"""The flow of whole lorry loads over days that an order of sending is: solved by HiGHS, with a bound that proves how good it is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from enduse.errors import MissingExtraError

if TYPE_CHECKING:
    import numpy as np

EXACT_MAX: Final = 4_000
"""Up to so many variables the whole-number problem is solved to its optimum; beyond, to :data:`GAP`."""
GAP: Final = 0.01
NODES_MAX: Final = 2_000
"""Nodes of the search where rounding does not do; a limit of time would make the plan depend on the machine."""
_NEAR: Final = 1e-6


class LoadGroup(NamedTuple):
    """Lorry loads that are alike: from which day, how needed, by which ways (each the passages on it), how many."""

    ready: int
    need: Decimal
    ways: tuple[tuple[str, ...], ...]
    trucks: int


class LoadFlow(NamedTuple):
    """What is to be sent, and what each passage lets through on each day."""

    groups: tuple[LoadGroup, ...]
    capacity: Mapping[str, Sequence[int]]
    days: int


class Solved(NamedTuple):
    """A plan.

    Attributes:
        sent: of each group, day, number of the way, and lorry loads.
        bound: no plan has a smaller delay.
        saves: what one more lorry load on each day of a passage would save, to the first order.
    """

    sent: list[list[tuple[int, int, int]]]
    bound: float
    saves: dict[str, float]


class _Columns(NamedTuple):
    """The variables: lorry loads of a group by a way on a day."""

    of: "list[tuple[int, int, int]]"
    cost: "np.ndarray[Any, np.dtype[np.float64]]"
    rows: Any
    limit: "np.ndarray[Any, np.dtype[np.float64]]"
    names: list[tuple[str, int]]


def solve(flow: LoadFlow) -> Solved:
    """Return a plan whose delay is the least there is, or, of a large one, provably within :data:`GAP` of it."""
    try:
        from scipy.optimize import linprog  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError("analytics", "access") from error

    waits = sum(float(each.need) * each.trucks * (flow.days - each.ready) for each in flow.groups)
    columns = _columns(flow)
    if not columns.of:
        return Solved([[] for _ in flow.groups], waits, {})
    relaxed: Any = linprog(columns.cost, A_ub=columns.rows, b_ub=columns.limit, method="highs-ds")
    saves: dict[str, float] = defaultdict(float)
    for (name, _), worth in zip(columns.names, relaxed.ineqlin.marginals, strict=False):
        saves[name] -= float(worth)
    bound = waits + float(columns.cost @ relaxed.x)
    whole = _whole(relaxed.x, columns, flow)
    reached = waits + float(columns.cost @ whole)
    allowed = 0.0 if len(columns.of) <= EXACT_MAX else GAP
    if reached - bound > allowed * abs(reached) + _NEAR * max(1.0, abs(bound)):
        found = _searched(columns, allowed)
        if found is not None and float(columns.cost @ found[0]) < reached - waits:
            whole = found[0]
        bound = max(bound, waits + found[1]) if found is not None else bound
    return Solved(_sent(whole, columns, len(flow.groups)), bound, dict(saves))


def _columns(flow: LoadFlow) -> _Columns:
    """Lay out variables, their cost (how much less waiting than staying to the end) and what limits them."""
    import numpy as np  # noqa: PLC0415 - an extra
    from scipy.sparse import csr_array  # noqa: PLC0415 - an extra

    names = sorted((name, day) for name, each in flow.capacity.items() for day in range(flow.days))
    row = {name: number for number, name in enumerate(names)}
    of: list[tuple[int, int, int]] = []
    cost: list[float] = []
    across: list[int] = []
    down: list[int] = []
    for number, group in enumerate(flow.groups):
        for way, passages in enumerate(group.ways):
            for day in range(group.ready, flow.days):
                if any(not flow.capacity.get(name, [0] * flow.days)[day] for name in passages):
                    continue
                column = len(of)
                of.append((number, day, way))
                cost.append(-float(group.need) * (flow.days - day))
                for name in passages:
                    down.append(row[name, day])
                    across.append(column)
                down.append(len(names) + number)
                across.append(column)
    limit = [flow.capacity[name][day] for name, day in names] + [group.trucks for group in flow.groups]
    shape = (len(limit), len(of))
    rows = csr_array((np.ones(len(across)), (down, across)), shape=shape)
    return _Columns(of, np.array(cost), rows, np.array(limit, dtype=float), names)


def _whole(relaxed: Any, columns: _Columns, flow: LoadFlow) -> Any:  # noqa: ANN401 - arrays
    """Round a solution down to whole lorry loads, then let what fits still go, the most needed and earliest first."""
    import numpy as np  # noqa: PLC0415 - an extra

    whole = np.floor(relaxed + _NEAR)
    left = columns.limit - columns.rows @ whole
    lines = columns.rows.tocsc()
    for column in sorted(range(len(columns.of)), key=lambda one: (columns.cost[one], columns.of[one])):
        touched = lines.indices[lines.indptr[column] : lines.indptr[column + 1]]
        more = float(left[touched].min())
        if more >= 1 and flow.groups[columns.of[column][0]].need > 0:
            whole[column] += np.floor(more)
            left[touched] -= np.floor(more)
    return whole


def _searched(columns: _Columns, allowed: float) -> tuple[Any, float] | None:
    """Search for whole numbers; return them and what they are bounded by, or nothing where the search found none."""
    import numpy as np  # noqa: PLC0415 - an extra
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - an extra

    found = milp(
        columns.cost,
        integrality=np.ones(len(columns.of), dtype=np.uint8),
        bounds=Bounds(0, np.inf),
        constraints=LinearConstraint(columns.rows, -np.inf, columns.limit),
        options={"mip_rel_gap": allowed, "node_limit": NODES_MAX},
    )
    if found.x is None:
        return None
    return np.round(found.x), float(found.mip_dual_bound)


def _sent(whole: Any, columns: _Columns, groups: int) -> list[list[tuple[int, int, int]]]:  # noqa: ANN401 - an array
    sent: list[list[tuple[int, int, int]]] = [[] for _ in range(groups)]
    for (group, day, way), trucks in zip(columns.of, whole, strict=True):
        if trucks >= 1:
            sent[group].append((day, way, int(trucks)))
    return sent
