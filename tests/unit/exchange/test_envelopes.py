"""Envelopes are taken line by line as they are."""

import os
import tracemalloc

import pytest

from enduse.errors import LimitError, MalformedError, UnknownError
from enduse.exchange import envelopes
from enduse.exchange.envelopes import read_envelopes
from enduse.statements.envelope import ENVELOPE_MAX


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
