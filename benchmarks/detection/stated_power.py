"""Is a loss noticed as often as it is stated to be, and do the limits of what was found hold the true amount?

    python benchmarks/detection/stated_power.py 600                     # 600 statements in each class, all shapes
    python benchmarks/detection/stated_power.py 100 star,tree 5000      # some shapes, statements from another seed on
    python benchmarks/detection/stated_power.py 100 star 0 last 4       # one span, each statement tried in four campaigns

Each statement is of a network of its own, of one of five shapes (:mod:`field_conditions`), amounts and instruments drawn from
its printed seed. A campaign without a loss is judged first, and what is stated of one place, drawn at random, is taken at its word:
the amount that would be noticed with 0.9 in the whole campaign, in its last four periods or in the last one. Then just that
is taken in further campaigns of the same truth with new errors, and judged. Printed for every class with its standard
error, campaigns of one statement counted together: how often an alarm was raised; how often one was, or a reading of the place
was left open as *not settled*, which is what is stated; how often the alarm was told as missing, stood at the place or named it
as its rival; and how often the 95 % limits of a loss found there hold what was taken.
"""

import sys
import time

import msgspec
import numpy as np
from field_conditions import SHAPES, Truth, happened, read

from enduse.assurance import Assessor, ErrorModel
from enduse.assurance.result import LOSSES

SEED = 20261130
BUDGET = 0.05
SPANS = {"whole": 0, "last four": 1, "last": 2}


class Tally(msgspec.Struct):
    """What became of the campaigns of one statement."""

    campaigns: int = 0
    seen: int = 0
    noticed: int = 0
    told: int = 0
    there: int = 0
    held: int = 0
    bounded: int = 0


def lost(truth: Truth, kind: str, place: int, first: int, last: int) -> float:
    """True amount that left a node or link in a window without being written down."""
    window = slice(first, last + 1)
    if kind == "link":
        return float((truth.sent - truth.arrived)[place, window].sum())
    ends = [truth.network.ends(at) for at in range(len(truth.network.links))]
    came = sum(truth.arrived[k, window].sum() for k, (_, to) in enumerate(ends) if to == place)
    went = sum(truth.sent[k, window].sum() for k, (frm, _) in enumerate(ends) if frm == place)
    change = truth.stock[place, last + 1] - truth.stock[place, first]
    return float(came - went - truth.used[place, window].sum() - change)


def drawn(truth: Truth, rng: np.random.Generator, span: str) -> tuple[str, str, int, int, int]:
    """Draw a place that something passes: kind, name, row, and first and last period from 1 of a span."""
    periods = truth.used.shape[1]
    first = (1, max(periods - 3, 1), periods)[SPANS[span]]
    links, nodes = truth.network.links, truth.network.nodes
    at = int(rng.integers(1, len(nodes) + len(links)))  # the first node is the donor, whose stock nobody knows
    if at < len(nodes):
        return "node", nodes[at].node, at, first, periods
    return "link", links[at - len(nodes)].link, at - len(nodes), first, periods


def statement(seed: int, shape: str, span: str, *, known: bool, campaigns: int) -> Tally:
    """Judge a campaign without a loss, and others with the loss that is stated to be noticed with 0.9."""
    calm = happened(np.random.default_rng([SEED, seed]), shape, {}, None)
    assessor = Assessor(calm.network, ErrorModel(calm.errors.instruments, known=known))
    kind, where, place, first, last = drawn(calm, np.random.default_rng([SEED, seed, 2]), span)
    window = slice(first - 1, last)
    before = read(np.random.default_rng([SEED, seed, 1]), calm, {}, None)
    stated = assessor.smallest_loss(before, where, "material", first, last)
    ends = [calm.network.ends(at) for at in range(len(calm.network.links))]
    through = [k for k, (_, to) in enumerate(ends) if to == place] if kind == "node" else [place]
    passed = float((calm.arrived if kind == "node" else calm.sent)[through, window].sum())
    tally = Tally()
    if stated is None or stated >= passed:
        return tally
    loss = (kind, 0.0, stated / passed)
    truth = happened(np.random.default_rng([SEED, seed]), shape, {}, loss, (place, first - 1, last - 1))
    gone = lost(truth, kind, place, first - 1, last - 1)
    for again in range(campaigns):
        result = assessor.assess(read(np.random.default_rng([SEED, seed, 3 + again]), truth, {}, None))
        tally.campaigns += 1
        if result.p_value > BUDGET:
            tally.noticed += any(one.undecided and one.where == where for one in result.gross_errors)
            continue
        tally.seen += 1
        tally.noticed += 1
        tally.told += any(not alarm.ordinary for alarm in result.alarms)
        found = result.alarms[0] if result.alarms else None
        if found is None:
            continue
        tally.there += where in {found.where, *(rival.where for rival in found.indistinguishable_from)}
        if found.where == where and found.hypothesis in LOSSES:
            tally.bounded += 1
            tally.held += found.interval[0] <= gone <= found.interval[1]
    return tally


def rate(tallies: list[Tally], part: str, whole: str = "campaigns") -> str:
    """A share with its standard error, campaigns of one statement counted together."""
    parts, wholes = (np.array([getattr(one, name) for one in tallies], dtype=float) for name in (part, whole))
    if not wholes.sum():
        return "-"
    share = parts.sum() / wholes.sum()
    least = 0.01 * 0.99 / wholes.sum()
    return f"{share:.3f} ({np.sqrt(max(np.sum((parts - share * wholes) ** 2) / wholes.sum() ** 2, least)):.3f})"


def main(count: int, shapes: str = "", first: int = 0, spans: str = "", campaigns: int = 1) -> None:
    """Print one row for every shape, with sizes known and estimated, for every span."""
    print(f"loss stated to be noticed with 0.9, {count} statements a class, seeds {SEED}/{first}..{first + count - 1}")
    chosen = [span for span in SPANS if not spans or span in spans.split(",")]
    for shape in [shape for shape in SHAPES if not shapes or shape in shapes.split(",")]:
        for known in (True, False):
            for span in chosen:
                began = time.process_time()
                tallies = [
                    statement(seed, shape, span, known=known, campaigns=campaigns)
                    for seed in range(first, first + count)
                ]
                judged = sum(one.campaigns for one in tallies)
                print(
                    f"{shape:6s} {'known' if known else 'estimated':9s} {span:9s} {judged} judged, nothing stated in "
                    f"{sum(not one.campaigns for one in tallies)}; alarm {rate(tallies, 'seen')}, noticed "
                    f"{rate(tallies, 'noticed')}, told as missing {rate(tallies, 'told')}, there or its rival "
                    f"{rate(tallies, 'there', 'seen')}, limits hold {rate(tallies, 'held', 'bounded')}; "
                    f"{(time.process_time() - began) / count:.2f} s a statement",
                    flush=True,
                )


if __name__ == "__main__":
    shape_names, start, span_names, times = [*sys.argv[2:6], *("", "0", "", "1")[len(sys.argv[2:6]) :]]
    main(int(sys.argv[1]), shape_names, int(start), span_names, int(times))
