"""Tables of `enduse access`: no word is cut where the terminal is narrow."""

import pytest

from enduse.cli import access, screen
from enduse.pages.localizer import Localizer

COLUMNS = ("area", "planned", "facilitated", "partly facilitated", "impeded", "denied", "called off", "no answer")


@pytest.mark.parametrize("width", [30, 60, 200])
def test_no_word_of_a_table_is_cut(width, monkeypatch, capsys):
    monkeypatch.setattr(screen.console, "_width", width)
    access._table("Movements", COLUMNS, [("North", *"1234567")], Localizer("en", {}))
    told = capsys.readouterr().out
    assert "…" not in told
    for word in (*" ".join(COLUMNS[1:]).split(), "North", *"1234567"):
        assert word in told.split(), told
