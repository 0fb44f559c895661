"""Postings found by account and by name are those that one walk over all of them finds, whenever it is asked."""

import json

import pytest

from conftest import Small
from enduse.book.past import as_at
from enduse.errors import UnknownError
from enduse.ledger.posted import is_named
from enduse.ledger.trace import Tracer
from enduse.ledger.trace_graph import Trace
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.packs import Pack, PackBody
from enduse.terms.amounts import Quantity
from enduse.terms.texts import Citation
from enduse.views import booked
from enduse.views.trace import trace
from enduse.views.trace_ends import set_apart
from support.corpus import corpus, moved


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    acts = ("goods", "pack", "pledge", "disbursement", "expenditure", "claim")
    said = Small(tmp_path_factory.mktemp("said") / "programme", open_acts=acts)
    corpus(said)
    bags = json.loads(moved("shipping", "place:depot", "bags", 40).event)
    bags["quantityList"][0]["uom"] = "XBG"
    said.say("warehouse", Goods, GoodsBody(event=json.dumps(bags)))
    seen = Citation(source="printed on the bag")
    holds = Quantity("50", "KGM")
    said.say("warehouse", Pack, PackBody(pack="pack:bag", item="cement", unit="XBG", holds=holds, source=seen))
    assert len(said.book.ledger.packs) == 1
    yield said.book
    said.intake.close()


def traced(tracer, name):
    try:
        found = tracer(name)
        return Trace(**{field: getattr(found, field) for field in Trace.__struct_fields__})
    except UnknownError as error:
        return str(error)


def names(postings):
    found = {word for one in postings for word in (*one.account.split(" "), one.account, one.item, one.lot) if word}
    return [*sorted(found), *(f"fulfilled {one}" for one in sorted(found)[:5]), "nothing"]


@pytest.mark.parametrize("part", [1, 2, 3])
def test_a_trace_that_reads_what_it_needs_is_the_trace_over_all_postings_also_at_an_earlier_time(book, part):
    """With packs that hold more than one, corrections, findings and money."""
    times = sorted({one.effective for one in book.postings()})
    then = as_at(book, None if part == 3 else times[len(times) * part // 3])
    postings, links = list(booked.postings(then)), list(booked.links(then))
    assert len(postings) > 20
    whole = Tracer(postings, links)
    for name in names(list(book.postings())):
        assert traced(lambda one: trace(then, one), name) == traced(
            lambda one: set_apart(whole.trace(one), then), name
        ), name


def test_every_posting_is_found_where_it_is_and_by_what_it_names(book):
    index = book.posted()
    postings = list(booked.postings(book))
    joined = set(index.joined())
    for one in postings:
        assert one.entry in index.at((one.account, one.resource))
        for name in {one.item, one.lot} - {None}:
            assert one.entry in index.speaking_of(name)
        for other in {one.cause, one.reverses} - {None, one.entry}:
            assert (other, one.entry) in joined
    assert joined, "some were taken back"
    for name in {word for one in postings for word in one.account.split(" ")}:
        known = {spot[0] for spot in index.belonging_to(name)}
        entries = set(index.speaking_of(name))
        for one in postings:
            if is_named(one, {name}):
                assert one.account in known or one.entry in entries
