"""What was known at a size, and how it stood as at a day: every line of every answer."""

import json
import shutil
from datetime import timedelta

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import enduse
from conftest import START, Small
from enduse.book.intake import Intake
from enduse.book.past import BookAsAt, as_at
from enduse.cli.main import app
from enduse.errors import UnknownError
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.money import Disbursement, DisbursementBody, Pledge, PledgeBody
from enduse.terms.amounts import Money
from enduse.terms.times import micros
from enduse.views.shapes import Figure
from enduse.views.statements import headings, recorded
from enduse.views.status import status
from support.examples import examples

DAYS = 16
NUMBERS = ("W-1", "W-2")
OPS = st.lists(
    st.tuples(
        st.sampled_from(("send", "receive", "complete", "count", "pledge", "pay")),
        st.integers(0, DAYS),
        st.integers(1, 40),
        st.sampled_from(NUMBERS),
    ),
    min_size=1,
    max_size=8,
)


def event(step, day, tonnes, number, place, **more):
    body = {
        "type": "ObjectEvent",
        "eventTime": (START + timedelta(days=day)).isoformat(),
        "action": "ADD" if step == "commissioning" else "OBSERVE",
        "bizStep": step,
        "readPoint": {"id": place},
        **({"bizTransactionList": [{"type": "desadv", "bizTransaction": number}]} if number else {}),
        **more,
    }
    if tonnes:
        body["quantityList"] = [{"epcClass": "urn:enduse:class:cement", "quantity": tonnes, "uom": "TNE"}]
    return GoodsBody(event=json.dumps(body))


def say(programme, n, op, day, amount, number):
    """Say one thing of a day; each is recorded a day after the last."""
    to = [{"type": "possessing_party", "destination": "donor"}]
    sent = [{"type": "possessing_party", "source": "warehouse"}]
    programme.now = max(programme.now, START + timedelta(days=DAYS + n))
    at = {"occurred_at": START + timedelta(days=day)}
    money = Money(str(amount), "USD")
    match op:
        case "send":
            more = {"destinationList": to, "enduse:carrier": "haulier"}
            programme.say("warehouse", Goods, event("shipping", day, amount, number, "depot", **more), **at)
        case "receive" | "complete":
            more = {"sourceList": sent, "enduse:complete": op == "complete"}
            programme.say("donor", Goods, event("receiving", day, amount, number, "site", **more), **at)
        case "count":
            programme.say("donor", Goods, event("stock_taking", day, amount, "", "site"), **at)
        case "pledge":
            programme.say("donor", Pledge, PledgeBody(pledge=f"pledge:{n}", amount=money), **at)
        case "pay":
            body = DisbursementBody(disbursement=f"pay:{n}", amount=money, recipient="fund")
            programme.say("donor", Disbursement, body, **at)


def played(folder, ops):
    programme = Small(folder)
    programme.say("warehouse", Goods, event("commissioning", 0, 500, "", "depot"), occurred_at=START)
    for n, op in enumerate(ops):
        say(programme, n, *op)
    programme.intake.close()
    return folder


def answers(then):
    """Return every answer there is, without what is published, which is no matter of what was known."""
    found = then.status()
    return msgspec.to_builtins(
        (
            msgspec.structs.replace(found, published=0),
            then.late(),
            then.missing(),
            then.tasks(),
            then.cash(),
            then.money(),
            then.goods(),
            then.tranches(),
            then.balances(),
            list(then.statements()),
        )
    )


@settings(max_examples=examples(10))
@given(ops=OPS, data=st.data())
def test_what_was_known_at_a_size_is_what_a_programme_that_holds_no_more_answers(tmp_path_factory, ops, data):
    folder = tmp_path_factory.mktemp("known")
    keep = data.draw(st.integers(0, len(ops)))
    whole, less = played(folder / "whole", ops), played(folder / "less", ops[:keep])
    with enduse.open(whole) as programme, enduse.open(less) as other:
        assert programme.size >= other.size
        with programme.past(as_known=other.size) as then:
            assert (then.size, then.as_of) == (other.size, other.as_of)
            assert answers(then) == answers(other)
        with programme.past(as_known=other.as_of) as then:
            assert answers(then) == answers(other), "also asked for by the time of its last statement"
    shutil.rmtree(folder)


