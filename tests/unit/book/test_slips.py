"""Everyday slips on paper: the figures stand, what may be behind them is one lead, and no carrier is named, in any order."""

import itertools

import pytest

from conftest import Small
from enduse.book.assure import differences
from enduse.messages import Amount
from enduse.statements.correction import Correction, CorrectionBody
from enduse.views.differences import late
from enduse.views.status import status
from support.cement import goods

T = 1_000_000
CARRIED = {"enduse:carrier": "carrier"}
TO_FUND = {"destinationList": [{"type": "possessing_party", "destination": "fund"}]}
DONE = {"enduse:complete": True}


def lines(*told):
    return {
        "quantityList": [
            {"epcClass": f"urn:enduse:class:{item}", "quantity": amount, "uom": unit} for item, amount, unit in told
        ]
    }


SENT = (("warehouse", "shipping", 80, 1, "depot", "W-1"), CARRIED | TO_FUND)
MIXED = (
    ("warehouse", "shipping", 0, 1, "depot", "W-1"),
    CARRIED | TO_FUND | lines(("cement", 20, "TNE"), ("flour", 5, "TNE")),
)
SLIPS = {
    "no number": ((SENT, (("fund", "receiving", 80, 3, "fund-yard"), {})), "lead.came_without_number", 80),
    "no number, in two parts": (
        (
            SENT,
            (("fund", "receiving", 30, 3, "fund-yard"), {}),
            (("fund", "receiving", 50, 4, "fund-yard"), {}),
        ),
        "lead.came_without_number",
        80,
    ),
    "refused, and back without a number": (
        (
            SENT,
            (("fund", "refusing", 80, 3, "fund-yard", "W-1"), {}),
            (("warehouse", "receiving", 80, 5, "depot"), {}),
        ),
        "",
        80,
    ),
    "kilograms for tonnes": (
        (SENT, (("fund", "receiving", 0, 3, "fund-yard", "W-1"), lines(("cement", 80, "KGM")))),
        "lead.thousandfold",
        79.92,
    ),
    "rows exchanged": (
        (
            MIXED,
            (
                ("fund", "receiving", 0, 3, "fund-yard", "W-1"),
                DONE | lines(("cement", 5, "TNE"), ("flour", 20, "TNE")),
            ),
        ),
        "lead.rows_exchanged",
        15,
    ),
}


def played(folder, papers):
    small = Small(folder, open_acts=("goods",))
    for item in ("cement", "flour"):
        goods(small, "warehouse", "commissioning", 0, 0, "depot", action="ADD", **lines((item, 500, "TNE")))
    saids = []
    for paper, more in papers:
        saids.append((paper[0], goods(small, *paper, **more)))
        assert saids[-1][1].outcome == "accepted"
    goods(small, "warehouse", "inspecting", 1, 60, "depot")
    return small, saids


@pytest.mark.parametrize(("told", "code", "lacks"), SLIPS.values(), ids=SLIPS)
def test_a_slip_on_paper_names_no_carrier_in_any_order(tmp_path, told, code, lacks):
    """Its carrier was asked for what its receiver itself, or its sender, had written in another row, unit or without a number."""
    for number, order in enumerate(itertools.permutations(told)):
        small, saids = played(tmp_path / str(number), order)
        seen = status(small.book)
        (lost,) = [one for one in seen.missing if one.figure.amount > 0]
        assert (lost.figure.amount, lost.owner, lost.parties) == (lacks * T, "", ()), "the figure stands"
        assert "carrier" not in {task.owner for task in seen.tasks}
        assert {lead.code for lead in seen.goods_leads} == ({code} if code else set())
        assert all(part.holders == () for part in late(small.book, differences(small.book)))
        assert small.book.facts.open_difference("cement", "depot") is None, "not known"
        party, last = next((party, said) for party, said in reversed(saids) if party == "fund" or len(saids) < 3)
        gone = CorrectionBody(corrects=small.book.statement(last.index).id, reason="incorrect_data")
        assert small.say(party, Correction, gone).outcome == "accepted"
        small.intake.close()


@pytest.mark.threat(
    who="carrier",
    tries="has a friend write, without a number, that it received as much as was lost on the way",
    alone="nothing: only what they write themselves who were to receive it counts, and only of as much",
    needs="the receiver itself",
    seen_by="everybody, by enduse late",
)
@pytest.mark.parametrize(
    ("by", "tonnes", "day"), [("monitor", 80, 3), ("fund", 50, 3), ("fund", 80, 0)], ids=["friend", "less", "before"]
)
def test_what_another_received_or_less_or_before_leaves_the_carrier_asked(tmp_path, by, tonnes, day):
    small, _ = played(tmp_path / "one", (SENT, ((by, "receiving", tonnes, day, f"{by}-yard"), {})))
    (lost,) = status(small.book).missing
    assert (lost.owner, lost.contested) == ("carrier", None)
    small.intake.close()


def test_a_receipt_without_a_number_that_is_taken_back_clears_nobody(tmp_path):
    small, saids = played(tmp_path / "one", (SENT, (("fund", "receiving", 80, 3, "fund-yard"), {})))
    gone = CorrectionBody(corrects=small.book.statement(saids[1][1].index).id, reason="incorrect_data")
    assert small.say("fund", Correction, gone).outcome == "accepted"
    (lost,) = status(small.book).missing
    assert (lost.owner, lost.contested) == ("carrier", None)
    assert lost.figure.amount == Amount(80 * T, "cement/g").amount
    small.intake.close()
