"""Claim: which kind of signature a party uses costs intake no more than its verification and its longer bytes do.

For each kind the same statements are taken in, alternating, and beside it its signatures are verified and nothing else.

    python benchmarks/kinds.py [--statements 10000] [--batch 512] [--runs 5]
"""

import argparse
import resource
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from enduse.statements.key import SigningPage
from enduse.terms.ed25519 import PrivateKey, SigningKey
from enduse.terms.signatures import kind
from intake import end_to_end, envelopes, verify_alone
from machine import describe

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support.signing import DOMAIN, PAGE, Authenticator, P256Key

SIGNING = (SigningPage(relying_party=DOMAIN, origins=(PAGE,)),)
KEYS: tuple[PrivateKey, ...] = (
    SigningKey.from_seed(bytes([1] * 32)),
    P256Key(),
    Authenticator(),
    Authenticator(SigningKey.from_seed(bytes([2] * 32))),
)


def processor() -> float:
    """Return processor seconds used so far, by this process and those it has ended: other work on the machine leaves them alone."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    print(describe())
    print(
        f"inputs: {asked.statements:,} goods statements a kind, batches of {asked.batch}, {asked.runs} runs, alternating"
    )
    given = [(key, envelopes(asked.statements, key)) for key in KEYS]
    columns: dict[str, Callable[[PrivateKey, list[bytes]], float]] = {
        "end to end": lambda key, raws: end_to_end(raws, asked.batch, key, SIGNING),
        "verified alone, 1 thread": lambda key, raws: verify_alone(raws, 1, key.public),
        "verified alone, 2 threads": lambda key, raws: verify_alone(raws, 2, key.public),
    }
    rates: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for _ in range(asked.runs):
        for key, raws in given:
            for name, run in columns.items():
                before = processor()
                took = run(key, raws)
                costs = (processor() - before) / len(raws) * 1e6
                rates.setdefault((kind(key.public), name), []).append((len(raws) / took, costs))
    print("a second (microseconds of processor each), medians")
    print(f"{'kind':<16} {'bytes':>6}" + "".join(f" {name:>26}" for name in columns))
    for key, raws in given:
        size = sum(map(len, raws)) // len(raws)
        cells = (rates[kind(key.public), name] for name in columns)
        pairs = (
            (statistics.median(rate for rate, _ in each), statistics.median(cost for _, cost in each)) for each in cells
        )
        print(
            f"{kind(key.public):<16} {size:>6}"
            + "".join(f" {f'{rate:,.0f} ({cost:,.0f})':>26}" for rate, cost in pairs)
        )


if __name__ == "__main__":
    main()
