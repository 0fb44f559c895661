"""A delivery in three parts, one late and one short, as a programme tells it day by day."""

import io
import json
import re
from datetime import timedelta
from itertools import permutations
from unittest.mock import patch

import pytest
from rich.console import Console
from typer.testing import CliRunner

from conftest import START, Small
from enduse.book.assure import differences
from enduse.book.past import as_at
from enduse.cli import status as command
from enduse.cli.main import app
from enduse.cli.trace import LISTED
from enduse.pages.html import render
from enduse.pages.localizer import Localizer
from enduse.pages.missing import missing_words
from enduse.pages.terminal import print_report
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.programme import TransitRule
from enduse.statements.reading import Reading, ReadingBody
from enduse.terms.amounts import Quantity
from enduse.terms.times import micros
from enduse.views.differences import late
from enduse.views.report import build_report
from enduse.views.statements import statements
from enduse.views.status import status

T = 1_000_000
RULES = (TransitRule(days=30), TransitRule(days=5, start="depot", material="cement"))


@pytest.fixture
def road(tmp_path):
    """A programme in which cement from the depot has five days, and anything else thirty."""
    programme = Small(tmp_path / "road", transit=RULES)
    goods(programme, "warehouse", "commissioning", 500, 0, place="depot", action="ADD")
    yield programme
    programme.intake.close()


def goods(programme, party, step, tonnes, day, *, number="W-1", place, **more):
    """Let a party state goods of a day; the keeper's clock stands at that day."""
    programme.now = max(programme.now, START + timedelta(days=day, hours=12))
    body = {
        "type": "ObjectEvent",
        "eventTime": (START + timedelta(days=day)).isoformat(),
        "action": "OBSERVE",
        "bizStep": step,
        "readPoint": {"id": place},
        "bizTransactionList": [{"type": "desadv", "bizTransaction": number}],
        **more,
    }
    if tonnes:
        body.setdefault("quantityList", [{"epcClass": "urn:enduse:class:cement", "quantity": tonnes, "uom": "TNE"}])
    programme.say(party, Goods, GoodsBody(event=json.dumps(body)))


def send(programme, tonnes, day, **more):
    to = [{"type": "possessing_party", "destination": "donor"}]
    goods(
        programme, "warehouse", "shipping", tonnes, day, place="depot", destinationList=to,
        **{"enduse:carrier": "haulier", **more},
    )  # fmt: skip


def receive(programme, tonnes, day, *, complete=False):
    goods(programme, "donor", "receiving", tonnes, day, place="site", **{"enduse:complete": complete})


def wait(programme, day):
    """Let days pass in which something else is recorded."""
    goods(programme, "donor", "inspecting", 1, day, number=f"other-{day}", place="site")


