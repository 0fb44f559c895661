"""Whatever call on ``book.db`` fails, and whenever power goes: the next answer is right, and the record has what was acknowledged."""

import shutil
import sqlite3

import pytest

from conftest import Small
from enduse.book.book import Book
from enduse.book.intake import Intake
from enduse.book.store import BookStore
from enduse.errors import RecordError
from enduse.record.log import Log
from enduse.statements.money import Pledge, PledgeBody
from enduse.terms.amounts import Money

CALLS_MAX = 60


class PowerCutError(BaseException):
    """The machine stops: nothing after this is done, no rollback either."""


class Wired:
    """A connection that counts its calls and fails at one of them, or copies the folder and stops there."""

    def __init__(self, real, plan):
        self._real, self._plan = real, plan

    def _call(self, name, *given):
        self._plan.count(self)
        return getattr(self._real, name)(*given)

    def execute(self, *given):
        return self._call("execute", *given)

    def executemany(self, *given):
        return self._call("executemany", *given)

    def close(self):
        return self._call("close")

    @property
    def in_transaction(self):
        return self._real.in_transaction


class Plan:
    def __init__(self, at, strike):
        self.at, self.strike, self.calls, self.struck = at, strike, 0, False

    def count(self, wire):
        self.calls += 1
        if self.calls == self.at:
            self.struck = True
            self.strike()
        elif self.struck and self.strike.__name__ == "cut":
            raise PowerCutError  # nothing works any more


def pledge(name):
    return PledgeBody(pledge=name, amount=Money("100", "USD"))


def work(folder, small, monkeypatch, plan):
    """Take a batch that fills segments, store it, take another one; every call on the book's database is counted."""
    connected = BookStore._connected
    with monkeypatch.context() as wired:
        wired.setattr(BookStore, "_connected", lambda self: Wired(connected(self), plan))
        intake = Intake.open(folder)
        acknowledged = 0
        for batch in range(2):
            says = [small.says("donor", Pledge, pledge(f"{batch}-{n}")) for n in range(7)]
            intake.say(says, small.now)
            acknowledged += len(says)
            intake.book.flush()
        intake.close(publish=False)
    return acknowledged


def right_digest(folder):
    with Log.open(folder, read_only=True) as log:
        fresh = Book(folder, log, BookStore())
        fresh.follow()
        return fresh.digest()


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.setattr("enduse.book.row_tree.NODE_ROWS", 4)
    monkeypatch.setattr("enduse.book.row_tree.LEAF_BYTES", 240)
    small = Small(tmp_path / "programme")
    small.intake.close()
    return small


def check(folder, *, damaged):
    right = right_digest(folder)
    with Book.open(folder) as book:
        assert book.digest() == right
        assert [notice.code for notice in book.told] in ([[], ["book.damaged_rebuilt"]] if damaged else [[]])
        list(book.postings())
    with Book.open(folder) as book:
        assert (book.digest(), book.told) == (right, [])


def test_power_goes_at_any_call_on_the_book(made, tmp_path, monkeypatch):
    struck = 0
    for at in range(1, CALLS_MAX):
        folder = shutil.copytree(made.folder, tmp_path / f"run-{at}")
        after = tmp_path / f"after-{at}"

        def cut(folder=folder, after=after):
            shutil.copytree(folder, after)
            raise PowerCutError

        plan = Plan(at, cut)
        try:
            work(folder, made, monkeypatch, plan)
        except PowerCutError:
            check(after, damaged=False)
            struck += 1
        else:
            break
    assert struck > 10, "there are more calls than these"
    check(folder, damaged=False)


@pytest.mark.parametrize("name", ["SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_CORRUPT"])
def test_any_call_on_the_book_fails(made, tmp_path, monkeypatch, name):
    struck, codes = 0, set()
    for at in range(1, CALLS_MAX):
        folder = shutil.copytree(made.folder, tmp_path / f"run-{at}")

        def fail():
            error = sqlite3.OperationalError("something from SQLite")
            error.sqlite_errorname = name
            raise error

        plan = Plan(at, fail)
        codes.add(outcome(folder, made, monkeypatch, plan))
        struck += plan.struck
        check(folder, damaged=True)
        if not plan.struck:
            break
    assert struck > 10, "there are more calls than these"
    # What was recorded before the disk was full is said to be recorded.
    full = {"system.disk_full", "book.not_worked_out"} if name == "SQLITE_FULL" else set()
    assert codes <= {"done", "on closing", *full}


def outcome(folder, small, monkeypatch, plan):
    try:
        work(folder, small, monkeypatch, plan)
    except RecordError as error:
        return error.problem.code
    except sqlite3.OperationalError:
        return "on closing"
    return "done"