def figures(book):
    """Return what is on the way, missing, paid and asked for, without the entries that it rests on."""
    told = status(book)
    return (
        {line.resource: [figure.amount for figure in figures_of(line)] for line in told.goods},
        [(one.owner, one.item, one.figure.amount, one.state, one.days, one.due) for one in told.missing],
        [(one.currency, one.pledged.amount, one.paid.amount, one.held.amount) for one in told.currencies],
        sorted(
            (one.owner, one.code, one.about, one.figure.amount if one.figure else 0, one.days or 0)
            for one in told.tasks
        ),
        len(told.contradictions),
    )


def figures_of(line):
    return [told for name in line.__struct_fields__ if isinstance(told := getattr(line, name), Figure)]


@settings(max_examples=examples(25))
@given(ops=OPS, day=st.integers(0, DAYS))
def test_as_at_a_day_is_what_a_programme_says_in_which_nothing_later_happened(tmp_path_factory, ops, day):
    first = {
        number: min((when for op, when, _, of in ops if (op, of) == ("send", number)), default=0) for number in NUMBERS
    }
    assume(all(op not in {"receive", "complete"} or when >= first[of] for op, when, _, of in ops))
    folder = tmp_path_factory.mktemp("as-at")
    end = START + timedelta(days=day + 1) - timedelta(microseconds=1)
    whole, less = Small(folder / "whole", copied=True), Small(folder / "less", copied=True)
    for programme in (whole, less):
        programme.say("warehouse", Goods, event("commissioning", 0, 500, "", "depot"), occurred_at=START)
        for n, op in enumerate(ops):
            if programme is whole or op[1] <= day:
                say(programme, n, *op)
    less.book.head.clock = micros(end)  # the one judges at the end of that day, and so does the other
    then = as_at(whole.book, micros(end))
    assert isinstance(then, BookAsAt)
    assert figures(then) == figures(less.book)
    assert status(then).as_at == end
    whole.intake.close()
    less.intake.close()
    shutil.rmtree(folder)


@pytest.fixture
def road(tmp_path):
    ops = [("send", 0, 30, "W-1"), ("receive", 2, 10, "W-1"), ("pay", 3, 5, "")]
    return played(tmp_path / "road", ops)


def told(*words, code=0):
    run = CliRunner().invoke(app, list(map(str, words)), env={"COLUMNS": "160"})
    assert run.exit_code == code, run.output
    return run.stdout if not code else run.stderr


def test_what_is_overdue_now_was_on_its_way_and_every_command_says_the_day_it_is_for(road):
    (late,) = json.loads(told("late", road, "--json"))["late"]
    assert (late["state"], late["days"]) == ("overdue", 4)
    then = json.loads(told("late", road, "--as-at", "2026-01-10", "--json"))
    assert (then["late"], then["as_at"][:10]) == ([], "2026-01-10")
    told_then = json.loads(told("status", road, "--as-at", "2026-01-10", "--json"))
    assert (told_then["missing"], told_then["tasks"], told_then["as_at"][:10]) == ([], [], "2026-01-10")
    for command in ("status", "late", "money", "list"):
        practice, page = told(command, road, "--as-at", "2026-01-10").split("\n", 1)
        assert practice.startswith("Practice: "), command
        assert page.startswith("As at the end of 10 January 2026, UTC."), command
        assert "overdue" not in page
        _, page = told(command, road, "--as-at", "2026-01-10T23:59:59+03:00").split("\n", 1)
        assert page.startswith("As at 10 January 2026 20:59 UTC."), command
        page = told(command, road, "--as-known", "20")
        assert "As known on" in page.splitlines()[1]
        assert "the first 20 of" in page.splitlines()[1]
    (again,) = json.loads(told("late", road, "--as-at", "2026-01-17", "--json"))["late"]
    assert again["days"] == 2, "days are counted to the day that is asked for"


def test_a_time_before_anything_was_recorded_and_a_size_that_never_was_are_refused(road):
    with enduse.open(road) as programme:
        for known in (0, "0", 10_000, "9" * 18):
            with pytest.raises(UnknownError), programme.past(as_known=known):
                raise AssertionError
        endless = "1" * 5_000
        with pytest.raises(enduse.errors.MalformedError), programme.past(as_known=endless):
            raise AssertionError
        with pytest.raises(UnknownError):
            programme.statement(endless)
        assert "has" in told("status", road, "--as-known", "10000", code=2)
        with programme.past(as_known=1) as founding:
            said = founding.statement(0).happened_at
            assert (founding.as_of, founding.status().as_of, programme.changes(1).since) == (said, said, said)
        with programme.past(as_known=20) as then:
            pass
        with pytest.raises(enduse.errors.ConflictError):
            then.status()
        assert programme.status().size == programme.size, "what it was had from goes on answering"