def told(programme):
    seen = status(programme.book)
    cement = next(line for line in seen.goods if line.resource == "cement/g")
    missing = [(view.state, view.owner, view.figure.amount // T, view.days) for view in seen.missing]
    return cement.under_way.amount // T, cement.missing.amount // T, missing


def test_nobody_is_accused_before_time_and_after_it_the_carrier_with_the_days(road):
    for tonnes, day in ((30, 0), (30, 1), (20, 2)):
        send(road, tonnes, day)
    receive(road, 30, 3)
    receive(road, 25, 4)
    assert told(road) == (25, 0, [])
    assert not status(road.book).tasks
    wait(road, 9)
    assert told(road) == (0, 25, [("overdue", "haulier", 25, 3)])
    (task,) = status(road.book).tasks
    assert (task.owner, task.code, task.days) == ("haulier", "receive", 3)
    parts = late(road.book, differences(road.book))
    assert [(part.figure.amount // T, part.state, part.days, part.holders) for part in parts] == [
        (5, "overdue", 3, ("haulier",)),
        (20, "overdue", 2, ("haulier",)),
    ]
    receive(road, 20, 10)
    assert told(road) == (0, 5, [("overdue", "haulier", 5, 3)])
    receive(road, None, 11, complete=True)
    ((state, owner, amount, _),) = told(road)[2]
    assert (state, owner, amount) == ("short", "haulier", 5)
    assert status(road.book).missing[0].by == "donor"


def test_what_is_on_its_way_is_not_missing_for_a_condition_and_what_is_contested_is_not_known(road):
    send(road, 80, 0)
    receive(road, 50, 1)
    assert road.book.facts.open_difference("cement", None).estimate == 0
    wait(road, 8)
    assert road.book.facts.open_difference("cement", "site").estimate == 30 * T
    send(road, 80, 0)
    assert road.book.facts.open_difference("cement", "site") is None, "the same dispatch told twice: one or two?"
    (lost,) = status(road.book).missing
    assert (lost.owner, lost.contested.amount // T, lost.receiver) == ("", 80, "donor")
    asked = [(task.owner, task.code, task.figure.amount // T) for task in status(road.book).tasks]
    assert asked == [(lost.parties[0], "receive", 30), ("donor", "say_what_came", 80)], "30 t lack if it was one, too"


def test_the_most_specific_rule_of_the_programme_gives_the_days(road):
    goods(road, "donor", "shipping", 10, 0, place="site", number="W-2")
    send(road, 10, 0)
    wait(road, 20)
    states = {(view.item, view.state) for view in status(road.book).missing}
    assert states == {("W-1", "overdue")}, "another way has thirty days"


def test_as_at_an_earlier_day_what_is_late_now_was_on_its_way(road):
    send(road, 10, 0)
    wait(road, 9)
    assert told(road)[:2] == (0, 10)
    then = status(as_at(road.book, micros(START + timedelta(days=2))))
    cement = next(line for line in then.goods if line.resource == "cement/g")
    assert (cement.under_way.amount // T, cement.missing.amount // T) == (10, 0)


def test_the_command_says_what_is_late_the_oldest_first(road):
    send(road, 10, 1)
    send(road, 5, 0, number="W-0")
    wait(road, 9)
    with road.closed() as folder:
        run = CliRunner().invoke(app, ["late", str(folder)], env={"COLUMNS": "160"})
        quiet = CliRunner().invoke(app, ["late", str(folder), "--json"])
    assert run.exit_code == 0, run.output
    lines = " ".join(run.stdout.replace("\N{NO-BREAK SPACE}", " ").split())
    assert lines.index("5 t of cement · W-0 · overdue by 4 days") < lines.index(
        "10 t of cement · W-1 · overdue by 3 days"
    )
    assert "haulier is asked where it is" in lines
    assert "answers for it" not in lines
    first, second = lines[: lines.index("W-1")], lines[lines.index("W-1") :]
    assert "due 6 January" in first
    assert "Sent on 1 January" in first
    assert "due 7 January" in first.partition("haulier is asked")[2], "the day that it was due goes before its figure"
    assert "3 days" in second
    assert "Sent on 2 January" in second
    assert "depot" in second
    assert [part["days"] for part in json.loads(quiet.stdout)["late"]] == [4, 3]


def test_where_what_is_overdue_was_last_seen_is_told_with_who_says_so(road):
    send(road, 10, 1)
    for party, place, day in (("donor", "port", 2), ("monitor", "border", 3), ("monitor", "port", 1)):
        goods(road, party, "arriving", None, day, place=place)
    wait(road, 20)
    (part,) = late(road.book, differences(road.book))
    assert (part.seen_at, part.seen_by, part.seen_on) == ("border", "monitor", START + timedelta(days=3))
    then = as_at(road.book, micros(START + timedelta(days=12)))
    assert [each.seen_at for each in late(then, differences(then))] == ["border"]
    with road.closed() as folder:
        run = CliRunner().invoke(app, ["late", str(folder)], env={"COLUMNS": "160"})
    told = " ".join(run.stdout.replace("\N{NO-BREAK SPACE}", " ").split())
    assert "Last seen at border on 4 January 2026, by the word of monitor." in told


def test_who_is_overdue_is_asked_on_the_word_of_who_named_it_and_who_is_short_answers(road):
    goods(road, "warehouse", "commissioning", 100, 0, place="depot", action="ADD")
    send(road, 10, 0)
    receive(road, 7, 1)
    wait(road, 9)
    page = _status(road)
    assert "haulier is asked where it is, by the word of warehouse" in page
    assert "answers for it" not in page
    assert "counted, so exact" not in page
    assert "is asked where it is, by the word of warehouse" in _page(road)
    road.enrol("haulier")
    goods(road, "haulier", "inspecting", 1, 9, number="spoke", place="site")
    assert "haulier is asked where it is." in _status(road)
    receive(road, None, 10, complete=True)
    assert "haulier answers for it" in _status(road)
    assert "is asked where it is" not in _status(road)


def _sent_back(road, came, *, first):
    """Send 40, of which so much comes, and 5 back under the same number; the return is told in either order."""
    goods(road, "warehouse", "commissioning", 100, 0, place="depot", action="ADD")
    send(road, 40, 0)
    back = [
        lambda: goods(road, "donor", "shipping", 5, 2, place="site"),
        lambda: goods(road, "warehouse", "receiving", 5, 3, place="depot"),
    ]
    if first:
        back.reverse()
    receive(road, came, 1)
    for say in back:
        say()
    wait(road, 40)


@pytest.mark.parametrize("first", [True, False])
def test_a_return_under_the_number_it_came_by_is_read_as_one_where_nothing_else_can_be_back(road, first):
    _sent_back(road, 40, first=first)
    assert status(road.book).missing == ()
    assert late(road.book, differences(road.book)) == ()


@pytest.mark.parametrize("first", [True, False])
def test_a_return_that_may_be_what_never_arrived_is_asked_and_accuses_nobody(road, first):
    _sent_back(road, 37, first=first)
    page = _status(road)
    assert "answers for it" not in page
    assert "is asked where it is" not in page
    assert [view.owner for view in status(road.book).missing if view.state == "overdue"] == [""]
    assert all(part.contested for part in late(road.book, differences(road.book)))


@pytest.mark.parametrize("order", list(permutations(range(4)))[::2])
def test_goods_that_go_on_under_their_number_to_nobody_named_accuse_no_carrier_in_any_order(road, order):
    steps = (
        lambda: goods(road, "warehouse", "shipping", 40, 0, place="depot", **{"enduse:carrier": "haulier"}),
        lambda: goods(road, "fund", "receiving", 40, 1, place="yard"),
        lambda: goods(road, "fund", "shipping", 40, 2, place="yard", **{"enduse:carrier": "carrier"}),
        lambda: receive(road, 40, 3),
    )
    for step in order:
        steps[step]()
    wait(road, 40)
    assert not any(view.owner for view in status(road.book).missing if view.state == "overdue")
    assert all(part.contested and not part.named_by for part in late(road.book, differences(road.book)))
    tasks = status(road.book).tasks
    assert {task.owner for task in tasks} <= {"fund", "donor"}, "never a carrier, and always somebody"


@pytest.mark.parametrize("order", list(permutations(range(4)))[::3])
def test_goods_that_lost_a_little_on_both_legs_through_a_hub_to_nobody_named_are_asked_in_any_order(road, order):
    steps = (
        lambda: goods(road, "warehouse", "shipping", 80, 0, place="depot", **{"enduse:carrier": "haulier"}),
        lambda: goods(road, "fund", "receiving", 75, 1, place="yard"),
        lambda: goods(road, "fund", "shipping", 75, 2, place="yard", **{"enduse:carrier": "carrier"}),
        lambda: receive(road, 70, 3),
    )
    for step in order:
        steps[step]()
    wait(road, 40)
    for lost in status(road.book).missing:
        assert not lost.owner or lost.figure.amount == 5 * T, "a carrier is asked for no more than is not there"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_one_receipt_for_two_senders_accuses_no_carrier_of_either_in_any_order(road, order):
    goods(road, "monitor", "commissioning", 30, 0, place="yard", action="ADD")
    to = [{"type": "possessing_party", "destination": "donor"}]
    steps = (
        lambda: send(road, 40, 0),
        lambda: goods(
            road, "monitor", "shipping", 30, 0, place="yard", destinationList=to, **{"enduse:carrier": "carrier"}
        ),
        lambda: receive(road, 70, 3),
    )
    for step in order:
        steps[step]()
    wait(road, 40)
    seen = status(road.book)
    assert sorted((one.state, one.owner, one.figure.amount // T) for one in seen.missing) == [
        ("over", "", -30),
        ("overdue", "", 30),
    ]
    assert {task.owner for task in seen.tasks} == {"donor"}


def test_what_a_party_that_received_nothing_of_it_ships_under_the_same_number_stays_its_own(road):
    goods(road, "warehouse", "commissioning", 100, 0, place="depot", action="ADD")
    send(road, 40, 0)
    receive(road, 35, 1)
    goods(road, "monitor", "shipping", 5, 2, place="site")
    goods(road, "warehouse", "receiving", 5, 3, place="depot")
    wait(road, 40)
    (lost,) = status(road.book).missing
    assert (lost.owner, lost.contested) == ("monitor", None)


def test_a_surplus_is_told_as_one_and_asked_about_in_positive_amounts(road):
    goods(road, "warehouse", "commissioning", 100, 0, place="depot", action="ADD")
    send(road, 20, 0)
    receive(road, 39, 1)
    (task,) = status(road.book).tasks
    assert (task.owner, task.code, task.figure.amount) == ("donor", "explain_surplus", 19 * T)
    page = _status(road)
    assert "surplus 19 t of cement more than was sent arrived in W-1. Was a part told twice" in page
    assert "Say where 19 t of cement too much in W-1 comes from" in page
    assert "missing 19 t" not in page
    assert "words of those who know differ" not in page
    assert "19 t of cement" in page
    assert "-19 t" not in page.replace("\N{MINUS SIGN}", "-").partition("surplus 19 t")[2]


def _page(programme):
    return " ".join(re.sub("<[^>]*>", "", render(build_report(programme.book))).split())


def _status(programme):
    """Return what ``enduse status`` prints, in one line."""
    seen = status(programme.book)
    out = io.StringIO()
    with patch.object(command, "console", Console(file=out, width=400, color_system=None)):
        command._print(seen, Localizer("en", seen.names))
    return " ".join(out.getvalue().replace("\N{NO-BREAK SPACE}", " ").split())


def test_trace_prints_what_came_back_as_a_tree_that_begins_where_it_lies(road):
    send(road, 80, 1)
    receive(road, 80, 2)
    to = [{"type": "possessing_party", "destination": "warehouse"}]
    goods(road, "donor", "shipping", 20, 3, number="R-1", place="site", destinationList=to)
    goods(road, "warehouse", "receiving", 20, 4, number="R-1", place="depot")
    with road.closed() as folder:
        run = CliRunner().invoke(app, ["trace", str(folder), "depot", "--all"], env={"COLUMNS": "160"})
    assert run.exit_code == 0, run.output
    lines = [
        " ".join(line.strip("│├└─ ").split()) for line in run.stdout.replace("\N{NO-BREAK SPACE}", " ").splitlines()
    ]
    came = lines[lines.index("came from") : lines.index("became")]
    assert came[1] == "440 t of cement the stock of warehouse at depot"
    assert "20 t consignment R-1 of donor" in came
    assert "20 t the stock of warehouse at depot (as above)" in came


def test_a_stock_below_zero_is_not_netted_away_by_what_lies_elsewhere(road):
    goods(road, "warehouse", "commissioning", 117, 0, place="depot", action="ADD")
    goods(road, "donor", "dispensing", 90, 1, place="site")
    seen = build_report(road.book)
    (problem,) = seen.contradictions
    assert (problem.told.code, problem.told.values["place"]) == ("stock.below_zero", "site")
    (task,) = seen.tasks
    assert (task.owner, task.code, task.about, task.figure.amount) == ("donor", "say_what_came_in", "site", 90 * T)
    page = " ".join(re.sub("<[^>]*>", "", render(seen)).split()).replace("\N{NO-BREAK SPACE}", " ")
    assert "donor is shown to hold -90 t of cement at site, less than nothing" in page.replace("\N{MINUS SIGN}", "-")
    out = io.StringIO()
    print_report(seen, Console(file=out, width=200, color_system=None), Localizer("en", seen.names))
    assert "less than nothing" in out.getvalue()
    assert "Say what came in at site" in out.getvalue()


def test_list_says_why_goods_were_refused(road):
    send(road, 10, 0)
    goods(road, "donor", "refusing", 5, 2, place="site", **{"enduse:reason": "Cold chain failure"})
    with road.closed() as folder:
        run = CliRunner().invoke(app, ["list", str(folder), "--kind", "goods"], env={"COLUMNS": "160"})
    assert run.exit_code == 0, run.output
    assert "refusing goods at the door" in run.stdout
    assert "not kept cold" in run.stdout


@pytest.mark.threat(
    who="storekeeper",
    tries="names a witness of a destruction who was not there",
    alone="it is told that the named party has not said so",
    needs="the witness, who signs a statement of its own about it",
    seen_by="anybody: `enduse list`",
)
def test_a_destruction_is_witnessed_only_by_the_word_of_its_witness(road):
    goods(road, "warehouse", "destroying", 5, 1, place="depot", action="DELETE", **{"enduse:witness": "monitor"})
    said = next(one for one in statements(road.book, kind="goods") if one.step == "destroying")
    assert (said.witness, said.witnessed) == ("monitor", None)
    with road.closed() as folder:
        run = CliRunner().invoke(app, ["list", str(folder), "--kind", "goods"], env={"COLUMNS": "160"})
    assert "monitor is named as witness and has not said so" in run.stdout


def test_the_witness_says_so_by_a_statement_of_its_own_that_names_the_destruction(road):
    goods(road, "warehouse", "destroying", 5, 1, place="depot", action="DELETE", **{"enduse:witness": "monitor"})
    (said,) = (one for one in statements(road.book, kind="goods") if one.step == "destroying")
    body = {"type": "ObjectEvent", "eventTime": (START + timedelta(days=1)).isoformat(), "action": "OBSERVE"}
    seen = GoodsBody(event=json.dumps({**body, "bizStep": "inspecting", "readPoint": {"id": "depot"}}))
    road.say("donor", Goods, seen, refs=(said.id,))
    assert next(one for one in statements(road.book) if one.id == said.id).witnessed is None
    road.say("monitor", Goods, seen, refs=(said.id,))
    assert next(one for one in statements(road.book) if one.id == said.id).witnessed == road.book.size - 1


def test_a_gap_that_is_a_shortage_or_a_surplus_by_the_order_of_one_day_accuses_nobody(road):
    day = {"enduse:within": "P1D"}
    goods(road, "donor", "commissioning", 100, 0, place="site", action="ADD")
    goods(road, "donor", "dispensing", 20, 1, place="site", number="use", **day)
    goods(road, "donor", "stock_taking", 90, 1, place="site", number="count", **day)
    (lost,) = status(road.book).missing
    assert (lost.orders, lost.counted, lost.judgement) == ((-10 * T, 10 * T), False, "told")
    page = _status(road)
    assert "10 t too low or 10 t too high: nobody told what came first that day" in page
    assert "is asked what came first" in page
    assert "answers for it" not in page
    assert "so exact" not in page


@pytest.mark.threat(
    who="stranger",
    tries="says something of another's consignment that has no effect, so that what is short of it is not exact",
    alone="casts no doubt: only what those say who tell of its ends counts",
    needs="one of those who sent or received",
    seen_by="anybody: `enduse status` says how many statements had no effect",
)
def test_nothing_is_exact_beside_a_row_of_the_consignment_that_had_no_effect(road):
    send(road, 80, 0)
    receive(road, 50, 1, complete=True)
    (short,) = status(road.book).missing
    assert short.counted
    assert short.judgement == "exact"
    goods(road, "monitor", "receiving", 1e-9, 2, place="site")
    assert status(road.book).missing[0].counted, "a stranger's row casts no doubt"
    goods(road, "donor", "receiving", 0.0000001, 2, place="site")
    wrong = road.book.size - 1
    assert [one.entry for one in road.book.effects()][-1] == wrong
    (short,) = status(road.book).missing
    assert (short.counted, short.judgement, short.without_effect) == (False, "told", (wrong,))
    assert short.figure.amount == 30 * T, "a row without effect moves nothing"
    back = CorrectionBody(corrects=road.book.statement(wrong).id, reason="incorrect_data")
    road.say("monitor", Correction, back)
    assert not status(road.book).missing[0].counted, "nobody takes back what another said"
    road.say("donor", Correction, back)
    assert status(road.book).missing[0].counted


def test_a_row_of_another_year_under_the_same_number_casts_no_doubt(road):
    send(road, 80, 0)
    receive(road, 50, 1, complete=True)
    send(road, 0.0000001, 300)
    assert status(road.book).missing[0].counted


def test_bags_counted_where_the_books_have_tonnes_are_shown_beside_them_and_are_no_surplus_of_anybody(road):
    goods(road, "warehouse", "stock_taking", 0, 1, place="depot", **_bags(10_000))
    (view,) = status(road.book).missing
    assert (view.figure.amount, view.judgement, view.counted) == (-10_000, "told", False)
    assert [(each.amount, each.resource) for each in view.other_units] == [(500 * T, "cement/g")]
    words = missing_words(view, Localizer("en", {}))
    told = re.sub("[\u2066-\u2069]", "", words).replace("\N{NO-BREAK SPACE}", " ")
    assert "10,000 bags of cement more than the books say was counted at depot, where they have 500 t" in told
    assert "Nobody is named until one of them is told in the unit of the other." in words
    goods(road, "warehouse", "stock_taking", 480, 2, place="depot")
    lost = next(one for one in status(road.book).missing if one.figure.amount > 0)
    assert (lost.figure.amount, lost.owner, lost.judgement) == (20 * T, "warehouse", "exact"), "bags excuse no shortage"


def _bags(number):
    return {"quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": number, "uom": "XBG"}]}


def test_of_several_counts_only_what_the_last_leaves_open_is_open(road):
    """The first two find 1 t too much or 4 t too few, and 6 t too much or nothing; by the third it is 1 t all the same."""
    day = {"enduse:within": "P1D"}
    goods(road, "donor", "commissioning", 100, 0, place="site", action="ADD")
    for on, received, counted in ((1, 5, 101), (2, 6, 112), (3, 0, 110)):
        if received:
            goods(road, "donor", "commissioning", received, on, place="site", number=f"in{on}", action="ADD", **day)
        goods(road, "donor", "stock_taking", counted, on, place="site", number=f"count{on}", **day)
    (lost,) = status(road.book).missing
    assert (lost.figure.amount, lost.orders, lost.judgement) == (T, None, "exact")


def test_what_was_read_elsewhere_than_at_the_end_it_speaks_of_disputes_nothing(road):
    read = ReadingBody(
        reading="r1",
        of="received",
        material="cement",
        quantity=Quantity("100", "TNE"),
        method="scale",
        consignment="W-1",
    )
    assert road.say("monitor", Reading, read, place="yard").outcome == "accepted"
    send(road, 100, 1)
    receive(road, 80, 2, complete=True)
    (short,) = differences(road.book)
    assert (short.amount, short.disputes) == (20 * T, ())


def test_one_screen_shows_the_first_of_what_is_missing_and_late_shows_the_oldest(road):
    """Three thousand consignments overdue were nine thousand lines."""
    numbers = [f"W-{at}" for at in range(command.SHOWN + 8)]
    for at, number in enumerate(numbers):
        goods(
            road, "warehouse", "shipping", 1 + at, 1 + at % 2, number=number, place="depot",
            destinationList=[{"type": "possessing_party", "destination": "donor"}],
        )  # fmt: skip
    wait(road, 40)
    seen = status(road.book)
    lost = seen.missing
    assert [one.days for one in lost] == sorted((one.days for one in lost), reverse=True)
    page = _status(road)
    assert page.count("is overdue by") == command.SHOWN
    assert f"and {len(lost) - command.SHOWN} more: --json lists all" in page
    assert "in W-0 is overdue" in page


def test_a_trace_of_hundreds_that_come_from_nowhere_shows_the_largest(road):
    """Three thousand consignments of one sender were twelve thousand lines."""
    for at in range(LISTED + 5):
        goods(road, "donor", "shipping", 1 + at, 1, number=f"W-{at}", place="site")
    with road.closed() as folder:
        short = CliRunner().invoke(app, ["trace", str(folder), "donor"], env={"COLUMNS": "160"})
        whole = CliRunner().invoke(app, ["trace", str(folder), "donor", "--all"], env={"COLUMNS": "160"})
    assert short.exit_code == whole.exit_code == 0, short.output
    told = short.stdout.replace("\N{NO-BREAK SPACE}", " ")
    assert told.count("consignment W-") <= 2 * LISTED
    assert re.search(r"and [0-9]+ more ways: --all", told)
    assert f"{LISTED + 5} t of cement" in told
    assert whole.stdout.count("consignment W-") == 2 * (LISTED + 5)
