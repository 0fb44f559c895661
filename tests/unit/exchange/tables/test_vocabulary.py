"""A profile says in business words what a row tells; each word makes the statement of the same meaning."""

import csv
import io
import json
from datetime import UTC, datetime

import msgspec
import pytest

from enduse.errors import MalformedError
from enduse.exchange.tables import read_table
from enduse.exchange.tables.profile import parse_profile
from enduse.exchange.tables.unit_words import UNIT_WORDS
from enduse.exchange.tables.vocabulary import WORDS
from enduse.terms.units import UNITS

LONG = """
profile = "deliveries-long"
title = "Deliveries, said as EPCIS"
[recognise]
columns = ["Date", "Waybill", "Item", "Qty", "Unit"]
[[statement]]
kind = "goods"
occurred_at = { column = "Date", date = ["%d.%m.%Y"], time = "12:00", zone = "+03:00", required = true }
place = "place:central-store"
[statement.body.event.json]
type = "ObjectEvent"
eventTime = { column = "Date", date = ["%d.%m.%Y"], time = "12:00", zone = "+03:00" }
eventTimeZoneOffset = "+03:00"
action = "OBSERVE"
bizStep = "receiving"
readPoint = { id = "place:central-store" }
quantityList = [
  { epcClass = { column = "Item", map = "items" }, quantity = { column = "Qty", number = "1.234,5", bare = true, when = ["Unit"] }, uom = { column = "Unit", map = "units" } },
]
bizTransactionList = [{ type = "desadv", bizTransaction = { column = "Waybill" } }]
[lists.items]
"Zement" = "urn:enduse:class:cement"
[lists.units]
"to" = "TNE"
"""
SHORT = """
profile = "deliveries"
title = "Deliveries"
[read]
dates = "day-month-year"
numbers = "1.234,5"
zone = "+03:00"
[[tells]]
what = "receipt"
date = "Date"
place = { always = "place:central-store" }
waybill = "Waybill"
item = "Item"
quantity = "Qty"
unit = "Unit"
[lists.items]
"Zement" = "cement"
[lists.units]
"to" = "TNE"
"""
DELIVERIES = "Date;Waybill;Item;Qty;Unit\n01.02.2026;W-17;Zement;1.024,5;to\n03.02.2026;;Zement;3;to\n"


@pytest.fixture
def read(tmp_path):
    def run(profile, table):
        path = tmp_path / "table.csv"
        path.write_text(table, encoding="utf-8")
        with read_table(path, parse_profile(profile, "mine.toml")) as opened:
            return list(opened), opened.summary()

    return run


def bodies(rows):
    assert [row.problems for row in rows if row.problems] == []
    return [json.loads(msgspec.json.encode(made.body)) for row in rows for made in row.statements]


def profile_of(what, fields, more=""):
    lines = "\n".join(f"{name} = {value}" for name, value in fields.items())
    return f'profile = "mine"\ntitle = "Mine"\n{more}\n[[tells]]\nwhat = "{what}"\n{lines}\n'


def test_a_short_profile_says_what_the_long_one_said(read):
    (long, _), (short, _) = read(LONG, DELIVERIES), read(SHORT, DELIVERIES)
    assert len(long) == 2
    for before, now in zip(long, short, strict=True):
        assert before.problems == now.problems == ()
        (old,), (new,) = before.statements, now.statements
        assert (old.occurred_at, old.place) == (new.occurred_at, new.place)
        assert json.loads(old.body.event) == json.loads(new.body.event)


GOODS = {
    "date": '"Day"',
    "place": '"Place"',
    "item": '"Goods"',
    "quantity": '"How many"',
    "unit": '"Unit"',
}
STOCK = "Day,Place,Goods,How many,Unit,For,Done,Sheet\n2026-03-01,North store,Wheat flour,40,bags,School 4,yes,S-1\n"


