"""From readings to fitted materials: error sizes learned, gross errors set aside, everything scored."""

from collections.abc import Iterable, Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance import scan
from enduse.assurance.detection.fit import Fit, better_amounts, score_all
from enduse.assurance.fitting import deletion, gross_errors, variances
from enduse.assurance.fitting.panel import Panel, build_panel
from enduse.assurance.fitting.system import Leverage, Solution, Solver, System
from enduse.assurance.fitting.variances import Learned
from enduse.assurance.model import ErrorModel, Network
from enduse.assurance.readings import Readings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS = 24
POOLED_ROUNDS = 4  # before single instruments may differ from their group
SETTLED = 0.01
FIRST_CAUTION = 3.0  # before the error sizes are learned only what is far beyond them is set aside
CALM = 0.1
AMOUNT_ROUNDS = 3  # of taking the amounts that errors scale with from the reconciled campaign
LEARN_CELLS = 400_000  # enough readings to learn error sizes from; further materials use what was learned


class MaterialState(msgspec.Struct):
    """One material on its way through the rounds."""

    system: System
    removed: gross_errors.Removed
    amounts: tuple[Floats, Floats, Floats, Floats]
    suspects: list[gross_errors.Suspect]
    returned: set[tuple[int, int, int]] = msgspec.field(default_factory=set)

    def values(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Return the readings, with plausible amounts in place of those set aside."""
        out = [
            np.where(away, amount, cells.value)
            for cells, away, amount in zip(self.system.panel.cells(), self.removed, self.amounts, strict=True)
        ]
        return out[0], out[1], out[2], out[3]

    def set_aside(self, found: Iterable[gross_errors.Suspect]) -> None:
        """Take readings out and note why."""
        for one in found:
            self.removed[one.kind][one.place, one.column] = True
            self.suspects.append(one)

    def let_back(self, found: Iterable[gross_errors.Suspect]) -> None:
        """Take readings that were set aside for sound again."""
        for one in found:
            self.removed[one.kind][one.place, one.column] = False
            self.suspects.remove(one)


class Engine:
    """The work shared by one network and its errors.

    Args:
        network: the places.
        errors: the instruments.
    """

    def __init__(self, network: Network, errors: ErrorModel) -> None:
        self.network = network
        self.errors = errors
        self.stated = np.array([[one.random_sd, one.systematic_sd] for one in errors.instruments]).reshape(-1, 2).T
        self._systems: dict[bytes, System] = {}

    def materials(self, readings: Readings) -> Iterator[tuple[int, Panel]]:
        """Yield position and panel of every material that can be judged."""
        order = np.argsort(readings.material, kind="stable")
        bounds = np.searchsorted(readings.material[order], np.arange(len(readings.materials) + 1))
        for at in range(len(readings.materials)):
            panel = build_panel(self.network, self.errors, readings, order[bounds[at] : bounds[at + 1]], at)
            if panel is not None:
                yield at, panel

    def to_learn_from(self, stream: Iterator[tuple[int, Panel]]) -> list[MaterialState]:
        """Set up the first materials of a stream, so many that error sizes can be learned from them."""
        out: list[MaterialState] = []
        cells = 0
        for _, panel in stream:
            out.append(self.begin(panel))
            cells += sum(int(part.value.size) for part in panel.cells())
            if cells > LEARN_CELLS:
                break
        return out

    def begin(self, panel: Panel) -> MaterialState:
        """Set up one material; materials and campaigns of one pattern share it."""
        key = b"".join(
            np.ascontiguousarray(part).tobytes()
            for part in (
                np.array([panel.periods]),
                panel.nodes,
                panel.links,
                panel.ends,
                panel.instrument,
                panel.epoch,
                *(cells.bias for cells in panel.cells()),
            )
        )
        known = self._systems.get(key)
        system = System(panel) if known is None else known.like(panel)
        if known is None:
            self._systems.clear()  # campaigns come one after the other: the last pattern is the one that comes again
            self._systems[key] = system
        removed = [np.zeros_like(cells.present) for cells in panel.cells()]
        amounts = [cells.amount for cells in panel.cells()]
        out = MaterialState(
            system,
            (removed[0], removed[1], removed[2], removed[3]),
            (amounts[0], amounts[1], amounts[2], amounts[3]),
            [],
        )
        out.set_aside(gross_errors.impossible(panel))
        return out

    def roles(self, panel: Panel) -> Ints:
        """Return what each instrument mainly reads: 0 flows, 1 stock, 2 use."""
        count = np.zeros((3, len(self.errors.instruments)))
        for cells in panel.cells():
            for bias in cells.bias:
                np.add.at(count[cells.role], panel.instrument[bias[bias >= 0]], 1)
        return np.asarray(count.argmax(axis=0), dtype=np.int64)

    def round(
        self, material: MaterialState, learned: Learned, caution: float = 1.0, *, learning: bool = False
    ) -> tuple[bool, variances.ErrorEvidence]:
        """Solve once; set wild readings aside; return whether any were, and the evidence on the error sizes."""
        panel = material.system.panel
        spread = variances.spread_of(panel, learned, self.stated[1], material.removed, material.amounts)
        solver = material.system.solver(spread)
        info = solver.leverage()
        solution = solver.solve(*(value[:, :, None] for value in material.values()))
        apart = deletion.set_apart(panel, solver, info, solution, lasting=learning and deletion.many_scales(panel))
        proof = variances.evidence(panel, apart, solver.variance, material.removed, len(self.errors.instruments))
        slippery = caution <= 1 and gross_errors.is_slippery(panel, material.suspects)
        found = gross_errors.find(panel, solution, info, solver, caution, slippery=slippery)
        found = gross_errors.no_echo(panel, found, info, apart, caution)
        back = [] if found else self._cleared(material, solver, info, solution, learned)
        material.amounts = better_amounts(solver, solution)
        material.let_back(back)
        material.returned |= {(one.kind, one.place, one.column) for one in back}
        material.set_aside(found)
        return bool(found or back), proof

    def _cleared(
        self, material: MaterialState, solver: Solver, info: Leverage, solution: Solution, learned: Learned
    ) -> list[gross_errors.Suspect]:
        """Return readings set aside that may come back; each may do so once."""
        waiting = [one for one in material.suspects if (one.kind, one.place, one.column) not in material.returned]
        if not waiting:
            return []
        panel = material.system.panel
        none = [np.zeros_like(out) for out in material.removed]
        spread = variances.spread_of(
            panel, learned, self.stated[1], (none[0], none[1], none[2], none[3]), material.amounts
        )
        sound = tuple(
            random + (effect**2).sum(axis=0)
            for random, effect in zip(material.system.variances(spread), material.system.effects(spread), strict=True)
        )
        return gross_errors.cleared(panel, waiting, solution, info, solver.variance, sound, material.values())

    def learn(self, materials: list[MaterialState], before: Learned | None = None) -> Learned:
        """Run rounds until the error sizes have settled and no more wild readings are found.

        Args:
            materials: to learn from.
            before: what an earlier look at the same campaign has learned.
        """
        learned = variances.start(len(self.errors.instruments)) if before is None else before
        groups = variances.groups_of(self.stated, self.roles(materials[0].system.panel))
        caution = 1.0 if self.errors.known or before is not None else FIRST_CAUTION
        for turn in range(ROUNDS):
            outcomes = [self.round(one, learned, caution, learning=not self.errors.known) for one in materials]
            found = any(outcome[0] for outcome in outcomes)
            change = 0.0
            if not self.errors.known:
                parts = [outcome[1] for outcome in outcomes]
                single = (turn >= POOLED_ROUNDS or before is not None) and not found
                learned, change = variances.improve(learned, parts, groups, single=single)
                caution = 1.0 if change < CALM else max(1.0, caution * np.exp(-1.0) + 1.0)
            if (
                not found
                and change < SETTLED
                and caution <= 1.0
                and (self.errors.known or turn > POOLED_ROUNDS or before is not None)
            ):
                break
        return learned

    def finish(
        self, material: MaterialState, learned: Learned, grid: scan.Grid, *, rounds: int, like: Fit | None = None
    ) -> Fit:
        """Score one material with the errors learned; ``rounds`` more for wild readings if it took no part in learning."""
        for _ in range(rounds):
            if not self.round(material, learned)[0]:
                break
        panel = material.system.panel
        spread = variances.spread_of(panel, learned, self.stated[1], material.removed, material.amounts)
        solver = material.system.solver(spread)
        info = solver.information()
        solver.factor.forget()
        solution = solver.solve(*(value[:, :, None] for value in material.values()))
        return score_all(self.network, material.system, solver, info, solution, learned.freedom, grid, like)

    def as_it_stands(self, panel: Panel, learned: Learned, grid: scan.Grid, removed: gross_errors.Removed) -> Fit:
        """Score one material with the errors learned and the readings set aside that are told, and no others.

        Args:
            panel: the material.
            learned: sizes of the errors.
            grid: the windows tested.
            removed: readings set aside: shipped, received, stock and used.
        """
        material = self.begin(panel)
        material.removed = removed
        for _ in range(AMOUNT_ROUNDS):
            spread = variances.spread_of(panel, learned, self.stated[1], material.removed, material.amounts)
            solver = material.system.solver(spread)
            material.amounts = better_amounts(solver, solver.solve(*(value[:, :, None] for value in material.values())))
        return self.finish(material, learned, grid, rounds=0)
