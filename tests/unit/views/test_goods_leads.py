"""What somebody should look at in the goods: nobody is accused, and no condition is met by more than what arrived."""

from datetime import timedelta

import pytest

import enduse
from conftest import START, Small
from enduse.book.assure import differences, uses
from enduse.messages import Amount
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.money import Disbursement, DisbursementBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.reading import Reading, ReadingBody
from enduse.statements.works import BillItem, Project, ProjectBody
from enduse.terms.amounts import Money, Quantity
from enduse.views.differences import late
from enduse.views.status import status
from support.cement import goods

T = 1_000_000
CARRIED = {"enduse:carrier": "carrier"}


@pytest.fixture
def town(tmp_path):
    """A mill that holds 1,000 t of cement."""
    small = Small(tmp_path / "town", open_acts=("goods", "reading", "disbursement", "project"))
    goods(small, "warehouse", "commissioning", 1000, 0, "depot", action="ADD")
    yield small
    small.intake.close()


def measured(small, tonnes, by="monitor"):
    body = ReadingBody(
        reading=f"r{small.book.size}", of="use", material="cement", quantity=Quantity(str(tonnes), "TNE"),
        method="survey", project="clinic",
    )  # fmt: skip
    small.say(by, Reading, body, place="site")


def planned(small):
    bill = (BillItem(material="cement", quantity=Quantity("500", "TNE")),)
    title = {"en": "Clinic"}
    body = ProjectBody(project="clinic", title=title, purpose="reconstruction", contractor="fund", bill=bill)
    assert small.say("keeper", Project, body, place="site").outcome == "accepted"


def leads(small):
    return {lead.code: lead for lead in status(small.book).goods_leads}


def use(small, tonnes, day, **more):
    return goods(small, "fund", "installing", tonnes, day, "site", **{"enduse:project": "clinic", **more})


@pytest.mark.threat(
    who="builder",
    tries="declares more as built in than it ever received, and finds a monitor who measures so much",
    alone="no condition is met by more than what is shown to have arrived; status and report tell both figures",
    needs="whoever sends goods, to record a delivery that never was, or a body that may find",
    seen_by="everybody, by `enduse status`",
)
def test_a_use_of_more_than_arrived_is_a_lead_and_meets_no_condition_beyond_what_arrived(town):
    goods(town, "warehouse", "shipping", 60, 1, "depot", "W-1")
    goods(town, "fund", "receiving", 60, 2, "site", "W-1")
    declared = use(town, 60, 3)
    measured(town, 60)
    assert (town.book.facts.use_verified("clinic", "cement").lower, leads(town)) == (60 * T, {})
    more = use(town, 440, 4)
    measured(town, 500)
    found = town.book.facts.use_verified("clinic", "cement")
    assert (found.lower, found.estimate, found.upper, found.beyond) == (60 * T, 500 * T, 500 * T, (500 * T, 60 * T))
    lead = leads(town)["lead.use_beyond_arrival"]
    assert (lead.values["used"], lead.values["arrived"]) == (Amount(500 * T, "cement/g"), Amount(60 * T, "cement/g"))
    goods(town, "fund", "stock_taking", 0, 5, "site")
    assert town.book.facts.use_verified("clinic", "cement").lower == 60 * T, "a count of nothing brings in nothing"
    goods(town, "fund", "receiving", 300, 1, "yard")
    assert town.book.facts.use_verified("clinic", "cement").lower == 60 * T, "what lies elsewhere makes up for nothing"
    back = CorrectionBody(corrects=town.book.statement(more.index).id, reason="incorrect_data")
    town.say("fund", Correction, back)
    assert "lead.use_beyond_arrival" not in leads(town)
    assert declared.outcome == more.outcome == "accepted", "no fact is refused for its amount"


