"""The stored book on SQLite and on PostgreSQL: the same rows, seal and digest, one snapshot a reader, one writer at a time."""

from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enduse.book import postgres_store, row_tree
from enduse.book.fault import of_this_machine
from enduse.book.postgres_store import PostgresBookStore
from enduse.book.row_tree import DamagedBookError
from enduse.book.store import BookStore
from enduse.errors import ConflictError, RecordError
from enduse.record.postgres_session import Address, PostgresSession
from enduse.rows import AFTER
from support.examples import examples

KEYS = st.integers(0, 40).map(lambda n: f"k{n:02d}")
ROW = st.none() | st.binary(min_size=1, max_size=9) | st.just(b"large" * 30)
EDITS = st.lists(st.dictionaries(KEYS, ROW, max_size=20), max_size=4)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def opens(request, tmp_path):
    """Open the stored book of one place, as often as is asked."""
    opened = []
    path = tmp_path / "book.db"
    address = request.getfixturevalue("address") if request.param == "postgres" else None

    def one(**how):
        opened.append(BookStore(path, **how) if address is None else PostgresBookStore(address, **how))
        return opened[-1]

    yield one
    for store in opened:
        store.close()


@given(steps=EDITS)
@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_stored_is_what_a_dictionary_would_hold_and_has_the_digest_of_any_other_store(
    steps, opens, monkeypatch
):
    monkeypatch.setattr(row_tree, "NODE_ROWS", 3)
    monkeypatch.setattr(row_tree, "LEAF_BYTES", 180)
    monkeypatch.setattr(row_tree, "NODE_MAX", 5)
    store, beside, right = opens(), BookStore(), {}
    store.renew()
    beside.load()
    for at, edits in enumerate(steps):
        for one in (store, beside):
            one.load()
            one.flush({"head": b"%d" % at}, edits)
        right.update(edits)
    again = opens()
    states = again.load()
    assert states == ({"head": b"%d" % (len(steps) - 1)} if steps else {})
    again.tree.check()
    assert dict(again.some("", AFTER, 100)) == {key: row for key, row in right.items() if row is not None}
    assert store.digest() == again.digest() == beside.digest()


def test_who_is_late_is_told_and_writes_nothing_and_a_reader_sees_one_size(opens):
    first, second, reader = opens(), opens(), opens()
    assert first.load() == second.load() == {}
    first.flush({"head": b"1"}, {"a": b"1"})
    reader.load()
    with pytest.raises(ConflictError, match="meanwhile"):
        second.flush({"head": b"2"}, {"a": b"2"})
    first.flush({"head": b"2"}, {"a": b"3", "b": b"4"})
    assert (reader.get("a"), reader.get("b")) == (b"1", None), "as it was when it was loaded"
    assert reader.load() == second.load() == {"head": b"2"}
    assert (reader.get("a"), second.get("b")) == (b"3", b"4")


@pytest.mark.postgres
def test_a_row_that_was_edited_in_postgresql_is_noticed(address):
    with PostgresBookStore(address) as store, PostgresSession(address, "book") as session:
        store.load()
        store.flush({"head": b"1"}, {"a": b"1"})
        session.query("UPDATE node SET data = ?", (b"\x90",))
        again = PostgresBookStore(address, read_only=True)
        assert again.load() == {"head": b"1"}
        with pytest.raises(DamagedBookError):
            again.get("a")
        session.query("DELETE FROM meta WHERE name = 'head'")
        with pytest.raises(DamagedBookError):
            again.load()
        again.close()


@pytest.mark.postgres
def test_offices_with_other_software_each_keep_their_own_book(address, monkeypatch):
    def office(meaning):
        monkeypatch.setattr(postgres_store, "FORMAT", meaning)
        return PostgresBookStore(address)

    with office(7) as old, office(8) as new, office(9) as newest, PostgresSession(address, "book") as session:
        for at, store in enumerate((old, new)):
            assert store.load() == {}
            store.flush({"head": b"%d" % at}, {"a": b"1"})
        assert (old.load(), new.load()) == ({"head": b"0"}, {"head": b"1"})
        old.renew()
        assert (old.load(), new.load()) == ({}, {"head": b"1"})
        newest.renew()
        assert new.get("a") == b"1", "who reads goes on seeing what it saw"
        assert session.query("SELECT count(*) FROM node") == [(0,)]


@pytest.mark.postgres
def test_a_server_out_of_reach_is_no_damage(address):
    with PostgresBookStore(Address("postgresql://127.0.0.1:1/x")) as store, pytest.raises(RecordError) as caught:
        store.load()
    assert caught.value.problem.code == "store.unreachable"
    query = urlsplit(address.dsn).query
    for where, code in (("postgres@/none", "no_database"), ("nobody_here@/postgres", "not_let_in")):
        store = PostgresBookStore(Address(f"postgresql://{where}?{query}"))
        with pytest.raises(RecordError) as caught:
            store.load()
        assert caught.value.problem.code == f"store.{code}"
        assert of_this_machine(caught.value), "no statement is at fault"
    with PostgresBookStore(address) as store, PostgresSession(address, "book") as session:
        store.load()
        session.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        with pytest.raises(RecordError) as caught:
            store.load()
        assert caught.value.problem.code == "store.unreachable"
