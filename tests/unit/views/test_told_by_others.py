"""What others alone say of a party's goods: nobody is called to answer by that, and each page says whose word it is."""

import pytest

from conftest import Small
from enduse.book.assure import differences
from enduse.pages.localizer import Localizer
from enduse.pages.missing import missing_words
from enduse.statements.base import Source
from enduse.statements.correction import Correction, CorrectionBody
from enduse.views.differences import late, missing
from enduse.views.goods_leads import goods_leads
from enduse.views.shapes import ToldGoods
from enduse.views.status import status
from support import cement

T = 1_000_000
PAPER = Source(name="document:00", sha256="00" * 32)


@pytest.fixture
def town(tmp_path):
    """A warehouse with 50 t, of which 12 t go to a donor's store; it received and counted 8 t."""
    small = Small(tmp_path / "town", open_acts=("goods", "report"))
    goods(small, "warehouse", "commissioning", 50, 0, "depot", action="ADD")
    goods(small, "warehouse", "shipping", 12, 1, "depot", "W-1", destinationList=[to("donor")])
    goods(small, "donor", "receiving", 8, 2, "site", "W-1", **{"enduse:complete": "true"})
    goods(small, "donor", "stock_taking", 8, 4, "site")
    yield small
    small.intake.close()


def to(party):
    return {"type": "possessing_party", "destination": party}


def goods(*said, **more):
    taken = cement.goods(*said, **more)
    assert taken.problem is None
    return taken


def at_site(small):
    """Return what is missing in the store at the site, or nothing."""
    return next((one for one in missing(small.book, differences(small.book)) if one.item == "site"), None)


def paper(small, number, tonnes, day):
    return goods(small, "warehouse", "receiving", tonnes, day, "site", number, PAPER, destinationList=[to("donor")])


@pytest.mark.threat(
    who="storekeeper",
    tries="as a clerk who lacks goods itself books them by paper into a stock that its holder had counted",
    alone="the stock is told as contested, its holder is asked what came and answers for nothing; a condition is not known",
    needs="the holder's own word that they came",
    seen_by="everybody, by `enduse status`; each lead names whose statement it is",
)
@pytest.mark.parametrize("number", ["W-99", "W-9", None])
@pytest.mark.parametrize("sent", [False, True])
def test_a_report_makes_nobody_short_who_counted_its_stock(town, number, sent):
    assert at_site(town) is None
    if sent and number:
        goods(town, "warehouse", "shipping", 4, 2, "depot", number, destinationList=[to("donor")])
    paper(town, number, 4, 3)
    found = at_site(town)
    assert (found.figure.amount, found.contested.amount, found.counted) == (4 * T, 4 * T, False)
    (line,) = status(town.book).goods
    assert line.contested.amount == 4 * T, "beside what is missing stands how much of it is contested"
    assert line.missing.amount >= line.contested.amount
    assert "answers for" not in missing_words(found, Localizer("en", {}))
    told = {(task.code, task.owner) for task in status(town.book).tasks}
    assert ("say_what_came", "donor") in told
    assert ("account_for", "donor") not in told
    assert town.book.facts.open_difference("cement", "site") is None
    # What it says itself of what came counts as ever.
    if number:
        goods(town, "donor", "receiving", 4, 3, "site", number)
        own = at_site(town)
        assert (own.figure.amount, own.contested, own.counted) == (4 * T, None, True)
        asked = (
            0 if sent else 4 * T
        )  # as much is open of W-1, and no dispatch is recorded of what its receiver writes here
        assert status(town.book).goods[0].contested.amount == asked
    else:
        town.say(
            "donor",
            Correction,
            CorrectionBody(corrects=town.book.statement(town.book.size - 1).id, reason="did_not_occur"),
        )
        assert at_site(town) is None


def test_a_report_of_what_came_after_the_count_or_of_less_leaves_the_rest_to_the_holder(town):
    goods(town, "donor", "stock_taking", 5, 5, "site")
    paper(town, "W-98", 9, 6)
    assert (at_site(town).figure.amount, at_site(town).contested, at_site(town).counted) == (3 * T, None, True)
    paper(town, "W-99", 1, 3)
    assert (at_site(town).figure.amount, at_site(town).contested.amount) == (4 * T, 1 * T)


@pytest.mark.threat(
    who="carrier",
    tries="raises what came in and what is in store by its own reports of others' goods",
    alone="beside the sums stands how much of them is its word alone; the holder's own word takes its place",
    needs="the holder's own word",
    seen_by="everybody, by `enduse status` and the report",
)
def test_what_others_say_of_a_holders_goods_is_named_beside_the_sums(town):
    (before,) = status(town.book).goods
    assert (before.told, before.whose) == ((), ())
    came = {"destinationList": [to("donor")]}
    goods(town, "carrier", "receiving", 40, 5, "yard", "W-77", PAPER, **came)
    (line,) = status(town.book).goods
    assert line.came_in.amount == before.came_in.amount + 40 * T
    assert line.told == (ToldGoods(party="carrier", came_in=40 * T, stored=40 * T),)
    assert "the word of carrier alone" in Localizer("en", {}).message(line.whose[0])
    goods(town, "donor", "receiving", 39, 5, "yard", "W-77")
    (line,) = status(town.book).goods
    assert (line.came_in.amount, line.told) == (before.came_in.amount + 39 * T, ())


@pytest.mark.threat(
    who="storekeeper",
    tries="as a clerk books by two papers that another sent 100 t and that 10 t arrived",
    alone="whoever is named as sender is asked, by the clerk's word and named so, and answers for nothing",
    needs="the sender's own word that it sent them",
    seen_by="everybody, by `enduse status` and `enduse late`",
)
def test_nobody_answers_for_a_dispatch_that_others_alone_tell_of(town):
    left = {"sourceList": [{"type": "possessing_party", "source": "donor"}], "destinationList": [to("carrier")]}
    goods(town, "warehouse", "shipping", 100, 3, "depot", "W-55", PAPER, **left)
    came = {"destinationList": [to("carrier")], "enduse:complete": "true"}
    goods(town, "warehouse", "receiving", 10, 4, "yard", "W-55", PAPER, **came)
    (found,) = (one for one in missing(town.book, differences(town.book)) if one.item == "W-55")
    assert (found.state, found.owner, found.named_by) == ("short", "donor", "warehouse")
    words = missing_words(found, Localizer("en", {}))
    assert "by the word of warehouse: it has said nothing of it itself" in words
    assert "answers for" not in words
    assert ("account_for", "donor") not in {(task.code, task.owner) for task in status(town.book).tasks}
    (part,) = (one for one in late(town.book, differences(town.book)) if one.item == "W-55")
    assert part.named_by == "warehouse"
    goods(town, "donor", "shipping", 100, 3, "depot", "W-55", destinationList=[to("carrier")])
    goods(town, "carrier", "receiving", 10, 4, "yard", "W-55", **{"enduse:complete": "true"})
    (own,) = (one for one in missing(town.book, differences(town.book)) if one.item == "W-55")
    assert (own.named_by, own.owner) == ("", "donor")


def test_a_lead_says_whose_statement_a_receipt_is(town):
    paper(town, "W-99", 4, 3)
    (lead,) = (one for one in goods_leads(town.book) if one.code == "lead.came_elsewhere")
    assert (lead.values["party"], lead.values["teller"]) == ("donor", "warehouse")
