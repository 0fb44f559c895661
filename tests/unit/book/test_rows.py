"""Rows are a dictionary, whatever lies in a store beneath them; and a tree of rows has one root, however it grew."""

from zlib import crc32

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.book import row_tree
from enduse.book.row_tree import DamagedBookError, RowTree
from enduse.rows import AFTER, Rows, from_whole, packed, rows, rows_of, unpacked, whole
from support.examples import examples

KEYS = st.integers(0, 60).map(lambda n: f"k{n:02d}" if n % 3 else f"ключ {n}")
ROW = st.none() | st.binary(min_size=1, max_size=9) | st.just(b"large" * 30)
EDITS = st.lists(st.dictionaries(KEYS, ROW, max_size=40), max_size=6)


class Source:
    """A tree that rows can be bound to."""

    def __init__(self, tree):
        self.tree = tree
        self.asked = []

    def get(self, key):
        self.asked.append(key)
        return self.tree.get(key)

    def scan(self, start, stop):
        return self.tree.scan(start, stop)

    def several(self, keys):
        asked = list(keys)
        self.tree.expect(asked)
        return self.tree.several(asked)

    def unreadable(self, key):
        return ValueError(key)


def grown(steps, nodes=None):
    nodes = {} if nodes is None else nodes
    tree = RowTree(nodes.get)
    for edits in steps:
        tree, written, freed = tree.changed(edits)
        nodes.update(written)
        for number in freed:
            del nodes[number]
    return tree, nodes


@pytest.fixture(autouse=True)
def small_nodes(monkeypatch):
    monkeypatch.setattr(row_tree, "NODE_ROWS", 3)
    monkeypatch.setattr(row_tree, "LEAF_BYTES", 180)
    monkeypatch.setattr(row_tree, "NODE_MAX", 5)
    monkeypatch.setattr("enduse.rows.HELD_MAX", 3)
    monkeypatch.setattr("enduse.rows._LATE_MAX", 3)


def test_nodes_above_the_leaves_are_no_larger_than_leaves(monkeypatch):
    """They were four times as large: the sum by which they end was that by which those below had ended."""
    monkeypatch.setattr(row_tree, "NODE_ROWS", 24)
    monkeypatch.setattr(row_tree, "LEAF_BYTES", 1_536)
    monkeypatch.setattr(row_tree, "NODE_MAX", 96)
    edits = {f"kind{number % 7}\0{number:012d}": b"row" for number in range(20_000)}
    tree, _ = grown([edits])
    level, keys = [(tree.root.sha256, tree.root.number)], []
    for height in range(tree.root.height, 0, -1):
        found = [tree.node(*child, height) for child in level]
        keys.append(sum(len(node.keys) for node in found) / len(found))
        level = [child for node in found for child in node.values]
    assert keys[-1] < 2 * 24, keys
    _, written, _ = tree.changed({"kind3\0one more": b"row"})
    assert sum(map(len, written.values())) < 6_000


def test_what_one_row_makes_written_does_not_grow_with_how_large_rows_are(monkeypatch):
    """A node had as many rows however large they were: of consignments one more wrote 28 kB."""
    monkeypatch.setattr(row_tree, "NODE_ROWS", 24)
    monkeypatch.setattr(row_tree, "NODE_MAX", 96)
    monkeypatch.setattr(row_tree, "LEAF_BYTES", 1_536)
    tree, _ = grown([{f"consignments\0waybill:{number:06d}": b"r" * 420 for number in range(4_000)}])
    begun = [
        tree.changed({f"consignments\0waybill:{number:06d} again": b"r" * 420})[1] for number in range(0, 4_000, 40)
    ]
    assert sum(len(data) for written in begun for data in written.values()) / len(begun) < 12_000


@given(steps=EDITS)
@settings(max_examples=examples(300))
def test_a_tree_is_its_rows_and_nothing_of_how_it_grew(steps):
    right = {}
    for edits in steps:
        for key, value in edits.items():
            right.pop(key, None)
            if value is not None:
                right[key] = value
    tree, nodes = grown(steps)
    at_once, others = grown([right])
    assert tree.root.sha256 == at_once.root.sha256
    assert len(nodes) == len(others), "no node is left behind"
    again = RowTree(nodes.get, tree.root)
    again.check()
    assert list(again.scan("", AFTER)) == sorted(right.items())
    assert {key: again.get(key) for key in (*right, "k", "z")} == {**right, "k": None, "z": None}


