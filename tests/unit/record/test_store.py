"""One class of tests that every store of the record must pass, on SQLite and on PostgreSQL."""

import hashlib
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from enduse.errors import ConflictError, LimitError, MalformedError, RecordError, UnknownError
from enduse.record import tree
from enduse.record.log import Log
from enduse.record.postgres import PostgresStore
from enduse.record.postgres_session import Address
from enduse.record.sqlite import SQLiteStore
from enduse.record.store import BATCH_MAX, LogEntry, NewEntry
from enduse.record.verify import verify
from enduse.terms.ed25519 import SigningKey

KEYS = [bytes([n]) * 32 for n in range(1, 4)]


def new(number, key=KEYS[0], seq=None, body=None):
    body = body or b"statement %d" % number
    return NewEntry(body, hashlib.sha256(body).digest(), key, number + 1 if seq is None else seq)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request, tmp_path):
    """Where a store can be made and opened: ``(create, open)``."""
    if request.param == "sqlite":
        path = tmp_path / "record.db"
        return (lambda: SQLiteStore.create(path)), (lambda: SQLiteStore(path))
    address = request.getfixturevalue("address")
    return (lambda: PostgresStore.create(address)), (lambda: PostgresStore(address))


@pytest.fixture
def store(place):
    with place[0]() as store:
        yield store


class TestStore:
    def test_empty(self, store):
        assert store.size == 0
        assert store.tree().root() == tree.EMPTY_ROOT
        assert list(store.entries()) == []
        assert list(store.by_key()) == []
        assert list(store.checkpoints()) == []
        assert store.last_seq(KEYS[0]) is None
        assert store.has(bytes(32)) is None

    def test_what_goes_in_comes_out(self, store):
        rows = [new(n) for n in range(1000)]
        assert store.append(rows[:1], 0) == 0
        assert store.append(rows[1:600], 1) == 1
        assert store.append(rows[600:], 600) == 600
        assert store.size == 1000
        leaves = [tree.leaf_hash(row.entry) for row in rows]
        assert store.tree().root() == tree.root(leaves)
        assert list(store.leaves(250, 777)) == leaves[250:777]
        for size in (0, 1, 2, 599, 600, 601, 1000):
            assert store.tree(size).root() == tree.root(leaves[:size])
        for size in (-1, 1001):
            with pytest.raises(RecordError):
                store.tree(size)
        wanted = [LogEntry(n, r.entry, leaves[n], r.statement_id, r.key, r.seq) for n, r in enumerate(rows)]
        assert list(store.entries()) == wanted
        assert list(store.entries(255, 513)) == wanted[255:513]
        assert list(store.entries(990, 2000)) == wanted[990:]
        assert store.entry(3) == wanted[3]
        assert list(store.several([3, 0, 3])) == [wanted[3], wanted[0], wanted[3]]
        assert list(store.several([])) == []
        for beyond in (1000, -1, 2**63):
            with pytest.raises(UnknownError, match=str(beyond)):
                list(store.several([0, beyond]))
        with pytest.raises(UnknownError, match="no entry 1000"):
            store.entry(1000)

    def test_it_outlives_its_connection(self, place):
        create, reopen = place
        with create() as store:
            store.append([new(n) for n in range(5)], 0)
            root = store.tree().root()
        with reopen() as again:
            assert (again.size, again.tree().root()) == (5, root)
        with pytest.raises(ConflictError, match="already"):
            create()

    def test_lookups(self, store):
        rows = [new(n, KEYS[n % 2], seq=n // 2 + 1) for n in range(10)]
        store.append([*rows, new(10, KEYS[0], seq=2)], 0)
        assert store.has(rows[7].statement_id) == 7
        wanted = {row.statement_id: n for n, row in enumerate(rows)}
        assert store.has_many([*wanted, bytes(32)]) == wanted
        many = [hashlib.sha256(b"%d" % n).digest() for n in range(1500)]
        assert store.has_many([*many, rows[1].statement_id]) == {rows[1].statement_id: 1}
        assert (store.last_seq(KEYS[0]), store.last_seq(KEYS[1]), store.last_seq(KEYS[2])) == (5, 5, None)
        assert store.at_seq(KEYS[0], 2) == [2, 10]
        assert store.at_seq(KEYS[0], 9) == []
        by_key = list(store.by_key())
        assert by_key == sorted(by_key)
        assert len(by_key) == 11

    def test_by_key_pages(self, store):
        rows = [new(n, KEYS[n % 3], seq=n % 7) for n in range(9000)]
        store.append(rows, 0)
        found = list(store.by_key())
        assert found == sorted((row.key, row.seq, n) for n, row in enumerate(rows))

    def test_a_statement_is_recorded_once(self, store):
        store.append([new(0), new(1)], 0)
        with pytest.raises(ConflictError, match="already, at index 1") as caught:
            store.append([new(2), new(1)], 2)
        assert caught.value.problem.line == 1
        with pytest.raises(ConflictError, match="twice"):
            store.append([new(3), new(3)], 2)
        assert store.size == 2
        assert store.append([new(2)], 2) == 2

    def test_a_fork_of_a_partys_own_numbers_is_recorded(self, store):
        store.append([new(0, seq=1), new(1, seq=1)], 0)
        assert store.at_seq(KEYS[0], 1) == [0, 1]

    def test_the_wrong_size_is_refused(self, store):
        store.append([new(0)], 0)
        for wrong in (0, 2):
            with pytest.raises(ConflictError, match="has 1 entries"):
                store.append([new(1)], wrong)

    def test_limits(self, store):
        with pytest.raises(MalformedError):
            store.append([], 0)
        with pytest.raises(MalformedError):
            store.append([NewEntry(b"", bytes(32), bytes(32), 1)], 0)
        with pytest.raises(MalformedError):
            store.append([NewEntry(b"x", bytes(31), bytes(32), 1)], 0)
        with pytest.raises(LimitError):
            store.append([NewEntry(bytes(65_536), bytes(32), bytes(32), 1)], 0)
        with pytest.raises(LimitError):
            store.append([NewEntry(b"x", bytes(32), bytes(32), 2**63)], 0)
        with pytest.raises(LimitError):
            store.append([new(0)] * (BATCH_MAX + 1), 0)
        largest = new(0, body=bytes(range(1, 256)) * 257)
        assert len(largest.entry) == 65_535
        store.append([largest, new(1, seq=2**63 - 1)], 0)
        assert store.entry(0).entry == largest.entry
        assert store.last_seq(KEYS[0]) == 2**63 - 1

    def test_two_writers_never_fork(self, place):
        create, reopen = place
        create().close()
        start = threading.Barrier(4)

        def write(writer):
            done = 0
            with reopen() as store:
                start.wait()
                while done < 10:
                    rows = [new(0, body=b"%d %d %d" % (writer, done, n)) for n in range(5)]
                    try:
                        store.append(rows, store.size)
                        done += 1
                    except ConflictError:
                        pass

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(write, range(4)))
        with reopen() as store:
            rows = list(store.entries())
            assert [row.index for row in rows] == list(range(200))
            assert store.tree().root() == tree.root(row.leaf for row in rows)
            assert len({row.statement_id for row in rows}) == 200
            for at in range(0, 200, 5):
                assert len({row.entry.rsplit(b" ", 1)[0] for row in rows[at : at + 5]}) == 1, "a batch stays together"

    def test_threads_share_one_store(self, store):
        store.append([new(n) for n in range(600)], 0)
        with ThreadPoolExecutor(4) as pool:
            counts = pool.map(lambda _: sum(1 for _ in store.entries()), range(8))
            assert list(counts) == [600] * 8

    def test_a_failure_in_the_middle_leaves_nothing(self, store):
        def rows():
            yield new(0)
            yield new(1)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt), store._transaction():
            store._insert((n, r.entry, bytes(32), r.statement_id, r.key, r.seq) for n, r in enumerate(rows()))
        assert store.size == 0
        assert store.append([new(0)], 0) == 0

    def test_checkpoints_are_kept_and_never_contradicted(self, store):
        assert store.keep_checkpoint(0, bytes(32), b"first") == b"first"
        assert store.keep_checkpoint(0, bytes(32), b"second") == b"first"
        with pytest.raises(ConflictError, match="another root"):
            store.keep_checkpoint(0, b"\x01" * 32, b"third")
        for size in range(1, 300):
            store.keep_checkpoint(size, bytes(32), b"%d" % size)
        assert [size for size, _, _ in store.checkpoints()] == list(range(300))

    def test_it_is_append_only(self, store):
        store.append([new(0)], 0)
        store.keep_checkpoint(1, bytes(32), b"note")
        for table in ("entry", "head", "signed"):
            for statement in (
                f"DELETE FROM {table}",
                f"UPDATE {table} SET {'idx' if table == 'entry' else 'size'} = 7",
            ):
                with pytest.raises(RecordError, match="append-only"):
                    store._query(statement)
        assert store.size == 1

    def test_a_log_on_it(self, place, store, tmp_path):
        with Log.create(tmp_path / "p", "record.example/s", SigningKey.generate(), store) as log:
            log.append([new(n) for n in range(300)])
            assert log.publish().size == 300
            assert log.prove(299).index == 299
        report = verify(tmp_path / "p", open_store=place[1], workers=1)
        assert (report.ok, report.size) == (True, 300), report.problems


