"""Claim: gaps and overlaps of 100 functions in 5,000 places over 10 years are found in under a second.

python benchmarks/coverage.py [--mandates 2500] [--runs 5]
"""

import argparse
import statistics
import time
from datetime import UTC, datetime, timedelta

from enduse.programme.coverage import coverage
from enduse.programme.mandates import MandateState
from enduse.programme.programme import ProgrammeState
from enduse.statements.programme import Function, PlaceBody, ProgrammeBody
from enduse.terms.times import Period
from machine import describe

START = datetime(2026, 1, 1, tzinfo=UTC)


def programme(functions: int, places: int, mandates: int) -> ProgrammeState:
    names = [Function(function=f"f{number}", name={"en": f"f{number}"}) for number in range(functions)]
    state = ProgrammeState(
        body=ProgrammeBody(title={"en": "Benchmark"}, keeper="keeper", public_key="0" * 64, functions=tuple(names))
    )
    state.places["land"] = PlaceBody(place="land", name={"en": "land"}, type="country")
    for number in range(places - 1):
        within = "land" if number < 50 else f"p{number % 50}" if number < 500 else f"p{50 + number % 450}"
        name = f"p{number}"
        state.places[name] = PlaceBody(place=name, name={"en": name}, type="area", within=within)
    for number in range(mandates):
        start = START + timedelta(days=(number * 13) % 3000)
        state.mandates[f"m{number}"] = MandateState(
            mandate=f"m{number}",
            holder=f"party-{number % 50}",
            functions=tuple(f"f{(number + step * 7) % functions}" for step in range(2)),
            places=tuple(f"p{(number * 37 + step * 101) % (places - 1)}" for step in range(5)),
            period=Period(start=start, end=start + timedelta(days=400)),
            offered_by="keeper",
            offer="0" * 64,
            given=True,
            acceptance="1" * 64,
            accepted_at=start,
        )
    return state


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mandates", type=int, default=2_500)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    print(describe())
    state = programme(100, 5_000, asked.mandates)
    print(f"inputs: 100 functions, 5,000 places, {asked.mandates:,} mandates of 2 functions in 5 places, 10 years")
    period = Period(start=START, end=START + timedelta(days=3653))
    taken = []
    for _ in range(asked.runs):
        started = time.perf_counter()
        found = coverage(state, period=period)
        taken.append(time.perf_counter() - started)
    print(
        f"{len(found.gaps):,} gaps and {len(found.overlaps):,} overlaps in {statistics.median(taken):.2f} s"
        f" ({min(taken):.2f} to {max(taken):.2f})"
    )


if __name__ == "__main__":
    main()