@pytest.mark.threat(
    who="monitor",
    tries="measures more in a project than ever came to it, so that a tranche is paid; the builder declares little, or nothing",
    alone="no condition is met by more than what is declared there, or still lies there with those who build; that is told",
    needs="the builder, to declare it, and whoever sends goods, to record a delivery that never was",
    seen_by="everybody, by `enduse release`",
)
@pytest.mark.parametrize("declared", [0, 10, 60])
def test_a_reading_of_more_than_came_meets_no_condition_beyond_what_came_however_little_is_declared(town, declared):
    goods(town, "warehouse", "shipping", 60, 1, "depot", "W-1")
    goods(town, "fund", "receiving", 60, 2, "site", "W-1")
    planned(town)
    if declared:
        use(town, declared, 3)
    goods(town, "fund", "receiving", 300, 1, "yard")
    measured(town, 500)
    found = town.book.facts.use_verified("clinic", "cement")
    assert (found.lower, found.estimate, found.beyond, found.shown) == (60 * T, 500 * T, None, 60 * T)
    measured(town, 55)
    found = town.book.facts.use_verified("clinic", "cement")
    assert (found.lower, found.shown) == (55 * T, None), "what lies there may be used and not declared yet"


def test_what_one_project_took_beyond_its_stock_is_not_held_against_another(town):
    goods(town, "warehouse", "shipping", 60, 1, "depot", "W-1")
    goods(town, "fund", "receiving", 60, 2, "site", "W-1")
    use(town, 60, 3)
    measured(town, 60)
    beyond = goods(town, "fund", "installing", 10, 4, "yard", **{"enduse:project": "school"})
    assert beyond.outcome == "accepted"
    assert town.book.facts.use_verified("clinic", "cement").beyond is None
    lead = leads(town)["lead.use_beyond_arrival"]
    assert (lead.values["project"], lead.values["arrived"]) == ("school", Amount(0, "cement/g"))


@pytest.mark.threat(
    who="stranger",
    tries="says that it built goods of its own into another's project, so that more counts as used there, or the builder is suspected",
    alone="it stands beside, by name: the builder's use, what is shown to have come, and who may measure stay as they were",
    needs="whoever gives mandates at the project's place",
    seen_by="everybody, by `enduse status`",
)
def test_what_a_stranger_says_that_it_used_in_anothers_project_stands_beside(town):
    planned(town)
    goods(town, "warehouse", "shipping", 60, 1, "depot", "W-1")
    goods(town, "fund", "receiving", 60, 2, "site", "W-1")
    use(town, 60, 3)
    measured(town, 60)
    before, rows = town.book.facts.use_verified("clinic", "cement"), uses(town.book)
    related = PartyBody(party="warehouse", name={"en": "warehouse"}, type="agency", owned_by=("monitor",))
    assert town.say("keeper", Party, related).outcome == "accepted"
    for party, tonnes in (("donor", 200), ("warehouse", 400)):  # one that has nothing, and one that has so much
        strange = goods(town, party, "installing", tonnes, 4, "depot", **{"enduse:project": "clinic"})
        assert strange.outcome == "accepted", "of its own goods it may say so"
    assert town.book.facts.use_verified("clinic", "cement") == before
    assert uses(town.book) == rows
    assert set(leads(town)) == {"lead.use_by_others"}
    told = [lead.values for lead in status(town.book).goods_leads]
    assert [(one["party"], one["used"].amount, one["builders"]) for one in told] == [
        ("donor", 200 * T, ["fund", "keeper"]),
        ("warehouse", 400 * T, ["fund", "keeper"]),
    ]
    measured(town, 500)
    assert town.book.facts.use_verified("clinic", "cement").lower == 60 * T
    measured(town, 70, by="donor")
    assert town.book.facts.use_verified("clinic", "cement").estimate == 500 * T, "nobody measures what it used itself"