@given(steps=EDITS.filter(any), number=st.integers(0, 10**6), at=st.integers(0, 10**6), flip=st.integers(1, 255))
@settings(max_examples=examples(200))
def test_no_byte_of_a_tree_changes_unseen(steps, number, at, flip):
    tree, nodes = grown(steps)
    if not nodes:
        return
    right = dict(tree.scan("", AFTER))
    number = sorted(nodes)[number % len(nodes)]
    data = bytearray(nodes[number])
    data[at % len(data)] ^= flip
    nodes[number] = bytes(data)
    again = RowTree(nodes.get, tree.root)
    for key in (*right, "k", "z"):
        try:
            assert again.get(key) == right.get(key)
        except DamagedBookError:
            continue
    del nodes[number]
    with pytest.raises(DamagedBookError):
        RowTree(nodes.get, tree.root).check()


def test_whoever_chooses_keys_well_makes_no_node_larger():
    hostile = [key for n in range(4_000) if crc32((key := f"w{n:05d}").encode()) % row_tree.LEAF_BYTES > 100]
    tree, nodes = grown([dict.fromkeys(hostile, b"x")])
    largest = max(len(data) for data in nodes.values())
    assert len(hostile) > 1_000
    assert largest < 400
    assert tree.get(hostile[7]) == b"x"


class Held(msgspec.Struct):
    """A state with rows."""

    name: str = ""
    lines: Rows[tuple[int, ...]] = rows(tuple[int, ...])


STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "drop", "store", "flush", "forget"]), KEYS, st.integers(0, 9)), max_size=60
)


@given(steps=STEPS)
@settings(max_examples=examples(300))
def test_rows_are_a_dictionary_in_the_order_in_which_keys_came_in(steps):
    nodes: dict[int, bytes] = {}
    tree, state, right = RowTree(nodes.get), Held("a"), {}
    source = Source(tree)
    for _, held in rows_of(state, "held"):
        held.bind(source, "lines\0")
    for step, key, value in steps:
        match step:
            case "put":
                state.lines[key] = (value,)
                right[key] = (value,)
            case "drop":
                assert (state.lines.pop(key, None) is None) == (right.pop(key, None) is None)
            case _:
                tree, written, freed = tree.changed(dict(state.lines.changes()))
                nodes.update(written)
                for number in freed:
                    del nodes[number]
                source.tree = tree
                if step == "forget":
                    state = unpacked(packed(state), Held)
                else:
                    state.lines.stored()
                if step != "store":
                    state.lines.bind(source, "lines\0")
        assert (len(state.lines), bool(state.lines)) == (len(right), bool(right))
        assert state.lines.get(key) == right.get(key)
        assert (key in state.lines) == (key in right)
    low, high = "k1", "k4"
    assert list(state.lines.between(low, high)) == sorted(item for item in right.items() if low <= item[0] < high)
    assert list(state.lines.each()) == sorted(right.items())
    assert list(state.lines.items()) == list(right.items())
    assert state.lines == right
    again = from_whole(whole(state), Held)
    assert again == state


def test_what_is_not_touched_is_not_read():
    right = {f"k{n:03d}": msgspec.msgpack.encode((n, (n,))) for n in range(500)}
    tree, nodes = grown([right])
    read = []

    def counted(number):
        read.append(number)
        return nodes.get(number)

    held: Rows[tuple[int, ...]] = Rows(tuple[int, ...])
    held.head = (500, 500, 0)
    held.bind(Source(RowTree(counted, tree.root)), "")
    assert (held["k250"], held.get("x")) == ((250,), None)
    assert len(read) < 15 < len(nodes)


