"""Killed at any system call while a table is added, what is stored of the book is whole: it equals a fresh fold."""

import random
import sys

import pytest

import enduse
from conftest import Small
from enduse.book.book import Book
from enduse.book.store import BookStore
from enduse.record.log import Log
from support import book_faults
from support.strace import WRITING, Writer, attack, needs_strace

pytestmark = needs_strace
ROWS = 24
"""Three batches: a first, a last, and one between, which any further ones would repeat call by call."""


@pytest.fixture
def battery(tmp_path):
    base = tmp_path / "base"
    base.mkdir()
    small = Small(base / "programme")
    small.intake.close()
    book_faults.table(base / "donors.csv", ROWS)

    def check(folder, told):
        with enduse.open(folder / "programme") as programme:
            assert programme.notices == (), "what was stored before the kill is whole"
            status, digest = programme.status(), programme.digest()
            rows = [one.statement.source.row for one in programme.statements() if one.statement.source is not None]
        with Log.open(folder / "programme", read_only=True) as log, Book(folder, log, BookStore()) as fresh:
            fresh.follow()
            assert fresh.digest() == digest
            assert fresh.size == status.size
        assert len(rows) == 2 * len(set(rows)), "a row is in the record or it is not"
        assert len(set(rows)) >= told, "what was acknowledged is there"

    writer = Writer(tmp_path, "book_faults")
    yield lambda pick: attack(writer, base, tmp_path, stop=0, pick=pick, check=check, calls=WRITING)
    writer.close()


def test_a_sample_of_system_calls_kills(battery):
    assert battery(lambda plan: random.Random(3).sample(plan, 8)) >= 6


@pytest.mark.soak
def test_every_system_call_of_writing_kills_once(battery):
    reached = battery(lambda plan: plan)
    sys.stdout.write(f"{reached} system calls killed who added\n")
    assert reached >= 100