@pytest.mark.parametrize(
    ("what", "step", "action"),
    [
        ("entry", "commissioning", "ADD"),
        ("dispatch", "shipping", "OBSERVE"),
        ("receipt", "receiving", "OBSERVE"),
        ("count", "stock_taking", "OBSERVE"),
        ("use", "consuming", "OBSERVE"),
        ("loss", "reporting_loss", "OBSERVE"),
        ("salvage", "repairing", "OBSERVE"),
        ("destruction", "destroying", "DELETE"),
    ],
)
def test_goods_are_told_by_step(read, what, step, action):
    rows, _ = read(profile_of(what, GOODS), STOCK)
    event = json.loads(bodies(rows)[0]["event"])
    assert (event["bizStep"], event["action"]) == (step, action)
    assert event["readPoint"] == {"id": "place:north-store"}
    assert event["quantityList"] == [{"epcClass": "urn:enduse:class:wheat-flour", "quantity": 40, "uom": "XBG"}]
    assert event["eventTime"] == "2026-03-01T12:00:00Z"
    assert event["eventTimeZoneOffset"] == "+00:00"


@pytest.mark.parametrize("how_many", ["40", "40 bags"])
def test_a_quantity_without_its_unit_refuses_the_row_with_the_cell(read, how_many):
    """It was recorded without its quantity, and the row was said to give none."""
    rows, _ = read(profile_of("receipt", GOODS), STOCK.replace("40,bags", f"{how_many},"))
    (problem,) = rows[0].problems
    assert (problem.code, problem.path, rows[0].statements) == ("cell.blank", "Unit", ())


def test_a_row_that_gives_no_quantity_needs_no_unit(read):
    rows, _ = read(profile_of("receipt", GOODS), STOCK.replace("40,bags", ","))
    (line,) = json.loads(bodies(rows)[0]["event"])["quantityList"]
    assert line == {"epcClass": "urn:enduse:class:wheat-flour"}


def test_who_gives_takes_and_carries_goods_and_for_what(read):
    table = "Day,Place,Goods,How many,Unit,From,To,Lorry firm,No\n2026-03-01,Gate,Tents,4,pcs,Red Aid,party:store,Swift,W 1\n"
    further = {"from": '"From"', "to": '"To"', "carrier": '"Lorry firm"', "waybill": '"No"'}
    event = json.loads(bodies(read(profile_of("dispatch", GOODS | further), table)[0])[0]["event"])
    assert event["sourceList"][0]["source"] == "party:red-aid"
    assert event["destinationList"][0]["destination"] == "party:store"  # an identifier stays the one it is
    assert event["enduse:carrier"] == "party:swift"
    assert event["bizTransactionList"] == [{"type": "desadv", "bizTransaction": "W 1"}]
    rows, _ = read(profile_of("use", GOODS | {"project": '"For"'}), STOCK)
    assert json.loads(bodies(rows)[0]["event"])["enduse:project"] == "project:school-4"
    rows, _ = read(profile_of("receipt", GOODS | {"complete": '"Done"'}), STOCK)
    assert json.loads(bodies(rows)[0]["event"])["enduse:complete"] is True


@pytest.mark.parametrize("what", ["receipt", "dispatch", "count", "use", "spoiling", "destruction"])
def test_the_state_of_goods_is_a_disposition_or_the_row_is_refused(read, what):
    profile = profile_of(what, GOODS | {"condition": '"State"'})
    table = "Day,Place,Goods,How many,Unit,State\n2026-03-01,Gate,Tents,4,pcs,{}\n"
    for state, told in (("Torn", "damaged"), ("expired", "expired"), ("good", "conformant"), ("تالف", "damaged")):
        assert json.loads(bodies(read(profile, table.format(state))[0])[0]["event"])["disposition"] == told
    (row,), _ = read(profile, table.format("mouldy"))
    assert "mouldy" in row.problems[0].message
    own = profile + '[lists.conditions]\n"mouldy" = "damaged"\n'
    assert json.loads(bodies(read(own, table.format("mouldy"))[0])[0]["event"])["disposition"] == "damaged"


SUMS = 'When,Who,Sum,In,To,Ref\n31/01/2026,North,"1,200.50",USD,Fund,7\n1 March 2026,South,15,EUR,Fund,8\n'
READ = '[read]\ndates = "day-month-year"\nnumbers = "1,234.5"'


