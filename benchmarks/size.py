"""Claim: what one command takes does not grow with the programme: add one statement, status, late, trace, release, report.

For each size a programme is made by a generator: of 100 statements about 45 dispatches, 45 receipts, 3 counts or
settlements and 7 payments, recorded every 15 days, over 900 days, 20 stores and 12 materials; one truck in fifty arrives
short, of which half the rest comes after 20 days, half is found to be lost, and one in twenty stays open. Then each command runs in a process of its own, which says what it took: processor seconds, peak memory, and bytes
handed to the disk, all files. One statement is added twenty times, and the mean is told, and the most that one of them wrote. The last lines give the exponent with which each grows: 0 is not at all, 1 as the programme.

    python benchmarks/size.py 10000 100000 [--only status,add] [--keep FOLDER] [--record-first]

The longer run, for 1,000,000 and 10,000,000: with ``--record-first`` the record is signed and appended by itself, some
150 microseconds a statement, and the book is folded from it afterwards in a process of its own, as after an upgrade that
changed what the book means. A folder that ``--keep`` holds already is not made again, so a run that was stopped goes on:

    python benchmarks/size.py 1000000 10000000 --record-first --keep /var/tmp/size

Of 10,000,000 statements record and book take some 30 GB of disk.
"""

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from random import Random

from enduse.book.intake import Intake, SigningRequest, create_programme
from enduse.record.postgres_session import Address
from enduse.record.shared import open_log
from enduse.record.store import NewEntry
from enduse.statements.claim import Finding, FindingBody, Resolution
from enduse.statements.condition import ConditionBody, ConditionStatement, NoOpenDifference
from enduse.statements.envelope import key_id
from enduse.statements.epcis import class_uri
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.key import Key, KeyBody, possession_message
from enduse.statements.keyring import sign
from enduse.statements.mandate import Mandate, MandateBody
from enduse.statements.money import Disbursement, DisbursementBody, Expenditure, ExpenditureBody, Pledge, PledgeBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.programme import Clock, Founding, Function, Place, PlaceBody, ProgrammeBody, Rule
from enduse.statements.works import Project, ProjectBody
from enduse.terms.amounts import Money, Quantity
from enduse.terms.ed25519 import SigningKey
from enduse.terms.signatures import signer
from enduse.terms.times import Period
from machine import describe

ORIGIN = "benchmark.example/size"
ADDS = 20
"""Times that a statement is added: how much that writes depends on how full the last tile of the record is."""
START = datetime(2024, 1, 1, 6, tzinfo=UTC)
DAYS = 900
STORES = [f"party:store-{n:02d}" for n in range(20)]
MATERIALS = [f"material-{n:02d}" for n in range(12)]
PARTIES = ["party:keeper", "party:mill", "party:north", "party:fund", "party:monitor", *STORES]
KEYS = {party: SigningKey.from_seed(bytes([n + 1] * 32)) for n, party in enumerate(PARTIES)}
BATCH = 512
APPENDED = 2000
"""Statements that are appended together where nothing else is done with them."""
SHORT = 0.02
"""Of the trucks, those that arrive short."""
SETTLED_AFTER = timedelta(days=20)
NEVER_SETTLED = 0.05
"""Of the short ones, those that nobody settles: one truck in a thousand stays open."""
TOLD_EVERY = timedelta(days=15)
"""Days after which what happened in them is recorded."""
COMMANDS = {
    "add": "",
    "status": "['status', {folder!r}, '--json']",
    "late": "['late', {folder!r}, '--json']",
    "trace": "['trace', {folder!r}, 'waybill:100', '--json']",
    "release": "['release', {folder!r}, '--json']",
    "report": "['report', {folder!r}, '--html', {page!r}]",
}
SAID = """
import resource, sys, os
def ended():
    used = resource.getrusage(resource.RUSAGE_SELF)
    # Not ru_maxrss: a process begins with that of the one which started it, and this one may have built a programme.
    peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM:')).split()[1]
    io = dict(line.split(': ') for line in open('/proc/self/io').read().splitlines())
    print('TOOK', used.ru_utime + used.ru_stime, int(peak) / 1024, int(io['wchar']) / 1e6, file=sys.stderr)
"""
FOLD = (
    SAID + "from pathlib import Path\nfrom enduse.book.book import Book\nBook.open(Path({folder!r})).close()\nended()"
)
RUN = SAID + "from enduse.cli.main import main\nsys.argv = ['enduse', *{words}]\ntry: main()\nfinally: ended()"
ADD = SAID + "sys.path.insert(0, {here!r})\nimport size\nsize.add_one(size.Path({folder!r}), {number})\nended()"


