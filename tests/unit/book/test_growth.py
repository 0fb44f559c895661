"""Nothing that grows with the record is one value, and one more statement writes no more, however large the programme."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from enduse.book import opened
from enduse.book.assure import differences
from enduse.book.intake import Intake
from enduse.book.row_tree import RowTree
from enduse.book.rows import KeptRows
from enduse.book.store import BookStore
from enduse.ledger.arrival import arrivals
from enduse.ledger.sums import BLOCK
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.money import Disbursement, DisbursementBody, Pledge, PledgeBody
from enduse.terms.amounts import Money
from enduse.views.goods_lines import goods_lines
from enduse.views.status import status
from enduse.views.trace import trace

FEW, MANY = 150, 900
LARGEST = 60_000
"""Bytes of the largest value, whatever the size: a node of rows."""
WRITTEN = 250_000
"""Bytes of all values that one more statement writes, whatever the size."""
READ = 60
"""Nodes that one more statement reads, whatever the size."""
MATERIALS = 80


def truck(step, number, material="cement"):
    event = {
        "type": "ObjectEvent",
        "eventID": f"urn:example:{step}:{number}",
        "eventTime": f"2026-01-01T{number // 60 % 24:02d}:{number % 60:02d}:00Z",
        "action": "OBSERVE",
        "bizStep": step,
        "readPoint": {"id": "place:depot" if step == "shipping" else "place:site"},
        "quantityList": [{"epcClass": f"urn:enduse:class:{material}", "quantity": 20, "uom": "TNE"}],
        "bizTransactionList": [{"type": "desadv", "bizTransaction": f"w{number}"}],
    }
    return GoodsBody(event=json.dumps(event))


def grow(small, since, until):
    """Send and receive trucks and pay for them, each statement in a batch of its own clock."""
    for number in range(since, until):
        body = DisbursementBody(disbursement=f"d{number}", amount=Money("5", "USD"), recipient="fund")
        says = [
            small.says("warehouse", Goods, truck("shipping", number)),
            small.says("fund", Goods, truck("receiving", number)),
            small.says("donor", Disbursement, body),
        ]
        small.now = small.now.replace(microsecond=number)
        assert {taken.outcome for taken in small.intake.say(says, small.now)} == {"accepted"}
    small.book.flush()


def values(folder):
    """Every value of the stored book, by where it lies."""
    with closing(sqlite3.connect(folder / "book.db")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {(table, *row[:-1]): row[-1] for table in tables for row in database.execute(f"SELECT * FROM {table}")}


def one_more(small, number):
    """Say one thing more; returns the bytes of all values that it writes."""
    before = values(small.folder)
    small.intake.say([small.says("warehouse", Goods, truck("shipping", number))], small.now)
    small.book.flush()
    after = values(small.folder)
    return sum(len(value) for at, value in after.items() if before.get(at) != value)


@pytest.mark.in_folder
def test_no_state_that_grows_is_one_value_and_one_statement_writes_no_more_in_a_larger_programme(small):
    grow(small, 0, FEW)
    few = values(small.folder)
    wrote_few = one_more(small, 10_000)
    grow(small, FEW, MANY)
    many = values(small.folder)
    assert sum(map(len, many.values())) > 3 * sum(map(len, few.values())), "the book itself grows"
    largest = max(many, key=lambda at: len(many[at]))
    assert len(many[largest]) < LARGEST, f"{largest} holds {len(many[largest])} bytes"
    wrote = wrote_few, one_more(small, 10_001)
    assert max(wrote) < WRITTEN, wrote


@pytest.mark.in_folder  # it counts nodes as SQLite reads them
def test_at_the_real_size_of_a_block_one_statement_and_a_trace_touch_few_nodes_also_when_a_block_is_complete(
    small, monkeypatch
):
    """A trace of one consignment read all postings; counts, since times say nothing on a machine at work."""
    number = 0
    while small.book.size < BLOCK - 3:
        batch = range(number, number + min(250, (BLOCK - 1 - small.book.size) // 2))
        number = batch.stop
        small.now = small.now.replace(microsecond=number)
        said = [("warehouse", "shipping", one) for one in batch] + [("fund", "receiving", one) for one in batch]
        says = [small.says(who, Goods, truck(step, one, f"m{one % MATERIALS}")) for who, step, one in said]
        assert {taken.outcome for taken in small.intake.say(says, small.now)} == {"accepted"}
    small.book.flush()
    wrote = [one_more(small, 10_000 + more) for more in range(4)]
    assert small.book.size > BLOCK, "one of them completed a block"
    assert max(wrote) < WRITTEN, wrote
    small.intake.close()
    nodes, entries = [], []

    def node(self, number, reads=BookStore._node):
        nodes.append(number)
        return reads(self, number)

    def decoded(self, kind, raw, reads=KeptRows._decoded):
        entries.append(kind)
        return reads(self, kind, raw)

    monkeypatch.setattr(BookStore, "_node", node)
    monkeypatch.setattr(KeptRows, "_decoded", decoded)
    small.intake = Intake.open(small.folder)
    one_more(small, 10_010)
    assert 0 < len(nodes) < READ, "one more reads what it touches"
    entries.clear()
    assert trace(small.book, "w7").amounts == {"m7/g": 20_000_000}
    assert 0 < entries.count("posting") < 3 * number / MATERIALS, (
        "all that was sent of one material, and what came of it"
    )
    entries.clear()
    assert len(goods_lines(small.book, differences(small.book)).materials) == MATERIALS + 1
    assert entries.count("posting") < 50, "of what nobody brought in nobody is asked whose it is; sums are kept"
    visited = []

    def visit(self, digest, *where, goes=RowTree.node):
        visited.append(digest)
        return goes(self, digest, *where)

    monkeypatch.setattr(RowTree, "node", visit)
    assert small.book.late(range(0, BLOCK, 20)) == {}
    assert len(visited) < 20, "of entries that came in time nothing is kept, and nothing is looked up"


def test_a_status_judges_each_open_consignment_once_and_reads_no_statement_a_figure_rests_on(small, monkeypatch):
    says = [small.says("warehouse", Goods, truck("shipping", number)) for number in range(30)]
    assert {taken.outcome for taken in small.intake.say(says, small.now)} == {"accepted"}
    small.now += timedelta(days=60)
    small.say("donor", Pledge, PledgeBody(pledge="p", amount=Money("5", "USD")))
    judged: list[str] = []
    read: list[int] = []

    def judge(one, *given):
        judged.append(one.key)
        return arrivals(one, *given)

    def statement(index, reads=small.book.statement):
        read.append(index)
        return reads(index)

    monkeypatch.setattr(opened, "arrivals", judge)
    monkeypatch.setattr(small.book, "statement", statement)
    stands = status(small.book)
    assert len(stands.missing) == 30
    assert sorted(judged) == sorted(f"warehouse w{number}" for number in range(30))
    assert len(read) < 10, read