@pytest.mark.parametrize(
    ("what", "name", "other", "prefix"),
    [
        ("pledge", "pledge", "recipient", "pledge:"),
        ("commitment", "commitment", "recipient", "commitment:"),
        ("payment", "disbursement", "recipient", "disbursement:"),
        ("expense", "expenditure", "payee", "expenditure:"),
    ],
)
def test_money_is_told_by_what_it_is(read, what, name, other, prefix):
    fields = {"date": '"When"', "amount": '"Sum"', "currency": '"In"', other: '"To"', "id": '"Ref"'}
    rows, _ = read(profile_of(what, fields, READ), SUMS)
    first, second = bodies(rows)
    assert first == {name: f"{prefix}7", "amount": {"value": "1200.50", "currency": "USD"}, other: "party:fund"}
    assert second["amount"] == {"value": "15", "currency": "EUR"}
    assert rows[1].statements[0].occurred_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("currency", ['"In"', '{ always = "USD" }'])
def test_what_a_bank_took_of_a_payment_is_told_where_the_row_tells_it(read, currency):
    fields = {"date": '"When"', "amount": '"Sum"', "currency": currency, "recipient": '"To"', "id": '"Ref"'}
    fields |= {"received": '"Net"', "fee": '"Charges"'}
    table = "When,Sum,In,To,Ref,Net,Charges\n31/1/2026,100,USD,Fund,7,98,\n1/2/2026,50,USD,Fund,8,,1.50\n1/2/2026,5,USD,Fund,9,,0\n"
    first, second, third = bodies(read(profile_of("payment", fields, READ), table)[0])
    usd = {"currency": "USD"}
    assert (first["received"], "fee" in first) == ({"value": "98", **usd}, False)
    assert (second["fee"], "received" in second) == ({"value": "1.50", **usd}, False)
    assert third["fee"] == {"value": "0", **usd}, "the ledger takes a fee of nothing for none"


def test_an_advance_is_given_until_a_day_and_spent_by_its_number(read):
    fields = {"date": '"When"', "amount": '"Sum"', "currency": '"In"', "recipient": '"To"', "id": '"Ref"'}
    fields["account_by"] = '"Until"'
    table = "When,Sum,In,To,Ref,Until\n31/1/2026,100,USD,Fund,ADV-1,30/6/2026\n1/2/2026,5,USD,Fund,8,\n"
    advance, payment = bodies(read(profile_of("payment", fields, READ), table)[0])
    assert (advance["disbursement"], advance["account_by"][:10]) == ("disbursement:adv-1", "2026-06-30")
    assert "account_by" not in payment
    fields = {"date": '"When"', "amount": '"Sum"', "currency": '"In"', "payee": '"To"', "advance": '"Of"'}
    table = "When,Sum,In,To,Of\n31/1/2026,70,USD,Shop,ADV-1\n1/2/2026,5,USD,Shop,\n"
    of_it, other = bodies(read(profile_of("expense", fields, READ), table)[0])
    assert (of_it["advance"], "advance" in other) == (advance["disbursement"], False)


def test_a_number_that_its_giver_said_in_no_table_stays_as_it_is(read):
    fields = {"date": '"When"', "amount": '"Sum"', "currency": '"In"', "payee": '"To"', "advance": '"Of"'}
    fields["advance_from"] = '"Giver"'
    table = "When,Sum,In,To,Of,Giver\n31/1/2026,70,USD,Shop,adv:7,Fund\n1/2/2026,5,USD,Shop,A: 7,\n"
    first, second = bodies(read(profile_of("expense", fields, READ), table)[0])
    assert (first["advance"], first["advance_from"]) == ("adv:7", "party:fund")
    assert (second["advance"], "advance_from" in second) == ("disbursement:a-7", False)
    fields = {"date": '"When"', "amount": '"Sum"', "currency": '"In"', "recipient": '"To"', "id": '"Ref"'}
    (paid,) = bodies(read(profile_of("payment", fields, READ), "When,Sum,In,To,Ref\n31/1/2026,70,USD,Fund,adv:7\n")[0])
    assert paid["disbursement"] == "adv:7"