def goods(
    step: str, number: int, tonnes: str, place: str, when: datetime, material: str, *, part: str = "", **more: object
) -> GoodsBody:
    event = {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{Random(f'{step}{number}{part}').getrandbits(128):032x}",
        "eventTime": when.isoformat(),
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": step,
        "readPoint": {"id": place},
        "quantityList": [{"epcClass": class_uri(material), "quantity": float(tonnes), "uom": "TNE"}],
        **more,
    }
    return GoodsBody(event=json.dumps(event))


def on_waybill(number: int) -> dict[str, object]:
    return {"bizTransactionList": [{"type": "desadv", "bizTransaction": f"waybill:{number}"}]}


def dispatched(number: int, when: datetime) -> GoodsBody:
    way = on_waybill(number)
    way["destinationList"] = [{"type": "possessing_party", "destination": STORES[number % len(STORES)]}]
    return goods("shipping", number, "20.5", "place:mill", when, MATERIALS[number % 12], **way)


def received(number: int, tonnes: str, when: datetime, part: str = "") -> GoodsBody:
    place = f"place:{STORES[number % len(STORES)][6:]}"
    way = on_waybill(number)
    return goods("receiving", number, tonnes, place, when, MATERIALS[number % 12], part=part, **way)


def settled(number: int, when: datetime) -> tuple[str, type, object]:
    """Settle a waybill of which a tonne lacks: of two one comes after, the other is found to be lost."""
    if number % 2:
        return STORES[number % len(STORES)], Goods, received(number, "1", when, part="rest")
    loss = Resolution(
        of="difference",
        item=f"waybill:{number}",
        material=MATERIALS[number % 12],
        quantity=Quantity("1", "TNE"),
        outcome="lost",
        owner="party:mill",
    )
    finding = FindingBody(
        finding=f"finding:{number}",
        about=f"waybill:{number}",
        result="supported",
        method="Looked into",
        standard_of_proof="clear_and_convincing",
        reliability="B",
        credibility="2",
        right_of_reply="Asked, said nothing",
        resolves=(loss,),
    )
    return "party:monitor", Finding, finding


