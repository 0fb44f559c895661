"""``make drill``: the same forgery with nobody watching and with each way of watching; who finds out is what it says."""

from pathlib import Path

import drill
import pytest

from support.commands import forked_commands


@pytest.mark.threat(
    who="operator",
    tries="with every key in the folder, changes one shipment so that nothing is missing, and signs everything anew",
    alone="goes through where nobody watches; one witness, one mirror, one card or one receipt kept elsewhere convicts",
    needs="works alone while nobody watches",
    seen_by="`make drill` shows each: `enduse record verify --policy`, `record witness`, `record mirror`, `record compare`, "
    "`record card --check`, `record receipt`",
)
def test_who_finds_out_is_who_watches(tmp_path, capsys):
    with forked_commands(drill.ENVIRONMENT) as commands_in:
        assert drill.drill(tmp_path, [str(Path(commands_in, "enduse"))]) == 0
    told = capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ")
    summary = [line.strip() for line in told.partition("Who finds out, and how:")[2].strip().splitlines()]
    watched_by = ["nobody", "one witness", "one mirror", "a kept card", "a kept receipt"]
    assert [line.split("  ")[0] for line in summary] == watched_by
    assert "there is no evidence" in summary[0]
    assert all("with a file that convicts" in line for line in summary[1:])
    before, after = (part.partition("$ enduse status")[2] for part in told.split("The forgery:", 1))
    assert "20 t of cement in waybill:w-2" in before
    assert "missing" not in after.partition("2. One witness")[0]


def test_what_is_not_as_it_should_be_is_told(tmp_path):
    made = drill.Drill(tmp_path)
    made.run("status nowhere", quiet=True)
    made.run("--version", 1, quiet=True)
    assert [wrong.partition(":")[0] for wrong in made.wrong] == ["enduse status nowhere", "enduse --version"]