def test_who_gave_an_advance_answers_in_a_table_too(read):
    fields = {
        "date": '"When"',
        "amount": '"Taken"',
        "rejected": '"Not"',
        "currency": '"In"',
        "advance": '"Of"',
        "id": '"Ref"',
    }
    table = (
        "When,Taken,Not,In,Of,Ref\n31/3/2026,60,10,USD,ADV-1,1\n1/4/2026,0,5,USD,ADV-1,2\n2/4/2026,20,,USD,adv:7,3\n"
    )
    first, second, third = bodies(read(profile_of("acceptance", fields, READ), table)[0])
    usd = {"currency": "USD"}
    assert first == {
        "acceptance": "acceptance:1",
        "advance": "disbursement:adv-1",
        "accepted": {"value": "60", **usd},
        "rejected": {"value": "10", **usd},
    }
    assert second["accepted"] == {"value": "0", **usd}
    assert (third["advance"], "rejected" in third) == ("adv:7", False)


def test_without_a_number_of_its_own_a_row_is_named_by_what_stands_in_it(read):
    fields = {"date": '"When"', "amount": '"Sum"', "currency": '"In"', "recipient": '"To"'}
    table = "When,Sum,In,To\n1/2/2026,5,USD,Fund\n1/2/2026,5,USD,Fund\n2/2/2026,5,USD,Fund\n"
    names = [body["disbursement"] for body in bodies(read(profile_of("payment", fields, READ), table)[0])]
    assert len(set(names)) == 3
    assert names[1] == f"{names[0]}-2"
    header, one, two, three = table.splitlines()
    turned = f"{header}\n{three}\n{two}\n{one}"
    assert {body["disbursement"] for body in bodies(read(profile_of("payment", fields, READ), turned)[0])} == set(names)


def test_attestations_and_readings_come_by_table(read):
    table = "Day,Road,Open,Seen\n2026-05-01,A1,yes,drove it\n2026-05-02,B7,لا,\n"
    fields = {"date": '"Day"', "subject": '"Road"', "holds": '"Open"', "basis": '"Seen"'}
    first, second = bodies(read(profile_of("attestation", fields), table)[0])
    assert (first["subject"], first["holds"], first["basis"]) == ("subject:a1", True, "drove it")
    assert (second["subject"], second["holds"]) == ("subject:b7", False)
    rows, _ = read(profile_of("attestation", fields), "Day,Road,Open,Seen\n2026-05-01,A1,perhaps,\n")
    assert rows[0].problems[0].code == "cell.not_a_truth"
    reading = GOODS | {"custodian": '{ always = "party:store" }', "id": '"Sheet"'}
    (body,) = bodies(read(profile_of("reading", reading), STOCK)[0])
    assert (body["reading"], body["of"], body["material"]) == ("reading:s-1", "stock", "wheat-flour")
    assert body["quantity"] == {"value": "40", "unit": "XBG"}
    of_use = {name: GOODS[name] for name in ("date", "item", "quantity", "unit")} | {"project": '"For"'}
    (body,) = bodies(read(profile_of("reading_of_use", of_use), STOCK)[0])
    assert (body["of"], body["project"]) == ("use", "project:school-4")


def test_whole_numbers_and_truths_stand_in_the_long_form_too(read):
    profile = """
profile = "needs"
title = "Needs"
[[statement]]
kind = "need"
occurred_at = { column = "Day", date = ["year-month-day"] }
[statement.body]
need = { column = "Id", slug = "need:" }
title = { en = { column = "What" } }
people = { column = "People", whole = true, number = "1,234.5" }
"""
    (body,) = bodies(read(profile, 'Day,Id,What,People\n2026-05-01,1,Water,"12,000"\n')[0])
    assert body["people"] == 12000
    rows, _ = read(profile, "Day,Id,What,People\n2026-05-01,1,Water,1.5\n")
    assert rows[0].problems[0].code == "cell.not_whole"
    constant = profile.replace('people = { column = "People", whole = true, number = "1,234.5" }', "people = 7")
    assert bodies(read(constant, "Day,Id,What\n2026-05-01,1,Water\n")[0])[0]["people"] == 7


def test_a_tables_own_word_says_what_of_residents_life_a_figure_shows(read):
    profile = (
        'profile = "life"\ntitle = "Life"\n[read]\ndates = "year-month-day"\ntime = "00:00"\n[[tells]]\nwhat = "figure"\n'
        'date = "From"\nuntil = "To"\nmeasure = "What"\nseries = "What"\nwording = "What"\nvalue = "Value"\nunit = "Unit"\n'
        'source = { always = "a sheet" }\n[lists.measures]\nPower = "power_hours"\n'
    )
    table = "From,To,What,Value,Unit\n2026-06-01,2026-07-01,Power,4.5,hours\n2026-06-01,2026-07-01,Lamps,4,hours\n"
    (power, lamps), _ = read(profile, table)
    (body,) = bodies([power])
    assert (body["measure"], body["value"]) == ("power_hours", "4.5")
    assert [(one.code, one.cell) for one in lamps.problems] == [("cell.not_listed", "C3")]
    always = profile.partition("[lists")[0].replace('"What"\nseries', '{ always = "water" }\nseries')
    assert {made["measure"] for made in bodies(read(always, table)[0])} == {"water"}


