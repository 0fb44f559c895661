"""The workbook of a programme that comes again: a row that was changed is a correction, a doubt is asked, and nothing counts twice."""

import json
from copy import deepcopy
from datetime import date
from decimal import Decimal
from shutil import copytree

import pytest
from typer.testing import CliRunner

import enduse
from enduse import Answers
from enduse.cli.main import app
from enduse.errors import ConflictError, MalformedError
from support.town import TOWN, written


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """The town, founded for practice from its workbook."""
    folder = tmp_path_factory.mktemp("town")
    enduse.create(folder / "town", written(folder / "town.xlsx"), play_all_parties=True)
    return folder / "town"


@pytest.fixture
def town(started, tmp_path):
    return copytree(started, tmp_path / "town")


def mended(file, sheet, **cells):
    """Write the town's workbook with some cells of the first row of a sheet changed."""
    rows = deepcopy(TOWN)
    rows[sheet][0] |= cells
    return written(file, rows)


def standing(programme, kind, step=None):
    """Return what is said of a kind and not taken back."""
    every = [each for each in programme.statements() if each.kind == kind and each.step in {step, None}]
    back = {each.statement.body.corrects for each in programme.statements() if each.kind == "correction"}
    return [each for each in every if each.id not in back]


@pytest.mark.parametrize(
    ("sheet", "cells", "kind", "step"),
    [
        ("goods_in", {"quantity": 61}, "goods", "commissioning"),
        ("dispatches", {"quantity": 45}, "goods", "shipping"),
        ("dispatches", {"day": date(2026, 3, 31)}, "goods", "shipping"),
        ("receipts", {"quantity": 48}, "goods", "receiving"),
        ("use", {"quantity": 43}, "goods", "installing"),
        ("counts", {"quantity": 40}, "reading", None),
        ("counts", {"day": date(2026, 4, 19)}, "reading", None),
    ],
)
def test_a_row_changed_in_one_cell_is_asked_and_then_counts_once(town, tmp_path, sheet, cells, kind, step):
    file = mended(tmp_path / "t.xlsx", sheet, **cells)
    with enduse.open(town) as programme:
        size = programme.size
        with pytest.raises(ConflictError) as asked:
            programme.add(file)
        assert (asked.value.problem.code, programme.size) == ("table.ask_changed", size)
        shown = programme.add(file, answers=Answers(changed=True), dry_run=True)
        assert programme.size == size
        added = programme.add(file, answers=Answers(changed=True))
        assert shown.issues == added.issues
        assert (added.accepted, added.already_recorded, added.refused, added.issues[0].changed) == (1, 23, 0, 1)
        assert len(added.issues[0].fields) == 1
        (said,) = standing(programme, kind, step)
        assert said.statement.source.replaces
        again = programme.add(file)
        assert (again.statements, again.already_recorded) == (0, 24)


@pytest.mark.parametrize(
    ("sheet", "cells", "kind"),
    [
        ("pledges", {"amount": 310_000}, "pledge"),
        ("payments", {"amount": 260_000, "day": date(2026, 3, 21)}, "disbursement"),
        ("attestations", {"basis": "Another visit", "day": date(2026, 4, 22)}, "attestation"),
    ],
)
def test_what_bears_a_number_is_known_by_it_and_replaced(town, tmp_path, sheet, cells, kind):
    file = mended(tmp_path / "t.xlsx", sheet, **cells)
    with enduse.open(town) as programme:
        added = programme.add(file)
        assert (added.accepted, added.no_effect - added.already_recorded, added.refused) == (1, 0, 0)
        assert added.issues[0].changed == 1
        (said,) = standing(programme, kind)
        assert said.statement.source.replaces
        assert programme.add(file).statements == 0


def test_an_older_workbook_does_not_bring_back_what_was_replaced(town, tmp_path):
    with enduse.open(town) as programme:
        programme.add(mended(tmp_path / "t.xlsx", "pledges", amount=310_000))
        old = written(tmp_path / "old.xlsx")
        with pytest.raises(ConflictError) as asked:
            programme.add(old)
        assert asked.value.problem.code == "table.ask_restated"
        assert programme.add(old, answers=Answers(newest=False)).statements == 0
        assert programme.money()[0].pledged.value == Decimal(310_000)


def test_a_row_changed_beyond_recognition_is_asked_before_it_counts_twice(town, tmp_path):
    file = mended(tmp_path / "t.xlsx", "use", quantity=43, day=date(2026, 4, 16))
    with enduse.open(town) as programme:
        size = programme.size
        with pytest.raises(ConflictError) as asked:
            programme.add(file)
        problem = asked.value.problem
        assert (problem.code, problem.sheet, programme.size) == ("template.ask_gone", "Use", size)
        added = programme.add(file, answers=Answers(gone=True))
        assert (added.accepted, added.issues[0].gone) == (1, 1)
        assert programme.goods()[0].used.value == Decimal(43)
        (back,) = (each for each in programme.statements() if each.kind == "correction")
        assert back.statement.body.reason == "no_longer_stated"


