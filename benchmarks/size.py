"""Claim: what one command takes does not grow with the programme: add one statement, status, late, trace, release, report.

For each size a programme is made by a generator: of 100 statements about 45 dispatches, 43 receipts, 3 counts and 9
payments, told in the order of their days, over 900 days, 20 stores and 12 materials; one truck in fifty arrives
short. Then each command runs in a process of its own, which says what it took: processor seconds, peak memory, and bytes
handed to the disk, all files. The last lines give the exponent with which each grows: 0 is not at all, 1 as the programme.

    python benchmarks/size.py 10000 100000 [--only status,add] [--keep FOLDER]
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

from enduse.book.intake import Intake, SigningRequest, create_programme
from enduse.statements.condition import ConditionBody, ConditionStatement, NoOpenDifference
from enduse.statements.epcis import class_uri
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.key import Key, KeyBody, possession_message
from enduse.statements.keyring import sign
from enduse.statements.money import Disbursement, DisbursementBody, Expenditure, ExpenditureBody, Pledge, PledgeBody
from enduse.statements.programme import Founding, ProgrammeBody
from enduse.statements.works import Project, ProjectBody
from enduse.terms.amounts import Money, Quantity
from enduse.terms.ed25519 import SigningKey
from machine import describe

ORIGIN = "benchmark.example/size"
START = datetime(2024, 1, 1, 6, tzinfo=UTC)
DAYS = 900
STORES = [f"party:store-{n:02d}" for n in range(20)]
MATERIALS = [f"material-{n:02d}" for n in range(12)]
PARTIES = ["party:keeper", "party:mill", "party:north", "party:fund", *STORES]
KEYS = {party: SigningKey.from_seed(bytes([n + 1] * 32)) for n, party in enumerate(PARTIES)}
BATCH = 512
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
RUN = SAID + "from enduse.cli.main import main\nsys.argv = ['enduse', *{words}]\ntry: main()\nfinally: ended()"
ADD = SAID + "sys.path.insert(0, {here!r})\nimport size\nsize.add_one(size.Path({folder!r}), {number})\nended()"


def goods(step: str, number: int, tonnes: str, place: str, when: datetime, material: str, **more: object) -> GoodsBody:
    event = {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{Random(f'{step}{number}').getrandbits(128):032x}",
        "eventTime": when.isoformat(),
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": step,
        "readPoint": {"id": place},
        "quantityList": [{"epcClass": class_uri(material), "quantity": float(tonnes), "uom": "TNE"}],
        **more,
    }
    return GoodsBody(event=json.dumps(event))


def spoken(count: int) -> Iterator[tuple[str, datetime, type, object]]:
    """Give who says what, and when it happened, in the order in which it is recorded."""
    dice = Random(7)
    waiting: list[tuple[int, str]] = []
    sent = paid = 0
    a_day = -(-count // DAYS)  # so that the last is told within the days, whatever the count
    for number in range(count):
        when = START + timedelta(days=number // a_day, seconds=number % a_day)
        kind = number % 100
        if number == 0:
            yield "party:north", when, Pledge, PledgeBody(pledge="pledge:1", amount=Money("900000000", "USD"))
        elif kind < 45 or not waiting:
            store = sent % len(STORES)
            way = {"bizTransactionList": [{"type": "desadv", "bizTransaction": f"waybill:{sent}"}]}
            way["destinationList"] = [{"type": "possessing_party", "destination": STORES[store]}]
            yield (
                "party:mill",
                when,
                Goods,
                goods("shipping", sent, "20.5", "place:mill", when, MATERIALS[sent % 12], **way),
            )
            waiting.append((sent, STORES[store]))
            sent += 1
        elif kind < 88:
            which, store = waiting.pop(0)
            tonnes = "20.5" if dice.random() > 0.02 else "19.5"
            way = {"bizTransactionList": [{"type": "desadv", "bizTransaction": f"waybill:{which}"}]}
            yield (
                store,
                when,
                Goods,
                goods("receiving", which, tonnes, f"place:{store[6:]}", when, MATERIALS[which % 12], **way),
            )
        elif kind < 91:
            store = STORES[number // 100 % len(STORES)]
            yield (
                store,
                when,
                Goods,
                goods("stock_taking", number, "100", f"place:{store[6:]}", when, MATERIALS[number // 2000 % 12]),
            )
        elif kind < 95:
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


def programme(folder: Path) -> Intake:
    keeper = KEYS["party:keeper"]
    acts = ("goods", "pledge", "disbursement", "expenditure", "project", "condition")
    body = ProgrammeBody(title={"en": "Size"}, keeper="party:keeper", public_key=keeper.public.hex(), open_acts=acts)
    founding = Founding(programme=ORIGIN, party="party:keeper", seq=1, occurred_at=START, body=body)
    intake = create_programme(folder, founding, keeper)
    for party, key in KEYS.items():
        if party != "party:keeper":
            public = key.public.hex()
            proof = key.sign(possession_message(ORIGIN, keeper.public.hex(), party, public)).hex()
            enrolment = KeyBody(action="enrol", party=party, public_key=public, possession=proof)
            say(intake, "party:keeper", START, Key, enrolment)
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


def build(folder: Path, count: int) -> tuple[float, float]:
    """Record a programme; return wall and processor seconds without what making the envelopes took."""
    intake = programme(folder)
    making = [0.0, 0.0]
    following = dict.fromkeys(PARTIES, 1)

    def batches() -> Iterator[list[bytes]]:
        every = spoken(count)
        while True:
            clock, processor = time.perf_counter(), time.process_time()
            raws = []
            for party, when, kind, body in every:
                following[party] += 1
                said = kind(programme=ORIGIN, party=party, seq=following[party], occurred_at=when, body=body)
                raws.append(sign(said, KEYS[party]).raw)
                if len(raws) == BATCH:
                    break
            making[0] += time.perf_counter() - clock
            making[1] += time.process_time() - processor
            if not raws:
                return
            yield raws

    clock, processor = time.perf_counter(), time.process_time()
    end = START + timedelta(days=DAYS + 1)
    for results in intake.record_many(batches(), end):
        if any(item.outcome != "accepted" for item in results):
            raise SystemExit(f"not accepted: {next(item for item in results if item.outcome != 'accepted')}")
    intake.close()
    return time.perf_counter() - clock - making[0], time.process_time() - processor - making[1]


def add_one(folder: Path, number: int) -> None:
    """Add one dispatch to a programme, as a command does: opened, said, published, closed."""
    when = START + timedelta(days=DAYS + 1)
    with Intake.open(folder) as intake:
        way = {"bizTransactionList": [{"type": "desadv", "bizTransaction": f"waybill:{number}"}]}
        body = goods("shipping", number, "20.5", "place:mill", when, MATERIALS[0], **way)
        say(intake, "party:mill", when, Goods, body)


def asked(folder: Path, command: str, number: int) -> tuple[float, float, float, float]:
    """Run one command; return wall and processor seconds, peak MB, MB handed to the disk."""
    words = COMMANDS[command].format(folder=str(folder), page=str(folder.parent / "page.html"))
    if command == "add":
        code = ADD.format(here=str(Path(__file__).parent), folder=str(folder), number=number)
    else:
        code = RUN.format(words=words)
    clock = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, env=os.environ)
    took = time.perf_counter() - clock
    told = [line for line in done.stderr.splitlines() if line.startswith("TOOK ")]
    if not told:
        raise SystemExit(f"{command}: {done.stderr[-2000:]}")
    processor, memory, written = map(float, told[-1].split()[1:])
    return took, processor, memory, written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--only", default=",".join(COMMANDS))
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    print(describe())
    taken: dict[str, list[tuple[int, float]]] = {}
    for count in given.sizes:
        scratch = given.keep or Path(tempfile.mkdtemp(prefix="size-"))
        folder = scratch / f"p{count}"
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
            took, processor, memory, written = asked(folder, command, time.time_ns() // 10**6)
            print(
                f"{count:>9,} {command:<8} {took:8.2f} s wall {processor:8.2f} s processor"
                f" {memory:8,.0f} MB peak {written:10.3f} MB written",
                flush=True,
            )
            taken.setdefault(command, []).append((count, processor))
        if given.keep is None:
            shutil.rmtree(scratch)
    for command, line in taken.items():
        for (less, before), (more, after) in pairwise(line):
            exponent = math.log(after / before) / math.log(more / less)
            print(f"{command:<8} {less:,} to {more:,}: processor seconds grow with exponent {exponent:.2f}")


if __name__ == "__main__":
    main()