def test_figures_activities_and_claims(read):
    table = "District,People,In need\nNorth,57897,14070\nSouth,100,\nWest,,\n"
    profile = "".join(
        [
            'profile = "mine"\ntitle = "Mine"\n',
            *(
                f'[[tells]]\nwhat = "figure"\ndate = {{ always = "2022-10-01" }}\nplace = "District"\nvalue = "{column}"\n'
                f'filled = ["{column}"]\nseries = {{ always = "series:{at}" }}\nwording = {{ always = "{column}" }}\n'
                'unit = { always = "people" }\nsource = { always = "a sheet" }\n'
                for at, column in enumerate(("People", "In need"))
            ),
        ]
    )
    rows, summary = read(profile, table)
    assert [(made["series"], made["value"]) for made in bodies(rows)] == [
        ("series:0", "57897"),
        ("series:1", "14070"),
        ("series:0", "100"),
    ]
    assert (summary.rows, summary.refused) == (2, 0)
    assert {note.code: count for note, count in summary.lost.items()} == {"table.row_without_figures": 1}
    fields = {"date": '{ always = "2025-04-30" }', "title": '"People"', "place": '"District"'}
    first = bodies(read(profile_of("activity", fields), table.replace("West,,\n", ""))[0])[0]
    assert (first["title"], first["purpose"]) == ({"en": "57897"}, "humanitarian")
    fields = {"date": '{ always = "2025-04-30" }', "about": '"District"', "words": '"People"'}
    first = bodies(read(profile_of("claim", fields), table.replace("West,,\n", ""))[0])[0]
    assert (first["about"], first["words"]) == ("subject:north", {"en": "57897"})


def test_rows_tell_one_thing_or_another_by_a_column(read):
    profile = """
profile = "account"
title = "An account"
[[tells]]
what = "payment"
where = { Side = ["credit", "in"] }
date = "Day"
amount = "Sum"
currency = { always = "USD" }
donor = "Who"
recipient = { always = "party:us" }
[[tells]]
what = "expense"
where = { Side = "debit" }
date = "Day"
amount = "Sum"
currency = { always = "USD" }
payee = "Who"
"""
    rows, _ = read(profile, "Day,Side,Sum,Who\n2026-01-01,Credit,5,A\n2026-01-02,debit,2,B\n2026-01-03,moved,9,C\n")
    assert [[made.name for made in row.statements] for row in rows] == [["disbursement"], ["expenditure"], []]
    assert rows[2].problems[0].code == "row.says_nothing"  # never left out unsaid


def test_a_quantity_within_a_text_is_read_by_a_stated_pattern(read):
    fields = GOODS | {
        "quantity": '{ column = "How many", number = "1,234.5", pattern = ["{} bags (50kg)", "{} bags"] }',
        "unit": '{ always = "XBG" }',
    }
    head = "Day,Place,Goods,How many,Unit\n"
    rows, _ = read(profile_of("count", fields), head + '2026-03-01,N,F,"1,200 bags (50kg)",\n2026-03-01,N,G,7 bags,\n')
    amounts = [json.loads(body["event"])["quantityList"][0]["quantity"] for body in bodies(rows)]
    assert amounts == [1200, 7]
    rows, _ = read(profile_of("count", fields), head + "2026-03-01,N,F,1200 sacks,\n")
    assert rows[0].problems[0].code == "cell.not_of_pattern"
    with pytest.raises(MalformedError) as caught:
        read(profile_of("count", fields).replace("{} bags (50kg)", "bags"), head)
    assert caught.value.problem.code == "profile.pattern_unreadable"


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        (('what = "receipt"', 'what = "reciept"'), "word.misspelt", "$.tells[0].what"),
        (('what = "receipt"', 'what = "theft"'), "word.unknown", "$.tells[0].what"),
        (('waybill = "Waybill"', 'waybil = "Waybill"'), "field.misspelt", "$.tells[0]"),
        (('item = "Item"\n', ""), "profile.field_missing", "$.tells[0]"),
        (("day-month-year", "day"), "profile.date_form", "$.tells[0].occurred_at"),
    ],
)
def test_what_is_wrong_with_a_profile_is_said_where_it_stands(read, change, code, path):
    with pytest.raises(MalformedError) as caught:
        read(SHORT.replace(*change), DELIVERIES)
    assert (caught.value.problem.code, caught.value.problem.path) == (code, path)


