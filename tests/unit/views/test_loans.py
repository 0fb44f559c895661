"""Loans between stores: who owes whom what, in whatever order it was recorded and in whatever lot it is given back."""

import itertools
import json

import pytest
from typer.testing import CliRunner

from conftest import Small
from enduse.cli.main import app
from enduse.statements.correction import Correction, CorrectionBody
from enduse.views.loans import loans
from support.cement import goods

T = 1_000_000


def to(party):
    return {"destinationList": [{"type": "possessing_party", "destination": party}]}


LOAN, BACK = {"enduse:reason": "loan"}, {"enduse:reason": "repayment"}
LENT = ("warehouse", "shipping", 20, 1, "depot", "L-1"), LOAN | to("fund")
CAME = ("fund", "receiving", 19, 2, "yard", "L-1"), LOAN
RETURNED = ("fund", "shipping", 12, 9, "yard", "R-1"), BACK | to("warehouse")
GOT = ("warehouse", "receiving", 12, 10, "depot", "R-1"), BACK


@pytest.fixture
def town(tmp_path):
    small = Small(tmp_path / "town", open_acts=("goods",))
    for party, place in (("warehouse", "depot"), ("fund", "yard")):
        goods(small, party, "commissioning", 100, 0, place, action="ADD")
    yield small
    small.intake.close()


def told(small):
    return [
        (one.lender, one.borrower, one.lent.amount // T, one.repaid.amount // T, one.open.amount // T, one.told_by)
        for one in loans(small.book)
    ]


def test_what_was_received_as_lent_and_not_given_back_is_owed_in_any_order(town):
    for order in list(itertools.permutations((LENT, CAME, RETURNED, GOT)))[::5]:
        saids = [(paper[0], goods(town, *paper, **more)) for paper, more in order]
        assert told(town) == [("warehouse", "fund", 19, 12, 7, ("fund", "warehouse"))]
        for party, said in saids:
            body = CorrectionBody(corrects=town.book.statement(said.index).id, reason="incorrect_data")
            assert town.say(party, Correction, body).outcome == "accepted"
        assert told(town) == []


def test_what_is_on_its_way_is_not_lent_yet_and_what_is_given_back_in_full_is_not_owed(town):
    goods(town, *LENT[0], **LENT[1])
    assert told(town) == []
    goods(town, *CAME[0], **CAME[1])
    for tonnes, number in ((12, "R-1"), (7, "R-2")):
        goods(town, "fund", "shipping", tonnes, 9, "yard", number, **BACK, **to("warehouse"))
        goods(town, "warehouse", "receiving", tonnes, 10, "depot", number)
    assert told(town) == [("warehouse", "fund", 19, 19, 0, ("fund", "warehouse"))]


@pytest.mark.threat(
    who="storekeeper",
    tries="calls an ordinary delivery a loan, so that its receiver owes it",
    alone="is shown as the word of that store alone",
    needs="the receiver, who calls it that too",
    seen_by="everybody, by `enduse goods`",
)
def test_a_loan_that_one_of_the_two_alone_calls_that_says_so_and_a_strangers_word_counts_for_nothing(town):
    goods(town, *LENT[0], **LENT[1])
    goods(town, *CAME[0])
    assert told(town) == [("warehouse", "fund", 19, 0, 19, ("warehouse",))]
    goods(town, "monitor", "receiving", 5, 3, "elsewhere", "L-9", **LOAN)
    assert len(told(town)) == 1
    with town.closed() as folder:
        done = CliRunner().invoke(app, ["goods", str(folder)])
        answer = json.loads(CliRunner().invoke(app, ["goods", str(folder), "--json"]).output)
    text = " ".join(done.output.replace("\N{NO-BREAK SPACE}", " ").split())
    assert "fund owes warehouse 19 t of cement" in text
    assert "Only warehouse calls it that." in text
    assert [(one["lender"], one["borrower"]) for one in answer["loans"]] == [("warehouse", "fund")]
