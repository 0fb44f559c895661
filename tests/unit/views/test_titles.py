"""Who owns what lies where: title passes by the word of who gives it away, and no goods move."""

import pytest
from typer.testing import CliRunner

from conftest import Small
from enduse.cli.main import app
from enduse.statements.correction import Correction, CorrectionBody
from enduse.views.status import status
from enduse.views.titles import titles
from support.cement import goods

T = 1_000_000


def owners(giver, taker):
    return {
        "sourceList": [{"type": "owning_party", "source": giver}],
        "destinationList": [{"type": "owning_party", "destination": taker}],
    }


@pytest.fixture
def town(tmp_path):
    small = Small(tmp_path / "town", open_acts=("goods",))
    goods(small, "warehouse", "commissioning", 100, 0, "depot", action="ADD")
    yield small
    small.intake.close()


def told(small):
    return [
        (one.owner, one.place, one.figure.amount // T, one.lies.amount // T, one.givers) for one in titles(small.book)
    ]


def test_title_passes_and_passes_on_and_back_and_no_goods_move(town):
    stock = town.book.ledger.balance("stock warehouse depot", "cement/g")
    first = goods(town, "warehouse", "accepting", 20, 1, "depot", **owners("warehouse", "fund"))
    assert first.outcome == "accepted"
    assert told(town) == [("fund", "depot", 20, 20, ("warehouse",))]
    goods(town, "fund", "accepting", 5, 2, "depot", **owners("fund", "donor"))
    assert told(town) == [("donor", "depot", 5, 5, ("warehouse",)), ("fund", "depot", 15, 15, ("warehouse",))]
    assert town.book.ledger.balance("stock warehouse depot", "cement/g") == stock
    assert (status(town.book).missing, status(town.book).tasks) == ((), ())
    goods(town, "warehouse", "consuming", 90, 3, "depot")
    assert {one[3] for one in told(town)} == {5, 10}, "no more than lies there"
    body = CorrectionBody(corrects=town.book.statement(first.index).id, reason="incorrect_data")
    assert town.say("warehouse", Correction, body).outcome == "accepted"
    assert [(one[0], one[2]) for one in told(town)] == [("donor", 5)]


@pytest.mark.threat(
    who="stranger",
    tries="says that goods in another's store are its own",
    alone="no effect: only who gives title away says so",
    needs="the owner",
    seen_by="everybody, by `enduse goods`",
)
def test_nobody_takes_title_by_its_own_word_and_accepting_without_owners_is_an_observation(town):
    taken = goods(town, "fund", "accepting", 20, 1, "depot", **owners("warehouse", "fund"))
    assert (taken.outcome, taken.problem.code) == ("no_effect", "goods.title_by_another")
    assert goods(town, "fund", "accepting", 20, 1, "depot").outcome == "accepted"
    assert told(town) == []


def test_goods_says_who_owns_what_lies_where(town):
    goods(town, "warehouse", "accepting", 20, 1, "depot", **owners("warehouse", "fund"))
    with town.closed() as folder:
        done = CliRunner().invoke(app, ["goods", str(folder)])
    text = " ".join(done.output.replace("\N{NO-BREAK SPACE}", " ").split())
    assert "fund owns 20 t of cement at depot, by the word of warehouse; held there by warehouse." in text