class Far:
    """Nodes of which each question costs, however many it asks for."""

    def __init__(self, nodes):
        self.nodes = nodes
        self.came = {}
        self.questions = 0

    def read(self, number):
        if number in self.came:
            return self.came.pop(number)
        self.questions += 1
        return self.nodes.get(number)

    def ahead(self, numbers):
        self.questions += 1
        self.came = {number: self.nodes[number] for number in numbers}


@settings(max_examples=examples(60))
@given(EDITS, st.lists(KEYS, max_size=30), KEYS, KEYS)
def test_what_is_read_ahead_is_what_is_read_one_by_one(steps, keys, start, stop):
    tree, nodes = grown(steps)
    far = Far(nodes)
    there = RowTree(far.read, tree.root, far.ahead)
    asked = sorted(keys)
    there.expect(asked)
    assert list(there.several(asked)) == [tree.get(key) for key in asked]
    everything = sorted(dict(tree.scan("", AFTER)).items())
    assert list(RowTree(far.read, tree.root, far.ahead).scan("", AFTER)) == everything
    assert list(there.scan(start, stop)) == [(key, row) for key, row in everything if start <= key < stop]


def test_rows_that_lie_far_away_are_asked_for_many_at_once(monkeypatch):
    """A portal over PostgreSQL with 500,000 statements asked some nine thousand questions before its first answer."""
    monkeypatch.setattr(row_tree, "NODE_ROWS", 24)
    monkeypatch.setattr(row_tree, "NODE_MAX", 96)
    monkeypatch.setattr("enduse.rows.HELD_MAX", 20_000)
    right = {f"k{n:05d}": msgspec.msgpack.encode((n, (n,))) for n in range(9_000)}
    tree, nodes = grown([right])
    assert len(nodes) > 300
    far = Far(nodes)
    assert len(list(RowTree(far.read, tree.root, far.ahead).scan("", AFTER))) == 9_000
    assert far.questions < len(nodes) / 3
    held: Rows[tuple[int, ...]] = Rows(tuple[int, ...])
    held.head = (9_000, 9_000, 0)
    far.questions = 0
    held.bind(Source(RowTree(far.read, tree.root, far.ahead)), "")
    wanted = [f"k{n:05d}" for n in range(0, 9_000, 97)]
    held.expect([*wanted, "none", "k00007"])
    levels = tree.root.height + 1
    assert far.questions <= levels
    assert [held.get(key) for key in wanted] == [(n,) for n in range(0, 9_000, 97)]
    assert held.get("none") is None
    assert far.questions <= levels


def test_of_rows_that_were_all_put_here_the_store_is_not_asked_for_new_ones():
    """Nearly every statement asks whether its own name is there already: each of them was sought in the whole book."""
    held: Rows[tuple[int, ...]] = Rows(tuple[int, ...])
    source = Source(RowTree(dict[int, bytes]().get))
    held.bind(source, "lines\0")
    for number in range(1_000):
        held[f"k{number}"] = (number,)
    source.tree, _, _ = source.tree.changed(dict(held.changes()))
    held.stored()
    assert not any(f"new{number}" in held for number in range(1_000))
    assert len(source.asked) < 5
    held["new1"] = (1,)
    source.tree, _, _ = source.tree.changed(dict(held.changes()))
    held.stored()
    assert all(held.get(f"k{number}") == (number,) for number in range(1_000))
    assert held.get("new1") == (1,)
    assert len(source.asked) > 1_000


def test_what_was_there_when_a_block_began_is_kept_once_however_it_changes():
    held: Rows[list[int]] = Rows(list[int], [("a", [1]), ("b", [2]), ("c", [3])])
    held.begin()
    assert (list(held.before()), held.head) == ([], (3, 3, 3))
    held["a"], held["new"] = [10], [4]
    held["a"], held["new"] = [11], [5]
    del held["b"]
    held["b"] = [12]
    grown_day = held.growing("c")
    assert grown_day is not None
    grown_day.append(13)
    held["c"] = grown_day
    before = {key: msgspec.msgpack.decode(raw) for key, raw in held.before()}
    assert before == {"a": [0, [1]], "b": [1, [2]], "c": [2, [3]]}, "of what came since nothing is kept"
    assert held.growing("none") is None
    held.begin()
    assert list(held.before()) == []
