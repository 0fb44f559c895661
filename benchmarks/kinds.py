"""Claim: which kind of signature a party uses costs intake no more than the verification itself does.

For each kind the same statements are taken in, alternating, and beside it its signatures are verified and nothing else.

    python benchmarks/kinds.py [--statements 10000] [--batch 512] [--runs 5]
"""

import argparse
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
    rates: dict[tuple[str, str], list[float]] = {}
    for _ in range(asked.runs):
        for key, raws in given:
            for name, run in columns.items():
                rates.setdefault((kind(key.public), name), []).append(len(raws) / run(key, raws))
    print(f"{'a second':<16} {'bytes':>6}" + "".join(f" {name:>26}" for name in columns))
    for key, raws in given:
        size = sum(map(len, raws)) // len(raws)
        cells = (sorted(rates[kind(key.public), name]) for name in columns)
        told = (f"{statistics.median(each):,.0f} ({each[0]:,.0f}-{each[-1]:,.0f})" for each in cells)
        print(f"{kind(key.public):<16} {size:>6}" + "".join(f" {text:>26}" for text in told))


if __name__ == "__main__":
    main()
