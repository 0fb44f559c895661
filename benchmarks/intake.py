"""Claim: signed statements are verified, appended and posted at 5,000 a second or more, in batches, on two cores.

Half of the statements are dispatches and half the receipts that resolve them. Beside the claim, in the same run, its
limits: Ed25519 verification alone on one and two threads, and committing the same bytes to SQLite alone.

    python benchmarks/intake.py [--statements 20000] [--batch 512] [--runs 5]
"""

import argparse
import json
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from enduse.book.intake import Intake, SigningRequest, create_programme
from enduse.statements.envelope import pae, unwrap
from enduse.statements.epcis import class_uri
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.key import Key, KeyBody, SigningPage, possession_message
from enduse.statements.keyring import sign
from enduse.statements.programme import Founding, ProgrammeBody
from enduse.terms.ed25519 import PrivateKey, SigningKey
from enduse.terms.signatures import is_valid
from machine import describe

ORIGIN = "benchmark.example/intake"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
KEEPER = SigningKey.from_seed(bytes(32))
PARTY = SigningKey.from_seed(bytes([1] * 32))


def event(number: int) -> str:
    step = "shipping" if number % 2 == 0 else "receiving"
    return json.dumps(
        {
            "type": "ObjectEvent",
            "eventTime": "2026-01-01T00:00:00Z",
            "eventTimeZoneOffset": "+00:00",
            "action": "OBSERVE",
            "bizStep": step,
            "readPoint": {"id": "place:depot" if number % 2 == 0 else "place:site"},
            "quantityList": [{"epcClass": class_uri("cement"), "quantity": 20.5, "uom": "TNE"}],
            "bizTransactionList": [{"type": "desadv", "bizTransaction": f"consignment:{number // 2}"}],
        }
    )


def envelopes(count: int, key: PrivateKey = PARTY) -> list[bytes]:
    made = []
    for number in range(count):
        body = GoodsBody(event=event(number))
        said = Goods(programme=ORIGIN, party="depot", seq=number + 1, occurred_at=NOW, place="place:depot", body=body)
        made.append(sign(said, key).raw)
    return made


def programme(folder: Path, key: PrivateKey = PARTY, signing: tuple[SigningPage, ...] = ()) -> Intake:
    body = ProgrammeBody(
        title={"en": "Benchmark"},
        keeper="keeper",
        public_key=KEEPER.public.hex(),
        open_acts=("goods", "pledge"),
        signing=signing,
    )
    intake = create_programme(
        folder, Founding(programme=ORIGIN, party="keeper", seq=1, occurred_at=NOW, body=body), KEEPER
    )
    public = key.public.hex()
    proof = key.sign(possession_message(ORIGIN, KEEPER.public.hex(), "depot", public)).hex()
    enrolment = KeyBody(action="enrol", party="depot", public_key=public, possession=proof)
    intake.say(
        [
            SigningRequest(
                "keeper", KEEPER, lambda o, p, s: Key(programme=o, party=p, seq=s, occurred_at=NOW, body=enrolment)
            )
        ]
    )
    return intake


def end_to_end(raws: list[bytes], batch: int, key: PrivateKey = PARTY, signing: tuple[SigningPage, ...] = ()) -> float:
    with tempfile.TemporaryDirectory() as folder:
        intake = programme(Path(folder) / "p", key, signing)
        started = time.perf_counter()
        batches = (raws[start : start + batch] for start in range(0, len(raws), batch))
        for taken in intake.record_many(batches):
            if any(item.outcome != "accepted" for item in taken):
                raise SystemExit(f"not accepted: {taken[0]}")
        intake.book.flush()
        took = time.perf_counter() - started
        intake.close(publish=False)
        return took


def verify_alone(raws: list[bytes], threads: int, public: bytes = PARTY.public) -> float:
    jobs = [(pae(opened.payload), opened.signature) for opened in map(unwrap, raws)]
    started = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda job: is_valid(public, *job), jobs, chunksize=64))
    return time.perf_counter() - started


def commit_alone(raws: list[bytes], batch: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "alone.db", isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE entry (idx INTEGER PRIMARY KEY, entry BLOB)")
        started = time.perf_counter()
        for start in range(0, len(raws), batch):
            database.execute("BEGIN")
            database.executemany(
                "INSERT INTO entry (entry) VALUES (?)", ((raw,) for raw in raws[start : start + batch])
            )
            database.execute("COMMIT")
        took = time.perf_counter() - started
        database.close()
        return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    print(describe())
    raws = envelopes(asked.statements)
    size = sum(map(len, raws)) // len(raws)
    print(
        f"inputs: {len(raws):,} goods statements of {size} bytes enveloped, batches of {asked.batch}, {asked.runs} runs"
    )
    claims: dict[str, Callable[[], float]] = {
        "end to end: verified, appended durably, posted": lambda: end_to_end(raws, asked.batch),
        "limit: Ed25519 verification alone, 1 thread": lambda: verify_alone(raws, 1),
        "limit: Ed25519 verification alone, 2 threads": lambda: verify_alone(raws, 2),
        "limit: SQLite commits alone (WAL, synchronous=FULL)": lambda: commit_alone(raws, asked.batch),
    }
    for name, run in claims.items():
        rates = sorted(len(raws) / run() for _ in range(asked.runs))
        print(f"{name:<55} {statistics.median(rates):>10,.0f}/s   ({rates[0]:,.0f} to {rates[-1]:,.0f})")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