@pytest.mark.threat(
    who="donor",
    tries="says, once a shortage of what it sent is told, that it had sent less, so that the shortage closes",
    alone="it may correct its own word; the shortage that stood, since when, and the correction that closed it stand as a lead",
    needs="nobody: whoever received, and the carrier, have no say in it",
    seen_by="everybody, by `enduse status`, and by `enduse changes` of the day",
)
@pytest.mark.parametrize("way", ["correct", "void", "declaration", "withdraw"])
def test_a_shortage_that_its_sender_closes_by_its_own_correction_is_seen(town, way):
    sent = goods(town, "warehouse", "shipping", 100, 1, "depot", "W-1", eventID="urn:uuid:1", **CARRIED)
    goods(town, "fund", "receiving", 80, 2, "site", "W-1", **{"enduse:complete": True})
    assert leads(town) == {}
    size = town.book.size
    corrects = CorrectionBody(corrects=town.book.statement(sent.index).id, reason="incorrect_data")
    if way == "void":
        said = goods(town, "warehouse", "void_shipping", 20, 9, "depot", "W-1")
    elif way == "declaration":
        error = {"declarationTime": (START + timedelta(days=9)).isoformat(), "reason": "incorrect_data"}
        said = goods(town, "warehouse", "shipping", 100, 1, "depot", "W-1", eventID="urn:uuid:1", errorDeclaration=error, **CARRIED)  # fmt: skip
    else:
        said = town.say("warehouse", Correction, corrects)
    if way in {"correct", "declaration"}:
        goods(town, "warehouse", "shipping", 80, 1, "depot", "W-1", **CARRIED)
    assert said.outcome == "accepted"
    lead = leads(town)["lead.closed_by_sender"]
    assert lead.values["amount"] == Amount(20 * T, "cement/g")
    assert (lead.values["party"], lead.values["item"], lead.values["entry"]) == ("warehouse", "W-1", said.index)
    assert lead.values["since"][:10] == "2026-01-03"
    with town.closed() as folder, enduse.open(folder) as programme:
        new = programme.changes(size).leads
    assert [one.code for one in new] == ["lead.closed_by_sender"]
    digest = town.book.digest()
    town.book.rebuild()
    assert town.book.digest() == digest


def test_a_receiver_that_corrects_what_came_lowers_nothing_that_was_sent(town):
    goods(town, "warehouse", "shipping", 100, 1, "depot", "W-1", **CARRIED)
    got = goods(town, "fund", "receiving", 80, 2, "site", "W-1", **{"enduse:complete": True})
    corrects = CorrectionBody(corrects=town.book.statement(got.index).id, reason="incorrect_data")
    town.say("fund", Correction, corrects)
    goods(town, "fund", "receiving", 100, 2, "site", "W-1", **{"enduse:complete": True})
    assert leads(town) == {}


def test_a_sender_that_tells_bags_in_tonnes_has_not_sent_less(town):
    bags = {"quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": 2000, "uom": "XBG"}]}
    sent = goods(town, "warehouse", "shipping", 100, 1, "depot", "W-1", **CARRIED, **bags)
    goods(town, "fund", "receiving", 100, 2, "site", "W-1", **{"enduse:complete": True})
    corrects = CorrectionBody(corrects=town.book.statement(sent.index).id, reason="incorrect_data")
    town.say("warehouse", Correction, corrects)
    goods(town, "warehouse", "shipping", 100, 1, "depot", "W-1", **CARRIED)
    assert leads(town) == {}


def test_a_correction_that_lowers_nothing_or_was_said_before_anybody_was_told_is_no_lead(town):
    sent = goods(town, "warehouse", "shipping", 100, 1, "depot", "W-1")
    corrects = CorrectionBody(corrects=town.book.statement(sent.index).id, reason="incorrect_data")
    town.say("warehouse", Correction, corrects)
    sent = goods(town, "warehouse", "shipping", 90, 1, "depot", "W-1", **CARRIED)
    got = goods(town, "fund", "receiving", 80, 2, "site", "W-1", **{"enduse:complete": True})
    assert leads(town) == {}
    corrects = CorrectionBody(corrects=town.book.statement(sent.index).id, reason="incorrect_data")
    town.say("warehouse", Correction, corrects)
    goods(town, "warehouse", "shipping", 90, 1, "depot", "W-1", **{"enduse:carrier": "donor"})
    assert leads(town) == {}, "another carrier is no smaller consignment"
    corrects = CorrectionBody(corrects=town.book.statement(got.index).id, reason="incorrect_data")
    town.say("fund", Correction, corrects)
    goods(town, "fund", "receiving", 90, 2, "site", "W-1", **{"enduse:complete": True})
    assert leads(town) == {}, "what the receiver holds it says itself"


