"""The two ends of a way in a table: the one where it happened, and whether the other is a party or a place."""

import json

import pytest

from conftest import Small
from enduse.api.comparing import propose_profile
from enduse.exchange.called import called
from enduse.exchange.tables import read_table
from enduse.exchange.tables.profile import parse_profile
from enduse.statements.party import Party, PartyBody
from enduse.statements.programme import Place, PlaceBody

ROWS = "X-1,2026-11-02,{a},{b},Flour,5,t\nX-2,2026-11-02,{a},River store,Flour,7,t\nX-3,2026-11-03,{a},Lake store,Flour,7,t\n"
BY = {"party": "party:haulier"}


def table(folder, start, end, *, a="Port depot", b="Hill store"):
    path = folder / "way.csv"
    path.write_text(f"Waybill,Date,{start},{end},Item,Qty,Unit\n{ROWS.format(a=a, b=b)}", encoding="utf-8")
    return path


def first(path, profile, **names):
    """Return where the first row happened, and the ends of its way."""
    with read_table(path, parse_profile(profile, "p.toml"), **names) as opened:
        row = next(iter(opened))
    assert not row.problems
    event = json.loads(row.statements[0].body.event)
    source, destination = event.get("sourceList"), event.get("destinationList")
    return event["readPoint"]["id"], source, destination


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("From warehouse", "To warehouse"),
        ("Origin warehouse", "Destination site"),
        ("Dispatching store", "Receiving store"),
        ("من مستودع", "إلى مستودع"),
    ],
)
def test_goods_leave_the_one_end_and_arrive_at_the_other(tmp_path, start, end):
    path = table(tmp_path, start, end)
    sent, received = (propose_profile(path, BY | {"what": what}) for what in ("dispatch", "receipt"))
    assert not sent.questions
    assert not received.questions
    assert first(path, sent.profile)[0] == "place:port-depot"
    assert first(path, received.profile)[0] == "place:hill-store"


def test_from_that_is_the_place_of_a_dispatch_is_no_party_and_neither_is_to(tmp_path):
    path = table(tmp_path, "From", "To")
    (asked,) = propose_profile(path, BY | {"what": "dispatch"}).questions
    assert (asked.key, asked.suggested) == ("place", "From")
    found = propose_profile(path, BY | {"what": "dispatch", "place": "From"})
    place, source, destination = first(path, found.profile)
    assert (place, source) == ("place:port-depot", None)
    assert destination == [{"type": "location", "destination": "place:hill-store"}]
    party = propose_profile(path, BY | {"what": "dispatch", "place": "From", "to": "party:clinic"})
    assert {"type": "possessing_party", "destination": "party:clinic"} in first(path, party.profile)[2]


def test_what_the_programme_knows_as_a_place_is_no_party_at_the_end_of_a_way(tmp_path):
    small = Small(tmp_path / "town")
    for place, name in (("place:depot", "Port depot"), ("place:hill", "Hill store"), ("place:river", "River store")):
        small.say("keeper", Place, PlaceBody(place=place, name={"en": name}, type="warehouse"))
    small.say("keeper", Party, PartyBody(party="party:river", name={"en": "River store"}, type="agency"))
    names = called(small.intake.book)
    small.intake.close()
    path = table(tmp_path, "From", "To")
    profile = propose_profile(path, BY | {"what": "dispatch", "place": "place:depot"}).profile
    assert 'to = "To"' in profile
    place, source, destination = first(path, profile, called=names)
    assert place == "place:depot"
    assert source == [{"type": "location", "source": "place:depot"}]
    assert destination == [{"type": "location", "destination": "place:hill"}]
    path = table(tmp_path, "From", "To", b="River store")  # a party and a place: it may be the party
    assert first(path, profile, called=names)[2] == [{"type": "possessing_party", "destination": "party:river"}]
    path = table(tmp_path, "From", "To", a="party:depot", b="place:hill")  # identifiers stay what they are
    assert first(path, profile, called=names)[1:] == (
        [{"type": "possessing_party", "source": "party:depot"}],
        [{"type": "location", "destination": "place:hill"}],
    )
    path = table(tmp_path, "From", "To", b="Sea store")  # neither: a party that is new
    assert first(path, profile, called=names)[2] == [{"type": "possessing_party", "destination": "party:sea-store"}]


@pytest.mark.parametrize("answer", ["From", "To"])
def test_a_list_of_both_ends_tells_each_where_it_happened(tmp_path, answer):
    path = tmp_path / "both.csv"
    path.write_text(
        "Waybill,Dispatched,From,To,Item,Sent,Unit,Received on,Received\n"
        "W-1,02/11/2026,Port,Hill,Cement,60,t,13/11/2026,58\nW-2,03/11/2026,Port,Hill,Cement,9,t,,\n",
        encoding="utf-8",
    )
    asked = propose_profile(path, BY | {"what": "dispatch,receipt"}).questions
    assert [(each.key, each.suggested) for each in asked] == [("place", "From")]
    found = propose_profile(path, BY | {"what": "dispatch,receipt", "place": answer})
    with read_table(path, parse_profile(found.profile, "p.toml")) as opened:
        rows = [[json.loads(made.body.event) for made in row.statements] for row in opened]
    told = [
        [(event["bizStep"], event["readPoint"]["id"], event["quantityList"][0]["quantity"]) for event in row]
        for row in rows
    ]
    sent = ("shipping", "place:port", 60), ("receiving", "place:hill", 58)
    assert told == [list(sent), [("shipping", "place:port", 9)]]


@pytest.mark.parametrize("above", ["Item: Cement,,,Unit: bag,", "Item:,Cement,Unit:,bag,", "Item: Cement,,,,"])
def test_what_is_said_of_a_whole_stock_card_is_no_part_of_its_header(tmp_path, above):
    path = tmp_path / "card.csv"
    rows = "Date,Document,In,Out,Balance\n03/11/2026,D-1,1200,,1200\n15/11/2026,I-1,,300,900\n"
    path.write_text(f"Stock card,,,,\n{above}\n{rows}", encoding="utf-8")
    answers = {"what": "receipt,use", "place": "place:store", "item": "Cement", "unit": "bag"}
    found = propose_profile(path, BY | answers)
    assert not found.questions
    assert [column.name for column in found.columns] == ["Date", "Document", "In", "Out", "Balance"]
    told = parse_profile(found.profile, "p.toml").tells
    assert [(each["what"], each["quantity"]) for each in told] == [("receipt", "In"), ("use", "Out")]
