"""A number on paper is one consignment, whichever table says it: the workbook makes an identifier of it, others write it as it is."""

from copy import deepcopy
from decimal import Decimal

import pytest

import enduse
from support.town import TOWN, written

PROFILE = """profile = "clerk"
title = "What came"
party = "party:poplar-works"

[read]
dates = ["%Y-%m-%d"]

[[tells]]
what = "receipt"
date = "Day"
place = { always = "place:school-site" }
item = "Material"
quantity = "Quantity"
unit = "Unit"
waybill = "Waybill"
complete = { always = true }
"""


@pytest.fixture
def clerk(tmp_path):
    """A clerk's list of what came, in a form of its own."""
    (tmp_path / "clerk.toml").write_text(PROFILE)

    def add(programme, number):
        file = tmp_path / f"came {number[-2:]}.csv"
        file.write_text(f"Waybill,Day,Material,Quantity,Unit\n{number},2026-04-02,Cement,49.5,t\n")
        return programme.add(file, profile=tmp_path / "clerk.toml")

    return add


def town(tmp_path, **without):
    """The town, founded for practice; without the rows of some sheets."""
    file = written(tmp_path / "town.xlsx", {**deepcopy(TOWN), **without})
    enduse.create(tmp_path / "town", file, play_all_parties=True)
    return tmp_path / "town"


def came(programme):
    """Return what counts of goods by the number of its consignment."""
    return {one.item: one.figure.value for one in programme.missing()}


@pytest.mark.parametrize("number", ["W-17", "w-17", "W 17"])
def test_what_a_clerk_received_meets_what_the_workbook_sent(tmp_path, clerk, number):
    """It kept the number as written beside ``waybill:w-17``: received in full on paper, it was overdue all the same."""
    with enduse.open(town(tmp_path, receipts=[])) as programme:
        added = clerk(programme, number)
        assert (added.accepted, added.no_effect, added.refused) == (1, 0, 0)
        assert not any(one.note.code == "consignment.never_dispatched" for one in added.notes)
        assert came(programme) == {"waybill:w-17": Decimal("0.5")}
        assert clerk(programme, number).statements == 0


def test_what_the_workbook_sent_meets_what_a_clerk_had_received_before(tmp_path, clerk):
    folder = town(tmp_path, receipts=[], dispatches=[])
    with enduse.open(folder) as programme:
        assert clerk(programme, "W-17").accepted == 1
        later = programme.add(written(tmp_path / "later.xlsx", {**deepcopy(TOWN), "receipts": []}))
        assert (later.accepted, later.refused) == (1, 0)
        assert came(programme) == {"W-17": Decimal("0.5")}
        assert programme.add(written(tmp_path / "again.xlsx", {**deepcopy(TOWN), "receipts": []})).statements == 0
        assert clerk(programme, "W-17").statements == 0


@pytest.mark.parametrize("number", ["W-18", "w/18"])
def test_a_number_that_nobody_else_uses_stays_as_it_is_written(tmp_path, clerk, number):
    with enduse.open(town(tmp_path, receipts=[])) as programme:
        assert clerk(programme, number).accepted == 1
        said = [text for name, text in programme.fields(programme.size - 1).items() if "bizTransaction" in name]
        assert number in said
