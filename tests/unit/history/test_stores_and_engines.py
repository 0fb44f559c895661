"""One business with packs, returns, exchange and corrections has the same figures on every store and every engine."""

from datetime import timedelta

import pytest

import enduse
from conftest import Small
from enduse.history import writing
from enduse.record.postgres_session import Address
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.goods import Goods
from enduse.statements.money import (
    Disbursement,
    DisbursementBody,
    Exchange,
    ExchangeBody,
    Expenditure,
    ExpenditureBody,
    Pledge,
    PledgeBody,
    Refund,
    RefundBody,
)
from enduse.statements.packs import Pack, PackBody
from enduse.terms.amounts import Money, Quantity
from enduse.terms.texts import Citation
from support.arrangement import OPEN_ACTS
from support.ledger_hand import event

pytestmark = pytest.mark.postgres
ACTS = (*OPEN_ACTS, "pack")


def moved(small, party, step, place, quantity, number, **more):
    body = event(party, step, place, quantity, consignment=number, **more).body
    return small.say(party, Goods, body)


def trade(small):
    """Goods in tonnes and bags, short, back and corrected; money in two currencies, given back and taken back."""
    holds = PackBody(
        pack="pack:1", item="cement", unit="XBG", holds=Quantity("50", "KGM"), source=Citation(source="on the bag")
    )
    small.now += timedelta(days=20)
    for n in range(6):
        if n == 3:  # what was told in bags before was booked in bags
            small.say("warehouse", Pack, holds)
        unit, times = ("TNE", 1) if n % 2 else ("XBG", 20)
        moved(small, "warehouse", "shipping", "depot", (20 + n) * times, f"w{n}", unit=unit, taker="fund", on=n)
        came = moved(small, "fund", "receiving", "site", (19 + n) * 20, f"w{n}", unit="XBG", on=n + 1)
        if n == 2:
            small.say(
                "fund",
                Correction,
                CorrectionBody(corrects=small.book.statement(came.index).id, reason="incorrect_data"),
            )
            moved(small, "fund", "receiving", "site", 21, f"w{n}", on=n + 1)
        if n == 3:
            moved(small, "warehouse", "receiving", "depot", 20, f"w{n}", unit="XBG", on=n + 4)
    euros = Money("900.01", "EUR")
    small.say("donor", Pledge, PledgeBody(pledge="pledge:1", recipient="fund", amount=Money("1000", "EUR")))
    for n, amount in enumerate((euros, Money("500.25", "USD"), Money("70", "JPY"))):
        body = DisbursementBody(
            disbursement=f"d:{n}", amount=amount, recipient="fund", pledge=None if n else "pledge:1"
        )
        paid = small.say("donor", Disbursement, body)
    small.say("donor", Correction, CorrectionBody(corrects=small.book.statement(paid.index).id, reason="did_not_occur"))
    gets = ExchangeBody(
        exchange="x:1", gives=Money("400.01", "EUR"), gets=Money("433.33", "USD"), fee=Money("0.07", "USD")
    )
    small.say("fund", Exchange, gets)
    small.say("fund", Refund, RefundBody(refund="r:1", amount=Money("100", "EUR"), to="donor", of="d:0"))
    small.say("fund", Expenditure, ExpenditureBody(expenditure="e:1", amount=Money("700.5", "USD"), payee="shop"))
    small.now += timedelta(days=60)
    small.say("donor", Pledge, PledgeBody(pledge="pledge:late", recipient="fund", amount=Money("1", "EUR")))


@pytest.fixture(scope="module")
def traded(server, tmp_path_factory):
    """The same business in a folder and in a database, each with its history in several files."""
    at = tmp_path_factory.mktemp("traded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "MOST", 16)
        for name, address in (("sqlite", None), ("postgres", Address(server, "traded"))):
            small = Small(at / name, address, open_acts=ACTS)
            trade(small)
            small.intake.close()
            with enduse.open(at / name) as programme:
                programme.history(at / f"{name}-history")
    return at


def answers(at, engines):
    """Every answer of the books on both stores and of the engines, by question and moment."""
    told = {}
    for name in ("sqlite", "postgres"):
        with enduse.open(at / name) as programme:
            checked = programme.check_history(at / f"{name}-history", engines=engines)
        assert checked.problems == ()
        for each in checked.answers:
            assert len(each.engines) == len(engines)
            told.setdefault((each.question, each.size, each.as_at), []).extend([each.sha256, *each.engines.values()])
    return told


def test_it_is_what_it_says(traded):
    with enduse.open(traded / "sqlite") as programme:
        assert [one.refusal for one in programme.statements() if one.refusal is not None] == []
        postings = list(programme._book.postings())
    assert {"returned", "reversed", "exchanged", "refunded"} <= {one.code for one in postings}
    assert {"cement/g", "cement/bag", "money/EUR", "money/USD", "money/JPY"} <= {one.resource for one in postings}


def test_books_on_both_stores_and_both_engines_give_one_digest_a_question(traded, server):
    digests = []
    for name in ("sqlite", "postgres"):
        with enduse.open(traded / name) as programme:
            digests.append((programme.digest(), programme.balances(), programme.money(), programme.goods()))
    assert digests[0] == digests[1]
    told = answers(traded, ("duckdb", server))
    assert len(told) == 9
    for question, found in told.items():
        assert (len(found), len(set(found))) == (6, 1), question


@pytest.mark.spark
def test_and_so_does_spark(traded):
    pytest.importorskip("pyspark", reason="LOUD: pyspark is not installed (extra 'spark'; `make soak` installs it)")
    for question, found in answers(traded, ("duckdb", "spark")).items():
        assert len(set(found)) == 1, question