@pytest.fixture
def weeks(tmp_path):
    """A programme in which one consignment falls due while nothing is said of it, one comes late, and a sum is taken back."""
    programme = Small(tmp_path / "weeks")
    programme.say("warehouse", Goods, event("commissioning", 0, 500, "", "depot"), occurred_at=START)
    say(programme, 0, "send", 0, 30, "W-1")
    say(programme, 1, "send", 1, 8, "W-2")
    say(programme, 2, "pay", 2, 70, "")
    paid = programme.book.statement(programme.book.size - 1).id
    size = programme.book.size
    say(programme, 3, "pay", 3, 5, "")
    programme.say("donor", Correction, CorrectionBody(corrects=paid, reason="incorrect_data"))
    programme.intake.close()
    return programme, size


def test_what_fell_due_with_nothing_said_of_it_is_newly_late_and_what_came_is_settled(weeks):
    programme, size = weeks
    folder = programme.folder
    with enduse.open(folder) as asked:
        new = asked.changes(size)
        assert [(one.kind, one.count) for one in new.said] == [("disbursement", 1), ("correction", 1)]
        ((back,),) = [new.taken_back]
        assert (back.corrected.entry, back.by.kind) == (size - 1, "correction")
        (dollars,) = new.money
        assert (dollars.currency, dollars.paid.value) == ("USD", -65)
        before = asked.changes(size - 6)  # before anything was sent
        assert [one.lost.item for one in before.late] == ["W-1", "W-2"]
    programme.intake = Intake.open(folder)
    size = programme.book.size
    say(programme, 9, "receive", 20, 30, "W-1")
    programme.intake.close()
    with enduse.open(folder) as asked:
        new = asked.changes(str(size))
        (gone,) = new.settled
        assert (gone.lost.item, gone.now.amount) == ("W-1", 0)
        assert not new.late
        assert [(task.owner, task.about) for task in new.done] == [("haulier", "W-1")]
        assert asked.changes(asked.size).said == ()
    page = " ".join(told("changes", folder, "--since", size).replace("\N{NO-BREAK SPACE}", " ").split())
    assert "30 t of cement in W-1 is no longer open." in page
    assert "receiving goods: 1" in page
    assert json.loads(told("changes", folder, "--since", size, "--json"))["changes"]["since_size"] == size
    assert "Nothing was recorded since then." in told("changes", folder, "--since", size + 2)
    assert "has" in told("changes", folder, "--since", "99999", code=2)


def test_a_heading_tells_of_every_statement_what_all_of_it_tells(played_demo):
    with enduse.open(played_demo[1]) as programme:
        book = programme._book
        told = [(one.entry, one.kind, one.step) for one in headings(book, 0)]
        whole = [recorded(book, entry) for entry in range(book.size)]
    assert told == [(one.entry, one.kind, one.step) for one in whole]


def test_newly_late_is_what_fell_due_between_the_two_days(tmp_path):
    programme = Small(tmp_path / "due")
    programme.say("warehouse", Goods, event("commissioning", 0, 500, "", "depot"), occurred_at=START)
    to = [{"type": "possessing_party", "destination": "donor"}]
    sent = event("shipping", 0, 30, "W-1", "depot", destinationList=to, **{"enduse:carrier": "haulier"})
    programme.say("warehouse", Goods, sent)
    size = programme.book.size
    programme.now = START + timedelta(days=30)
    say(programme, 0, "pay", 3, 5, "")
    programme.intake.close()
    with enduse.open(programme.folder) as asked:
        new = asked.changes(size)
        (late,) = new.late
        assert (late.lost.item, late.lost.state, late.before.amount, late.now.value) == ("W-1", "overdue", 0, 30)
        assert [(task.owner, task.code) for task in new.asked] == [("haulier", "receive")]
        assert asked.changes("2026-01-20").late == new.late, (
            "on that day it was overdue, and nobody had recorded anything"
        )
