"""Ways to damage or edit the stored book: what a disk, a careless hand, or somebody with a purpose does to it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from enduse.book.postgres_store import PostgresBookStore
from enduse.book.store import DATABASE, BookStore
from enduse.record.postgres import BOOK
from enduse.record.postgres_session import Address, PostgresSession

Damage = Callable[[Path, Random], str]
"""Damages a book; says what was done."""


def flip_bytes(path: Path, dice: Random) -> str:
    """Change one to eight bytes of the file."""
    data = bytearray(path.read_bytes())
    changed = [dice.randrange(len(data)) for _ in range(dice.randint(1, 8))]
    for at in changed:
        data[at] ^= dice.randint(1, 255)
    path.write_bytes(data)
    return f"bytes {changed}"


def blank_stretch(path: Path, dice: Random) -> str:
    """Overwrite up to a page with zeros or with what stands elsewhere."""
    data = bytearray(path.read_bytes())
    at, length = dice.randrange(len(data)), dice.randint(1, 4096)
    data[at : at + length] = bytes(length) if dice.random() < 0.5 else data[: len(data[at : at + length])]
    path.write_bytes(data)
    return f"{length} bytes from {at}"


def cut(path: Path, dice: Random) -> str:
    """Cut the file off, or let junk stand behind it."""
    data = path.read_bytes()
    at = dice.randrange(len(data))
    path.write_bytes(data[:at])
    return f"cut at {at}"


def edit_rows(path: Path, dice: Random) -> str:
    """Change, swap or delete values by SQL, as somebody with a database browser would."""
    with closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        table = dice.choice(tables)
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        rows = database.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
        column = dice.choice(columns)
        if not rows or dice.random() < 0.1:
            database.execute(f"DELETE FROM {table}")
            done = f"all of {table} deleted"
        elif dice.random() < 0.3:
            row = dice.choice(rows)
            database.execute(f"DELETE FROM {table} WHERE {columns[0]} = ? AND {columns[1]} = ?", row[:2])
            done = f"deleted of {table}: {row[:1]}"
        else:
            row, other = dice.choice(rows), dice.choice(rows)
            value = _changed(row[columns.index(column)], other[columns.index(column)], dice)
            database.execute(
                f"UPDATE OR REPLACE {table} SET {column} = ? WHERE {columns[0]} = ? AND {columns[1]} = ?",
                (value, *row[:2]),
            )
            done = f"{table}.{column} of {row[:1]}"
        database.commit()
    return done


def _changed(value: Any, other: Any, dice: Random) -> Any:
    if value != other and dice.random() < 0.5:
        return other
    match value:
        case bytes() if value:
            at = dice.randrange(len(value))
            return value[:at] + bytes([value[at] ^ dice.randint(1, 255)]) + value[at + 1 :]
        case int():
            return value + dice.choice((-1, 1))
        case str():
            return value[:-1] + chr(ord(value[-1]) ^ 1) if value else "x"
    return value


DAMAGES: tuple[Damage, ...] = (flip_bytes, blank_stretch, cut, edit_rows, edit_rows, flip_bytes)


def stored(folder: Path) -> BookStore:
    """Return the stored book of a programme, wherever it is kept."""
    address = Address.of(folder)
    return BookStore(folder / DATABASE) if address is None else PostgresBookStore(address)


def overwrite(folder: Path) -> None:
    """Write something else into every node of the stored book, as a failing disk might."""
    address = Address.of(folder)
    if address is not None:
        with PostgresSession(address, BOOK) as session:
            session.query("UPDATE node SET data = ?", (b"\x90",))
        return
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.execute("UPDATE node SET data = x'90'")
        database.commit()


def reseal(folder: Path, name: str, change: Callable[[Any], Any]) -> None:
    """Change a stored state or, by its key, a row, as somebody who knows the format and seals it again."""
    with stored(folder) as store:
        assert not store.in_memory
        states = store.load()
        if name not in states:
            row = store.get(name)
            assert row is not None, name
            store.flush(states, {name: change(row)})
            return
        value = msgspec.msgpack.decode(states[name])
        change(value)
        states[name] = msgspec.msgpack.encode(value)
        store.flush(states, {})