def test_a_surplus_that_lies_in_the_store_takes_nothing_from_a_use_that_arrived(town):
    goods(town, "warehouse", "shipping", 80, 1, "depot", "W-1")
    goods(town, "fund", "receiving", 80, 2, "site", "W-1")
    goods(town, "fund", "stock_taking", 110, 4, "site")
    use(town, 80, 6)
    measured(town, 80)
    found = town.book.facts.use_verified("clinic", "cement")
    assert (found.lower, found.beyond) == (80 * T, None)


def test_a_thousandfold_of_what_was_sent_is_a_lead_and_a_little_more_is_none(town):
    goods(town, "warehouse", "shipping", 80, 1, "depot", "W-1")
    goods(town, "fund", "receiving", 0.0801, 2, "site", "W-1")
    goods(town, "warehouse", "shipping", 80, 1, "depot", "W-2")
    goods(town, "fund", "receiving", 8, 2, "site", "W-2")
    lead = leads(town)["lead.thousandfold"]
    assert [one.code for one in status(town.book).goods_leads].count("lead.thousandfold") == 1
    assert (lead.values["item"], lead.values["sent"]) == ("W-1", Amount(80 * T, "cement/g"))


@pytest.mark.parametrize(
    ("number", "tonnes", "told"),
    [
        ("W-11", 80, True),
        ("W1", 79, True),
        ("W-2", 80, True),
        ("w/0001", 80, True),
        ("W-112", 80, False),
        ("W-100", 80, False),
        ("W-11", 95, False),
    ],
)
def test_a_receipt_under_a_number_one_sign_away_from_one_that_lacks_as_much_is_a_lead(town, number, tonnes, told):
    goods(town, "warehouse", "shipping", 80, 1, "depot", "W-1")
    got = goods(town, "fund", "receiving", tonnes, 2, "site", number)
    lead = leads(town).get("lead.near_number")
    assert (lead is not None) == told
    if told:
        assert (lead.values["number"], lead.values["other"], lead.values["entry"]) == (number, "W-1", got.index)
        goods(town, "fund", "receiving", 80, 3, "site", "W-1")
        assert leads(town) == {}, "what has arrived lacks nothing"


def to(party):
    return {"destinationList": [{"type": "possessing_party", "destination": party}]}


def towards(place):
    return {"destinationList": [{"type": "location", "destination": place}]}


def status_late(small):
    return late(small.book, differences(small.book))


@pytest.mark.parametrize(
    ("party", "number", "day"), [("donor", "W-1", 3), ("warehouse", "R-9", 3), ("warehouse", "R-9", 0)]
)
def test_a_receipt_elsewhere_of_as_much_as_is_open_is_a_lead(town, party, number, day):
    goods(town, "warehouse", "shipping", 80, 1, "depot", "W-1", **to("fund"))
    goods(town, "fund", "receiving", 74, 2, "site", "W-1")
    goods(town, "fund", "refusing", 6, 2, "site", "W-1")
    assert leads(town) == {}, "an open rest alone is none"
    got = goods(town, party, "receiving", 6, day, "depot", number)
    lead = leads(town).get("lead.came_elsewhere")
    assert (lead is not None) == (day > 1)
    if lead:
        assert [lead.values[name] for name in ("party", "number", "other", "entry")] == [
            party,
            number,
            "W-1",
            got.index,
        ]
        assert lead.values["amount"] == Amount(6 * T, "cement/g")


