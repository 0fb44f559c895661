"""What readings say of their tails with the suspected loss left in, and taken out.

    python benchmarks/detection/tails.py 40 star,three   # 40 campaigns of each sort and shape

Printed for every campaign in which something looks missing by a score of 5 or more where errors are taken for Gaussian:
the log likelihood by which Student tails suit the readings better, before the settings add their own odds. A rule that
tells t3 errors from a week's theft on clean data by it has to lie between the two columns.
"""

import sys

import msgspec
import numpy as np
from field_conditions import CONDITIONS, LOSSES, SEED, campaign

from enduse.assurance.detection.chance import Look
from enduse.assurance.fitting.panel import build_panel
from enduse.assurance.settings import Settings

SETTINGS = msgspec.structs.replace(Settings(), heavy_odds=0.0)
SCORE = 5.0
SORTS = {
    "t3 errors, nothing missing": (CONDITIONS["t3 errors"], None),
    "clean, a quarter of a week's goods stolen at a place": ({}, LOSSES["node 25 %, one period"]),
}


def main(count: int, shapes: str) -> None:
    """Print one line for every sort of campaign and shape."""
    for shape in shapes.split(","):
        for name, (how, loss) in SORTS.items():
            out: list[tuple[float, float]] = []
            for seed in range(count):
                truth, readings = campaign(seed, shape, how, loss)
                panel = build_panel(truth.network, truth.errors, readings, np.arange(len(readings)), 0)
                if panel is None:
                    continue
                scanner = (look := Look(panel, truth.errors, SETTINGS)).scanner
                one = scanner.estimator.plain(look.model)
                best = scanner.best(one)
                if best is not None and best.score >= SCORE:
                    odds = scanner.estimator.heavy_odds
                    out.append((odds(one), odds(scanner.cleared(one, best))))
            left, taken = (np.sort(np.round(part, 1)).tolist() for part in zip(*out, strict=True)) if out else ([], [])
            print(f"{shape} {name}, seeds {SEED}/0..{count - 1}: {len(out)} strike; left in {left}; taken out {taken}")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
