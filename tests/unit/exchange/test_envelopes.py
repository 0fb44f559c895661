"""Envelopes are taken line by line as they are."""

import hashlib
import os
import shutil
import tracemalloc
from itertools import permutations

import pytest

from enduse.errors import LimitError, MalformedError, UnknownError
from enduse.exchange import envelopes
from enduse.exchange.envelopes import offered, read_envelopes
from enduse.statements.envelope import ENVELOPE_MAX, key_id, wrap


def lines(path):
    return [(line.line, line.raw, line.problem.message if line.problem else "") for line in read_envelopes(path)]


def test_each_line_keeps_its_bytes_and_number(tmp_path):
    path = tmp_path / "a.dsse"
    path.write_bytes(b'{"a": 1}\n\n  spaced \r\nlast')
    assert lines(path) == [(1, b'{"a": 1}', ""), (3, b"  spaced ", ""), (4, b"last", "")]


def test_a_line_too_long_is_passed_over_and_said(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"x" * ENVELOPE_MAX + b"\n" + b"y" * 20_000_000 + b"\nz\n" + b"w" * (ENVELOPE_MAX + 1))
    tracemalloc.start()
    found = lines(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(line, len(raw)) for line, raw, _ in found] == [(1, ENVELOPE_MAX), (2, 0), (3, 1), (4, 0)]
    assert "more than 65,535 bytes" in found[1][2]
    assert "more than 65,535 bytes" in found[3][2]
    assert peak < 2_000_000


def test_limits_and_missing_files(tmp_path, monkeypatch):
    path = tmp_path / "a.dsse"
    path.write_bytes(b"a\nb\nc\n")
    monkeypatch.setattr(envelopes, "LINES_MAX", 2)
    assert [line.line for line in read_envelopes(path)] == [1, 2, 3]
    assert "nothing from here on" in lines(path)[2][2]
    monkeypatch.setattr(envelopes, "FILE_MAX", 3)
    with pytest.raises(LimitError):
        lines(path)
    with pytest.raises(UnknownError):
        lines(tmp_path / "none.dsse")


def test_a_pipe_in_a_drop_folder_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.dsse")
    with pytest.raises(MalformedError, match="a pipe"):
        lines(tmp_path / "pipe.dsse")


def test_files_come_after_what_they_rest_on_and_others_where_they_stood(tmp_path):
    """A key's lower numbers, what enrols a key, what is named; tables, junk and circles stop nothing."""

    def written(name, key, *payloads):
        (tmp_path / name).write_bytes(b"".join(wrap(each.encode(), key, bytes(64)) + b"\n" for each in payloads))
        return tmp_path / name

    new = key_id(bytes(32))
    first = '{"seq":2}'
    named = hashlib.sha256(first.encode()).hexdigest()
    files = [
        written("a.dsse", "a" * 32, first),
        written("b.dsse", "a" * 32, f'{{"seq":10,"body":{{"public_key":"{bytes(32).hex()}"}}}}'),
        written("c.dsse", new, '{"seq":1}'),
        written("d.dsse", "d" * 32, f'{{"seq":1,"refs":["{named}"]}}'),
    ]
    for order in permutations(range(4)):
        drop = tmp_path / "".join(map(str, order))
        drop.mkdir()
        for name, file in zip(order, files, strict=True):
            shutil.copy(file, drop / f"{name}.dsse")
        found = [files[order.index(int(each.stem))].stem for each in offered([drop])]
        assert [name for name in found if name != "d"] == ["a", "b", "c"], order
        assert found.index("a") < found.index("d")
    table, junk = tmp_path / "table.csv", written("junk.dsse", "e" * 32, "no JSON")
    junk.write_bytes(junk.read_bytes() + b"junk\n")
    assert offered([files[2], table, files[1], junk]) == [files[1], table, files[2], junk]
    one = written("one.dsse", "f" * 32, '{"seq":1}', f'{{"seq":2,"refs":["{named}"]}}')
    circle = written("two.dsse", "f" * 32, first, '{"seq":5}')
    assert offered([circle, one]) == [one, circle], "each wants to come after the other"
    assert offered([]) == []
    many = [written(f"n{number}.dsse", "9" * 32, f'{{"seq":{number + 1}}}') for number in range(1500)]
    assert offered(reversed(many)) == many, "a chain of any length"