@pytest.mark.parametrize(
    ("tonnes", "place", "end", "told"),
    [
        (6, "site", to("fund"), True),
        (6, "site", towards("site"), True),
        (4, "site", to("fund"), True),
        (2, "site", to("fund"), False),
        (6, "yard", towards("site"), False),
    ],
)
def test_a_receipt_under_a_number_that_nobody_sent_is_a_lead_and_stands_beside_what_is_late(
    town, tonnes, place, end, told
):
    goods(town, "warehouse", "shipping", 80, 1, "depot", "W-1", **end)
    goods(town, "fund", "receiving", 74, 2, "site", "W-1")
    got = goods(town, "fund", "receiving", tonnes, 3, place, "GRN-40-7")
    town.now = START + timedelta(days=30)
    goods(town, "warehouse", "stock_taking", 920, 30, "depot")
    lead = leads(town).get("lead.came_elsewhere")
    assert (lead is not None) == told
    (part,) = status_late(town)
    assert part.leads == ((lead,) if told else ())
    if told:
        assert (lead.values["number"], lead.values["other"], lead.values["entry"]) == ("GRN-40-7", "W-1", got.index)


@pytest.mark.parametrize(
    "end", [to("fund"), {"destinationList": [*to("fund")["destinationList"], *towards("site")["destinationList"]]}]
)
def test_a_receiver_that_lacks_as_much_as_is_open_on_the_way_to_it_is_a_lead(town, end):
    goods(town, "warehouse", "shipping", 80, 1, "depot", "W-1", **end)
    goods(town, "fund", "dispensing", 50, 3, "site")
    assert leads(town) == {}
    goods(town, "fund", "dispensing", 30, 4, "site")
    lead = leads(town)["lead.receiver_below_zero"]
    assert [lead.values[name] for name in ("party", "place", "other", "amount")] == [
        "fund",
        "site",
        "W-1",
        Amount(-80 * T, "cement/g"),
    ]
    goods(town, "fund", "receiving", 80, 2, "site", "W-1")
    assert leads(town) == {}, "once its receipt is there it lacks nothing"


def test_a_receipt_without_a_number_of_as_much_as_is_open_is_a_lead(town):
    goods(town, "warehouse", "shipping", 80, 1, "depot", "W-1", **to("fund"))
    goods(town, "fund", "receiving", 30, 2, "site", "OTHER-7")
    assert leads(town) == {}
    goods(town, "fund", "receiving", 80, 2, "site")
    lead = leads(town)["lead.came_without_number"]
    assert [lead.values[name] for name in ("party", "place", "other", "amount")] == [
        "fund",
        "site",
        "W-1",
        Amount(80 * T, "cement/g"),
    ]
    town.now = START + timedelta(days=30)
    goods(town, "warehouse", "stock_taking", 920, 30, "depot")
    (part,) = status_late(town)
    assert part.leads == (lead,)


def test_two_receipts_without_a_number_at_one_place_hide_nothing_of_each_other(town):
    goods(town, "warehouse", "shipping", 80, 3, "depot", "W-1", **to("fund"))
    goods(town, "warehouse", "shipping", 20, 3, "depot", "W-2", **to("fund"))
    goods(town, "fund", "receiving", 80, 2, "site")
    assert leads(town) == {}, "it came before anything left"
    first = goods(town, "fund", "receiving", 80, 4, "site")
    goods(town, "fund", "receiving", 20, 5, "site", disposition="damaged")
    goods(town, "fund", "receiving", 30, 5, "site")
    told = [lead for lead in status(town.book).goods_leads if lead.code == "lead.came_without_number"]
    assert [(lead.values["other"], lead.values["amount"].amount) for lead in told] == [("W-1", 80 * T), ("W-2", 20 * T)]
    corrects = CorrectionBody(corrects=town.book.statement(first.index).id, reason="incorrect_data")
    town.say("fund", Correction, corrects)
    goods(town, "fund", "receiving", 80, 4, "site", "W-1")
    told = [lead for lead in status(town.book).goods_leads if lead.code == "lead.came_without_number"]
    assert [lead.values["other"] for lead in told] == ["W-2"], "once it is corrected nothing is left to ask"