def test_a_file_that_is_no_record(tmp_path):
    with pytest.raises(UnknownError):
        SQLiteStore(tmp_path / "nothing.db")
    (tmp_path / "other.db").touch()
    with pytest.raises(RecordError, match="not a record"):
        SQLiteStore(tmp_path / "other.db")
    sqlite3.connect(tmp_path / "foreign.db").executescript("CREATE TABLE x (y);").close()
    with pytest.raises(RecordError, match="not a record"):
        SQLiteStore(tmp_path / "foreign.db")


def test_a_full_disk_is_refused_and_nothing_is_lost(tmp_path):
    with SQLiteStore.create(tmp_path / "record.db") as store:
        store.append([new(n) for n in range(10)], 0)
        store._db.execute("PRAGMA max_page_count = 40")
        with pytest.raises(RecordError, match="full"):
            store.append([new(n, body=b"%d" % n * 400) for n in range(100, 600)], 10)
        assert store.size == 10
        store._db.execute("PRAGMA max_page_count = 100000")
        assert store.append([new(10)], 10) == 10


@pytest.mark.postgres
def test_postgres_places_that_are_none(address):
    with pytest.raises(UnknownError, match="no such programme"):
        PostgresStore(address)
    with pytest.raises(RecordError, match="cannot reach") as caught:
        PostgresStore(Address.parse("postgresql://nobody:secret@127.0.0.1:1/x?password=hidden"))
    assert not {word for word in ("secret", "hidden", "nobody") if word in caught.value.diagnostics()}