def test_a_profile_that_tells_nothing_is_none():
    with pytest.raises(MalformedError) as caught:
        parse_profile('profile = "x"\ntitle = "X"\n', "x.toml")
    assert caught.value.problem.code == "profile.tells_nothing"


def test_every_word_needs_a_day_and_every_unit_is_one_that_is_read():
    assert all("date" in word.needed for word in WORDS.values())
    assert set(UNIT_WORDS.values()) == set(UNITS)
    assert [
        UNIT_WORDS[text] for text in ("bags", "Bags", "MT", "kg", "Pallets", "كيس", "тонн", "мішків", "sacs", "کیسه")
    ] == [
        "XBG",
        "XBG",
        "TNE",
        "KGM",
        "XPX",
        "XBG",
        "TNE",
        "XBG",
        "XBG",
        "XBG",
    ]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("25 Feb 2024", "2024-02-25T12:00:00+00:00"),
        ("1 Sept 2024", "2024-09-01T12:00:00+00:00"),
        ("March 1, 2015", "2015-03-01T12:00:00+00:00"),
        ("13 آذار 2026", "2026-03-13T12:00:00+00:00"),
        ("\u0660\u0665/\u0660\u0662/\u0662\u0660\u0662\u0666", "2026-02-05T12:00:00+00:00"),
        ("5.2.2026 3:05 pm", "2026-02-05T15:05:00+00:00"),
        ("2026-02-05T23:10:01.5+02:00", "2026-02-05T23:10:01.500000+02:00"),
        ("2026-02-05 00:30", "2026-02-05T00:30:00+00:00"),
        ("2026-02-05Z", "2026-02-05T12:00:00+00:00"),
        ("31/02/2026", "cell.not_a_date"),
        ("1447/09/12", "cell.other_calendar"),
        ("30/02/1447", "cell.other_calendar"),  # no month of ours has that day
        ("12/12/1404", "cell.other_calendar"),
        ("12/03/2569", "cell.other_calendar"),
        ("46083", "cell.day_number"),
        ("46083.25", "cell.day_number"),
        ("99999", "cell.not_a_date"),
        ("5/2/26", "2026-02-05T12:00:00+00:00"),
        ("5/2/126", "cell.not_a_date"),
        ("13:00 5/2/2026", "cell.not_a_date"),
        ("5/2/2026 13:00 pm", "cell.not_a_date"),
        ("5 Foo 2026", "cell.not_a_date"),
        ("5/2/2026 25:00", "cell.not_a_date"),
    ],
)
def test_a_day_is_read_as_people_write_it(read, text, moment):
    out = io.StringIO()
    csv.writer(out).writerows([["When", "About", "Words"], [text, "x", "y"]])
    fields = {"date": '"When"', "about": '"About"', "words": '"Words"'}
    (row,), _ = read(profile_of("claim", fields, READ), out.getvalue())
    assert moment == (row.problems[0].code if row.problems else row.statements[0].occurred_at.isoformat())


def test_all_that_is_wrong_with_a_row_is_told_at_once(read):
    table = "Day,Place,Goods,How many,Unit\n31 March,Quay,Flour,four,cartloads\n2026-03-01,,Flour,4,t\n"
    (first, second), _ = read(profile_of("count", GOODS), table)
    assert {(problem.cell, problem.code) for problem in first.problems} == {
        ("A2", "cell.not_a_date"),
        ("D2", "cell.not_a_number"),
        ("E2", "cell.not_listed"),
    }
    assert [(problem.cell, problem.code) for problem in second.problems] == [("B3", "cell.blank")]