@pytest.mark.parametrize(("counted", "told"), [(80, True), (60, False)])
def test_a_store_that_was_handed_over_by_counts_alone_is_a_lead(town, counted, told):
    goods(town, "warehouse", "shipping", 80, 1, "depot", "W-1", **to("fund"))
    goods(town, "fund", "receiving", 80, 2, "site", "W-1")
    goods(town, "fund", "stock_taking", 0, 21, "site")
    assert leads(town) == {}
    goods(town, "monitor", "stock_taking", counted, 21, "site")
    lead = leads(town).get("lead.handed_over")
    assert (lead is not None) == told
    if lead:
        assert [lead.values[name] for name in ("party", "other", "place")] == ["fund", "monitor", "site"]
        goods(town, "fund", "shipping", 80, 20, "site", "H-1", **to("monitor"))
        goods(town, "monitor", "receiving", 80, 20, "site", "H-1")
        assert leads(town) == {}, "once it is written down nothing lacks"


def test_spoiled_goods_that_were_destroyed_without_a_condition_are_a_lead(town):
    goods(town, "warehouse", "shipping", 80, 1, "depot", "W-1", **to("fund"))
    goods(town, "fund", "receiving", 75, 2, "site", "W-1")
    goods(town, "fund", "receiving", 5, 2, "site", "W-1", disposition="damaged")
    destroyed = goods(town, "fund", "destroying", 5, 8, "site", action="DELETE")
    assert leads(town) == {}
    goods(town, "fund", "stock_taking", 75, 9, "site")
    lead = leads(town)["lead.spoiled_destroyed"]
    assert [lead.values[name] for name in ("party", "place", "amount", "spoiled", "destroyed")] == [
        "fund",
        "site",
        *(Amount(5 * T, "cement/g"),) * 3,
    ]
    corrects = CorrectionBody(corrects=town.book.statement(destroyed.index).id, reason="incorrect_data")
    town.say("fund", Correction, corrects)
    goods(town, "fund", "destroying", 5, 8, "site", action="DELETE", disposition="damaged")
    assert leads(town) == {}


@pytest.mark.parametrize(("tonnes", "told"), [(20, True), (14, False)])
def test_goods_of_two_waybills_written_on_one_are_a_lead(town, tonnes, told):
    goods(town, "warehouse", "shipping", 12, 1, "depot", "W-1", **to("fund"))
    goods(town, "warehouse", "shipping", 8, 1, "depot", "W-702", **to("fund"))
    goods(town, "fund", "receiving", tonnes, 2, "site", "W-1")
    lead = leads(town).get("lead.on_one_paper")
    assert (lead is not None) == told
    if lead:
        assert (lead.values["over"], lead.values["lacking"]) == (Amount(8 * T, "cement/g"),) * 2
        assert (lead.values["item"], lead.values["other"], lead.values["party"]) == ("W-1", "W-702", "fund")


def test_a_receipt_dated_before_its_dispatch_is_a_lead_unless_their_day_may_be_one(town):
    goods(town, "warehouse", "shipping", 80, 20, "depot", "W-1")
    got = goods(town, "fund", "receiving", 50, 12, "site", "W-1")
    lead = leads(town)["lead.received_before_sent"]
    assert (lead.values["entry"], lead.values["received"]) == (got.index, "2026-01-13T00:00:00Z")
    goods(town, "warehouse", "shipping", 80, 30.25, "depot", "W-2")
    goods(town, "fund", "receiving", 50, 30, "site", "W-2", **{"enduse:within": "P1D"})
    assert len(status(town.book).goods_leads) == 1


def test_a_payment_dated_years_before_the_programme_is_a_lead(town):
    for n, years in enumerate((10, 2)):
        paid = DisbursementBody(disbursement=f"d{n}", amount=Money("5", "USD"), recipient="fund")
        said = town.say("donor", Disbursement, paid, occurred_at=START - timedelta(days=365 * years))
        assert said.outcome == "accepted"
    (lead,) = [one for one in status(town.book).money_leads if one.code == "lead.paid_long_before"]
    assert (lead.values["day"], lead.values["begun"]) == ("2016-01-04T00:00:00Z", "2026-01-01T00:00:00Z")