def test_a_row_that_is_not_in_it_stays_unless_it_is_said_to_be_gone(town, tmp_path):
    rows = deepcopy(TOWN)
    rows["counts"].clear()
    rows["goods_in"] = [{**TOWN["goods_in"][0], "day": date(2026, 5, 1), "lot": "C-2", "quantity": 5}]
    for sheet in ("pledges", "payments", "dispatches", "receipts", "use", "attestations"):
        rows[sheet].clear()
    with enduse.open(town) as programme:
        added = programme.add(written(tmp_path / "may.xlsx", rows))
        assert (added.accepted, added.issues[0].kept, added.issues[0].gone) == (1, 1, 0)
        assert programme.goods()[0].came_in.value == Decimal(65)


def test_what_is_described_anew_is_told(town, tmp_path):
    with enduse.open(town) as programme:
        added = programme.add(mended(tmp_path / "t.xlsx", "places", place_type="area"))
    (note,) = (item.note for item in added.notes if item.note.code == "template.described_anew")
    assert (added.accepted, note.values["names"]) == (1, ["place:school-site"])


def test_what_was_said_without_a_workbook_is_not_said_twice_by_one_nor_taken_to_be_gone(town, tmp_path):
    words = {"pledge": "pledge:p-9", "amount": {"value": "5", "currency": "USD"}, "recipient": "party:harbour-fund"}
    with enduse.open(town) as programme:
        programme.sign("pledge", words, party="party:northland", occurred_at="2026-03-07T09:00:00Z")
        pledge = {**TOWN["pledges"][0], "number": "P-9", "amount": 6, "day": date(2026, 3, 7), "what_for": None}
        lacking = programme.add(written(tmp_path / "s.xlsx"), answers=Answers(gone=True))
        assert (lacking.statements, lacking.issues) == (0, ())
        rows = deepcopy(TOWN)
        rows["pledges"].append(pledge)
        added = programme.add(written(tmp_path / "t.xlsx", rows))
        assert (added.accepted, added.refused, added.issues[0].changed) == (1, 0, 1)
        assert programme.money()[0].pledged.value == Decimal(300_006)


def test_an_answer_may_be_for_one_sheet_alone(town, tmp_path):
    rows = deepcopy(TOWN)
    rows["dispatches"][0] |= {"quantity": 45}
    rows["use"][0] |= {"quantity": 43}
    file = written(tmp_path / "t.xlsx", rows)
    with enduse.open(town) as programme:
        size = programme.size
        asked = []
        for of in ({}, {"Dispatches": Answers(changed=True)}, {"use": Answers(changed=False)}):
            with pytest.raises(ConflictError) as error:
                programme.add(file, answers=Answers(of=of))
            asked.append((error.value.problem.sheet, error.value.problem.code))
        assert asked[0] == asked[2] == ("Dispatches", "table.ask_changed")
        assert asked[1] == ("Use", "table.ask_changed")
        for of in (
            {"Dispatchs": Answers(changed=True)},
            {"Dispatches": Answers(changed=True), "x": Answers(gone=False)},
        ):
            with pytest.raises(MalformedError) as refused:
                programme.add(file, answers=Answers(changed=True, of=of))
            assert refused.value.problem.code in {"word.misspelt", "word.unknown"}
        assert programme.size == size
        each = {"dispatches": Answers(changed=True), "USE": Answers(changed=False, gone=False)}
        added = programme.add(file, answers=Answers(of=each))
        changed = {issue.table: (issue.changed, issue.kept) for issue in added.issues}
        assert changed == {"Dispatches": (1, 0), "Use": (0, 1)}


def test_the_command_takes_an_answer_for_one_sheet_and_refuses_what_is_none(town, tmp_path):
    rows = deepcopy(TOWN)
    rows["dispatches"][0] |= {"quantity": 45}
    rows["use"][0] |= {"quantity": 43}
    file = written(tmp_path / "t.xlsx", rows)

    def run(*words):
        result = CliRunner().invoke(app, ["add", str(town), str(file), *words])
        return result.exit_code, " ".join(result.output.split())

    code, told = run()
    assert (code, "--changed 'Dispatches=yes'" in told) == (2, True)
    assert run("--changed", "Dispatches=maybe")[0] == 2
    assert "Dispatches" in run("--changed", "Dispatchs=yes")[1]
    code, told = run("--changed", "Dispatches=yes", "--changed", "Use=no", "--gone", "no", "--dry-run", "--json")
    assert (code, json.loads(told)["accepted"]) == (0, 2)


def test_a_row_that_had_no_effect_is_said_again_once_it_has(tmp_path):
    """The checkers' mandate was not accepted when they counted and attested; the next workbook accepts it."""
    rows = deepcopy(TOWN)
    rows["mandates"][1] |= {"accepted": None}
    enduse.create(tmp_path / "town", written(tmp_path / "first.xlsx", rows), play_all_parties=True)
    with enduse.open(tmp_path / "town") as programme:
        before = sum(said.refusal is not None for said in programme.statements())
        again = programme.add(written(tmp_path / "first.xlsx", rows))
        assert (again.statements, before > 0) == (0, True)
        file = written(tmp_path / "next.xlsx")
        shown = programme.add(file, dry_run=True)
        added = programme.add(file)
        assert (added.accepted, added.issues) == (before + 1, ())
        assert (shown.accepted, shown.issues) == (added.accepted, added.issues)
        assert programme.add(file).statements == 0
