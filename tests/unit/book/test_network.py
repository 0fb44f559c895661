"""What network assurance is given to look at: a programme's consignments and counts, within a span that can be assessed."""

from datetime import timedelta

import pytest

from conftest import START
from enduse.book.network import tables
from enduse.book.rows import BookRows
from enduse.statements.goods import Goods
from enduse.statements.programme import Place, PlaceBody
from support.ledger_hand import event


def sent_and_received(small, number, when):
    for party, step, place in (("warehouse", "shipping", "yard"), ("fund", "receiving", "site")):
        said = event(party, step, place, 10, consignment=f"w-{number}", carrier="carrier", taker="fund")
        body = said.body.event.replace('"eventTime": "2026-01-01T00:00:00+00:00"', f'"eventTime": "{when.isoformat()}"')
        assert when.isoformat() in body
        small.say(party, Goods, type(said.body)(event=body), occurred_at=when)


@pytest.mark.threat(
    who="storekeeper",
    tries="dates a chain of consignments back, each less than a year before the next, so that every report takes hours",
    alone="the assessment covers the ten years before the last; how many are left out is told",
    needs="nobody",
    seen_by="anybody, by `enduse assure` and on the report",
)
def test_a_chain_of_old_dates_makes_no_network_of_a_century(small):
    for place in ("yard", "site"):
        small.say("keeper", Place, PlaceBody(place=place, name={"en": place}, type="warehouse"))
    for number in range(30):
        sent_and_received(small, number, START - timedelta(days=300 * number))
    laid = tables(small.book)
    assert max(int(str(row["period"])) for row in laid.readings) <= 10 * 366 // 7 + 1
    (told,) = laid.problems
    assert (told.code, told.values["n"]) == ("assessment.long_before", 30 - 3653 // 300 - 1)


def test_what_was_sent_and_may_still_come_is_listed_and_counts_nowhere(small):
    for place in ("yard", "site"):
        small.say("keeper", Place, PlaceBody(place=place, name={"en": place}, type="warehouse"))
    sent_and_received(small, 1, START)
    counted = tables(small.book).readings
    said = event("warehouse", "shipping", "yard", 7, consignment="w-2", carrier="carrier", taker="fund")
    small.say("warehouse", Goods, type(said.body)(event=said.body.event))
    laid = tables(small.book)
    assert laid.readings == counted
    (open_,) = laid.under_way
    assert (open_.consignment.endswith("w-2"), open_.link, open_.overdue) == (True, "yard", False)
    assert laid.resources[open_.material]


def test_consignments_are_read_one_after_the_other_and_told_in_the_order_of_the_record(small, monkeypatch):
    """All of them were held at once, and of more than are kept in memory each was looked up by itself."""
    for place in ("yard", "site", "shed"):
        small.say("keeper", Place, PlaceBody(place=place, name={"en": place}, type="warehouse"))
    for number, (start, end) in enumerate((("yard", "site"), ("site", "shed"), ("yard", "shed"))):
        name = f"w-{9 - number}"
        for party, step, place in (("warehouse", "shipping", start), ("fund", "receiving", end)):
            said = event(party, step, place, 10, consignment=name, carrier="carrier", taker="fund")
            small.say(party, Goods, type(said.body)(event=said.body.event))
    small.book.flush()
    small.book.reload()
    monkeypatch.setattr("enduse.rows.WHOLE_MAX", 0)
    asked, right = [], BookRows.get

    def told(rows, key):
        asked.append(key)
        return right(rows, key)

    monkeypatch.setattr(BookRows, "get", told)
    laid = tables(small.book)
    assert [row["link"] for row in laid.links] == ["yard > site", "site > shed", "yard > shed"]
    assert [row["node"] for row in laid.nodes] == ["yard", "site", "shed"]
    assert [names for _, names in sorted(laid.carried.items())] == [("w-8",), ("w-7",), ("w-9",)]
    assert not [key for key in asked if key.startswith("ledger.consignments\0")]