def spoken(count: int) -> Iterator[tuple[str, datetime, type, object]]:
    """Give who says what, and when it happened, in the order in which it is recorded."""
    dice = Random(7)
    waiting: deque[int] = deque()
    short: deque[tuple[int, datetime]] = deque()
    sent = paid = 0
    a_day = -(-count // DAYS)  # so that the last is told within the days, whatever the count
    for number in range(count):
        when = START + timedelta(days=number // a_day, seconds=number % a_day)
        kind = number % 100
        if number == 0:
            yield "party:north", when, Pledge, PledgeBody(pledge="pledge:1", amount=Money("900000000", "USD"))
        elif kind < 45 or (kind < 90 and not waiting):
            yield "party:mill", when, Goods, dispatched(sent, when)
            waiting.append(sent)
            sent += 1
        elif kind < 90:
            which = waiting.popleft()
            lacks = dice.random() < SHORT
            if lacks and dice.random() > NEVER_SETTLED:
                short.append((which, when))
            yield STORES[which % len(STORES)], when, Goods, received(which, "19.5" if lacks else "20.5", when)
        elif kind < 92 and short and when - short[0][1] > SETTLED_AFTER:
            party, sort, body = settled(short.popleft()[0], when)
            yield party, when, sort, body
        elif kind < 93:
            store = STORES[number // 100 % len(STORES)]
            place, material = f"place:{store[6:]}", MATERIALS[number // 2000 % 12]
            yield store, when, Goods, goods("stock_taking", number, "100", place, when, material)
        elif kind < 96:
            paid += 1
            body = DisbursementBody(
                disbursement=f"pay:{paid}", amount=Money("100", "USD"), recipient="party:fund", pledge="pledge:1"
            )
            yield "party:north", when, Disbursement, body
        else:
            paid += 1
            spent = ExpenditureBody(
                expenditure=f"spend:{paid}", amount=Money("60", "USD"), payee="party:mill", project="project:1"
            )
            yield "party:fund", when, Expenditure, spent


def programme(folder: Path, address: Address | None = None) -> Intake:
    """Found the programme; its record and book are in the folder, or in a database."""
    keeper = KEYS["party:keeper"]
    acts = ("goods", "pledge", "disbursement", "expenditure", "project", "condition")
    body = ProgrammeBody(
        title={"en": "Size"},
        keeper="party:keeper",
        public_key=keeper.public.hex(),
        open_acts=acts,
        functions=(Function(function="finding", name={"en": "Finding"}),),
        rules=(Rule(act="finding", function="finding"),),
    )
    founding = Founding(programme=ORIGIN, party="party:keeper", seq=1, occurred_at=START, body=body)
    intake = create_programme(folder, founding, keeper, address=address)
    for party, key in KEYS.items():
        if party != "party:keeper":
            public = key.public.hex()
            proof = key.sign(possession_message(ORIGIN, keeper.public.hex(), party, public)).hex()
            enrolment = KeyBody(action="enrol", party=party, public_key=public, possession=proof)
            say(intake, "party:keeper", START, Key, enrolment)
    for name in ["mill", *(store[6:] for store in STORES)]:
        say(intake, "party:keeper", START, Place, PlaceBody(place=f"place:{name}", name={"en": name}, type="warehouse"))
    monitor = PartyBody(party="party:monitor", name={"en": "Monitor"}, type="monitor")
    say(intake, "party:keeper", START, Party, monitor)
    offer = MandateBody(
        mandate="mandate:1",
        action="offer",
        holder="party:monitor",
        functions=("finding",),
        places=("place:mill", *(f"place:{store[6:]}" for store in STORES)),
        period=Period(start=START),
    )
    say(intake, "party:keeper", START, Mandate, offer)
    say(intake, "party:monitor", START, Mandate, MandateBody(mandate="mandate:1", action="accept"))
    plan = ProjectBody(project="project:1", title={"en": "A school"}, purpose="reconstruction", contractor="party:mill")
    say(intake, "party:keeper", START, Project, plan)
    condition = ConditionBody(
        tranche="tranche:1",
        title={"en": "First"},
        amount=Money("1000", "USD"),
        project="project:1",
        requires=NoOpenDifference(material=MATERIALS[0], limit=Quantity("1", "TNE")),
    )
    say(intake, "party:keeper", START, ConditionStatement, condition)
    return intake


def say(intake: Intake, party: str, when: datetime, kind: type, body: object) -> None:
    def make(origin: str, who: str, seq: int) -> object:
        return kind(programme=origin, party=who, seq=seq, occurred_at=when, body=body)

    (taken,) = intake.say([SigningRequest(party, KEYS[party], make)], when)
    if taken.outcome != "accepted":
        raise SystemExit(f"not accepted: {taken}")


def build(folder: Path, count: int, address: Address | None = None) -> tuple[float, float]:
    """Record a programme; return wall and processor seconds without what making the envelopes took."""
    intake = programme(folder, address)
    making = [0.0, 0.0]
    following = dict.fromkeys(PARTIES, 1)

    every = spoken(count)
    first: list[tuple[str, datetime, type, object]] = [next(every)]

    def batches(until: datetime) -> Iterator[list[bytes]]:
        while True:
            clock, processor = time.perf_counter(), time.process_time()
            raws: list[bytes] = []
            while first and first[0][1] < until and len(raws) < BATCH:
                party, when, kind, body = first[0]
                following[party] += 1
                said = kind(programme=ORIGIN, party=party, seq=following[party], occurred_at=when, body=body)
                raws.append(sign(said, KEYS[party]).raw)
                first[:] = islice(every, 1)
            making[0] += time.perf_counter() - clock
            making[1] += time.process_time() - processor
            if not raws:
                return
            yield raws

    clock, processor = time.perf_counter(), time.process_time()
    until = START
    while first:
        until += TOLD_EVERY
        for results in intake.record_many(batches(until), until):
            if any(item.outcome != "accepted" for item in results):
                raise SystemExit(f"not accepted: {next(item for item in results if item.outcome != 'accepted')}")
    intake.close()
    return time.perf_counter() - clock - making[0], time.process_time() - processor - making[1]


def record(folder: Path, count: int) -> tuple[float, float]:
    """Sign and append the statements of a programme and post nothing; return wall and processor seconds."""
    intake = programme(folder)
    following = dict.fromkeys(PARTIES, 1)
    keeper = KEYS["party:keeper"]
    following["party:keeper"] = intake.keyring.keys[key_id(keeper.public)].seq
    intake.close()
    clock, processor = time.perf_counter(), time.process_time()
    log = open_log(folder)
    batch: list[NewEntry] = []

    def put(party: str, when: datetime, kind: type, **body: object) -> None:
        following[party] += 1
        said = sign(kind(programme=ORIGIN, party=party, seq=following[party], occurred_at=when, **body), KEYS[party])
        batch.append(NewEntry(said.raw, bytes.fromhex(said.id), signer(said.public_key), said.statement.seq))

    until = START
    for party, when, kind, body in spoken(count):
        if when >= until or len(batch) >= APPENDED:
            if batch:
                log.append(batch)
                batch.clear()
            if when >= until:
                until += TOLD_EVERY
                put("party:keeper", until, Clock)
        put(party, when, kind, body=body)
    log.append(batch)
    log.publish()
    log.close()
    return time.perf_counter() - clock, time.process_time() - processor


def add_one(folder: Path, number: int) -> None:
    """Add one dispatch to a programme, as a command does: opened, said, published, closed."""
    when = START + timedelta(days=DAYS + 1)
    with Intake.open(folder) as intake:
        way = {"bizTransactionList": [{"type": "desadv", "bizTransaction": f"waybill:{number}"}]}
        body = goods("shipping", number, "20.5", "place:mill", when, MATERIALS[0], **way)
        say(intake, "party:mill", when, Goods, body)


def asked(folder: Path, command: str, number: int) -> tuple[float, float, float, float]:
    """Run one command; return wall and processor seconds, peak MB, MB handed to the disk."""
    words = COMMANDS.get(command, "").format(folder=str(folder), page=str(folder.parent / "page.html"))
    if command == "fold":
        code = FOLD.format(folder=str(folder))
    elif command == "add":
        code = ADD.format(here=str(Path(__file__).parent), folder=str(folder), number=number)
    else:
        code = RUN.format(words=words)
    # Bytecode is kept, as an installation keeps it; what a machine for development compiles anew each time is no part.
    kept = {"PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "enduse-size-bytecode")}
    around = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | kept
    clock = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, env=around)
    took = time.perf_counter() - clock
    told = [line for line in done.stderr.splitlines() if line.startswith("TOOK ")]
    if not told:
        raise SystemExit(f"{command}: {done.stderr[-2000:]}")
    processor, memory, written = map(float, told[-1].split()[1:])
    return took, processor, memory, written


def repeated(folder: Path) -> tuple[float, ...]:
    """Add a statement several times; return the means, and tell the most that one wrote."""
    runs = [asked(folder, "add", time.time_ns() // 10**6) for _ in range(ADDS)]
    print(f"          add      wrote at most {max(run[3] for run in runs):.3f} MB", flush=True)
    return tuple(statistics.fmean(figures) for figures in zip(*runs, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--only", default=",".join(COMMANDS))
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--record-first", action="store_true")
    given = parser.parse_args()
    print(describe())
    taken: dict[str, list[tuple[int, float]]] = {}
    for count in given.sizes:
        scratch = given.keep or Path(tempfile.mkdtemp(prefix="size-"))

        def told(
            command: str, took: float, processor: float, memory: float, written: float, count: int = count
        ) -> None:
            print(
                f"{count:>9,} {command:<8} {took:8.2f} s wall {processor:8.2f} s processor"
                f" {memory:8,.0f} MB peak {written:10.3f} MB written",
                flush=True,
            )
            taken.setdefault(command, []).append((count, processor))

        folder = scratch / f"p{count}"
        if not folder.exists() and given.record_first:
            wall, processor = record(folder, count)
            print(f"{count:>9,} record   {wall:8.1f} s wall {processor:8.1f} s processor", flush=True)
            told("fold", *asked(folder, "fold", 0))
        if not folder.exists():
            wall, processor = build(folder, count)
            stored = sum(path.stat().st_size for path in folder.glob("book.db*")) / 1e6
            print(
                f"{count:>9,} build    {wall:8.1f} s wall {processor:8.1f} s processor"
                f" {count / wall:8,.0f}/s   book.db {stored:,.1f} MB",
                flush=True,
            )
            taken.setdefault("build", []).append((count, processor))
        for command in given.only.split(","):
            if count == given.sizes[0]:
                asked(folder, command, time.time_ns() // 10**6)  # so that its bytecode is kept
            told(command, *(repeated(folder) if command == "add" else asked(folder, command, 0)))
        if given.keep is None:
            shutil.rmtree(scratch)
    for command, line in taken.items():
        one_each = dict(line)  # also where a size was asked twice
        for (less, before), (more, after) in pairwise(one_each.items()):
            exponent = math.log(after / before) / math.log(more / less)
            print(f"{command:<8} {less:,} to {more:,}: processor seconds grow with exponent {exponent:.2f}")


if __name__ == "__main__":
    main()
