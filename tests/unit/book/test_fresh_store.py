"""Rows that wait for their tree are read as if they were in it, and give the same tree in the end."""

import random

import pytest

from enduse.book import fresh_store
from enduse.book.fresh_store import FreshStore
from enduse.book.store import BookStore


@pytest.mark.parametrize("most", [0, 7, 40, 10_000])
def test_a_fresh_book_is_read_and_ends_as_one_that_is_written_each_time(monkeypatch, most):
    monkeypatch.setattr(fresh_store, "GATHERED_MAX", most)
    chance, keys = random.Random(most), [f"row\0{number:04d}" for number in range(60)]
    with FreshStore() as fresh, BookStore() as plain:
        for step in range(60):
            edits = {
                key: chance.choice((None, key.encode() * chance.randint(1, 4)))
                for key in chance.sample(keys, chance.randint(0, 12))
            }
            for store in (fresh, plain):
                store.flush({"head": b"%d" % step}, dict(edits))
            assert all(fresh.get(key) == plain.get(key) for key in keys)
            match chance.randint(0, 5):
                case 0:
                    assert fresh.some(keys[3], keys[50], 20) == plain.some(keys[3], keys[50], 20)
                case 1:
                    assert fresh.several(keys) == plain.several(keys)
                case 2:
                    assert fresh.load() == plain.load()
                    assert fresh.tree.root.sha256 == plain.tree.root.sha256
        assert fresh.load() == plain.load() == {"head": b"59"}
        assert fresh.tree.root.sha256 == plain.tree.root.sha256
        fresh.renew()
        assert fresh.load() == {}
        assert fresh.get(keys[0]) is None
