"""Is a loss seen as often as it is stated to be, and do the limits of what was found hold the true amount?

    python benchmarks/detection/stated_power.py 600                     # 600 campaigns in each class, all shapes
    python benchmarks/detection/stated_power.py 100 star,tree 5000      # some shapes, campaigns from another seed on

Each campaign has a network of its own, of one of five shapes (:mod:`field_conditions`), amounts and instruments drawn from
its printed seed. A campaign without a loss is judged first, and what is stated of one place, drawn at random, is taken at its word:
the amount that would be seen with 0.9 in the whole campaign, in its last four periods or in the last one. Then just that
is taken in a second campaign of the same truth with new errors, and judged. Printed for every class with its standard
error: how often an alarm was raised, or a reading of the place left open as *not settled*; how often the alarm was told as
missing, stood at the place or named it as its rival; and how often the 95 % limits of a loss found there hold what was taken.
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
    """What became of the campaigns of one class."""

    campaigns: int = 0
    unstated: int = 0
    seen: int = 0
    open: int = 0
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


def campaign(seed: int, shape: str, span: str, *, known: bool, tally: Tally) -> None:
    """Judge a campaign without a loss, and one with the loss that is stated to be seen with 0.9."""
    calm = happened(np.random.default_rng([SEED, seed]), shape, {}, None)
    assessor = Assessor(calm.network, ErrorModel(calm.errors.instruments, known=known))
    kind, where, place, first, last = drawn(calm, np.random.default_rng([SEED, seed, 2]), span)
    window = slice(first - 1, last)
    before = read(np.random.default_rng([SEED, seed, 1]), calm, {}, None)
    stated = assessor.smallest_loss(before, where, "material", first, last)
    ends = [calm.network.ends(at) for at in range(len(calm.network.links))]
    through = [k for k, (_, to) in enumerate(ends) if to == place] if kind == "node" else [place]
    passed = float((calm.arrived if kind == "node" else calm.sent)[through, window].sum())
    if stated is None or stated >= passed:
        tally.unstated += 1
        return
    share = stated / passed
    truth = happened(np.random.default_rng([SEED, seed]), shape, {}, (kind, 0.0, share), (place, first - 1, last - 1))
    result = assessor.assess(read(np.random.default_rng([SEED, seed, 3]), truth, {}, None))
    tally.campaigns += 1
    if result.p_value > BUDGET:
        tally.open += any(one.undecided and one.where == where for one in result.gross_errors)
        return
    tally.seen += 1
    tally.told += any(not alarm.ordinary for alarm in result.alarms)
    found = result.alarms[0] if result.alarms else None
    if found is None:
        return
    named = {found.where, *(rival.where for rival in found.indistinguishable_from)}
    tally.there += where in named
    if found.where == where and found.hypothesis in LOSSES:
        tally.bounded += 1
        low, high = found.interval
        tally.held += low <= lost(truth, kind, place, first - 1, last - 1) <= high


def rate(part: int, whole: int) -> str:
    """A share with its standard error."""
    if not whole:
        return "-"
    share = part / whole
    return f"{share:.3f} ({np.sqrt(max(share * (1 - share), 0.01 * 0.99) / whole):.3f})"


def main(count: int, shapes: str = "", first: int = 0) -> None:
    """Print one row for every shape, with sizes known and estimated, for every span."""
    print(f"loss stated to be seen with 0.9, {count} campaigns a class, seeds {SEED}/{first}..{first + count - 1}")
    for shape in [shape for shape in SHAPES if not shapes or shape in shapes.split(",")]:
        for known in (True, False):
            for span in SPANS:
                tally, began = Tally(), time.process_time()
                for seed in range(first, first + count):
                    campaign(seed, shape, span, known=known, tally=tally)
                print(
                    f"{shape:6s} {'known' if known else 'estimated':9s} {span:9s} {tally.campaigns} judged, nothing stated in "
                    f"{tally.unstated}; alarm {rate(tally.seen, tally.campaigns)}, "
                    f"or left open {rate(tally.seen + tally.open, tally.campaigns)}, told as missing "
                    f"{rate(tally.told, tally.campaigns)}, there or its rival {rate(tally.there, tally.seen)}, limits hold "
                    f"{rate(tally.held, tally.bounded)} of {tally.bounded}; {(time.process_time() - began) / count:.2f} s a campaign",
                    flush=True,
                )


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "", int(sys.argv[3]) if len(sys.argv) > 3 else 0)
