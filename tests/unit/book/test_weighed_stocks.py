"""Whose word excuses what a scale finds missing in a store: nobody's, until a finding says that it is an error."""

import io
import itertools
from datetime import timedelta

import pytest
from rich.console import Console

from conftest import START, Small
from enduse.book.assure import differences
from enduse.pages.localizer import Localizer
from enduse.pages.missing import missing_words
from enduse.pages.terminal import print_report
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.reading import Reading, ReadingBody
from enduse.terms.amounts import Instrument, Quantity
from enduse.views.report import build_report
from support.cement import goods

T = 1_000_000
OPEN = ("goods", "reading")


@pytest.fixture
def store(tmp_path):
    """A warehouse that was told to hold 19.5 t."""
    small = Small(tmp_path / "store", open_acts=OPEN)
    goods(small, "warehouse", "commissioning", 19.5, 0, "depot", action="ADD")
    yield small
    small.intake.close()


def weigh(small, tonnes, sd="0.005", by="warehouse", *, day=1, of="stock", scale="scale:1", method="scale"):
    """Let a party read something with a scale of that error, or of none that it states."""
    small.now = max(small.now, START + timedelta(days=day, hours=12))
    body = ReadingBody(
        reading=f"r{small.book.size}", of=of, material="cement", quantity=Quantity(str(tonnes), "TNE"), method=method,
        instrument=Instrument(instrument=scale, random_sd=sd) if sd else None,
        custodian="warehouse", project="clinic",
    )  # fmt: skip
    return small.say(by, Reading, body, place="depot", occurred_at=START + timedelta(days=day))


def found(small):
    """Return judgement and amount of the only difference."""
    (one,) = differences(small.book)
    return one.judgement, one.amount


def asked(small):
    """Return who must do what about the store."""
    return {(task.owner, task.code) for task in build_report(small.book).tasks if task.about == "depot"}


@pytest.mark.threat(
    who="storekeeper",
    tries="takes bags from its own store and says that its scale errs",
    alone="nothing is excused: it stays missing, in every sum and for every condition, told as resting on its word alone",
    needs="a body that may find, to say that it is an error of measurement",
    seen_by="everybody, by enduse status",
)
def test_a_holders_own_scale_excuses_nothing_and_accuses_nobody(store):
    weigh(store, 19.4)
    assert found(store) == ("stated_error", T // 10)
    report = build_report(store.book)
    assert (report.goods[0].missing.amount, report.goods[0].within_error.amount) == (T // 10, 0), "not netted away"
    words = Localizer("en", report.names)
    told = missing_words(report.missing[0], words)
    assert "within the error that warehouse states of its own scale" in told
    assert "nobody is named" in told
    assert "answers" not in told
    assert {code for _, code in asked(store)} == {"weigh_again"}
    assert "warehouse" not in {owner for owner, _ in asked(store)}
    out = io.StringIO()
    print_report(report, Console(file=out, width=200, color_system=None), words)
    assert "is within the error of its holder's own scale" in out.getvalue()


@pytest.mark.threat(
    who="stranger",
    tries="where anybody may read, states that the scale of a store errs by a tenth, so that as much may be taken",
    alone="nothing is excused: it stays missing, in every sum and for every condition, told with who states that error",
    needs="a body that may find, to say that it is an error of measurement",
    seen_by="everybody, by enduse status",
)
def test_the_error_that_another_states_accuses_nobody_and_excuses_nothing_whichever_was_recorded_first(tmp_path):
    """Whoever may read took a tenth of a store out of what is missing, alone."""

    def inspector(small):
        return weigh(small, 5, by="monitor", of="use")

    for number, order in enumerate(itertools.permutations((inspector, lambda small: weigh(small, 19.4)))):
        small = Small(tmp_path / str(number), open_acts=OPEN)
        goods(small, "warehouse", "commissioning", 19.5, 0, "depot", action="ADD")
        for say in order:
            assert say(small).outcome == "accepted"
        assert found(small) == ("stated_error", T // 10)
        assert {code for _, code in asked(small)} == {"settle_error"}
        report = build_report(small.book)
        assert (report.goods[0].missing.amount, report.goods[0].within_error.amount) == (T // 10, 0), "not netted away"
        assert small.book.facts.open_difference("cement", "depot").estimate == T // 10
        words = missing_words(report.missing[0], Localizer("en", report.names))
        assert "within the error that monitor states of the scale" in words
        assert "until a finding says that it is an error" in words
        small.intake.close()


def test_a_count_by_an_inspector_with_its_own_scale_is_judged_by_that(store):
    weigh(store, 19.4, by="monitor")
    assert found(store) == ("stated_error", T // 10)


def test_the_smaller_error_counts_whoever_states_it(store):
    weigh(store, 5, "0.0001", by="monitor", of="use")
    weigh(store, 19.4, "0.1")
    assert found(store) == ("beyond_error", T // 10), "the inspector says that this scale errs by far less"
    weigh(store, 19.4, "0.00001", scale="scale:2", day=2)
    weigh(store, 5, "0.05", by="monitor", of="use", scale="scale:2", day=3)
    assert found(store) == ("beyond_error", T // 10), "its own word against itself counts"


def test_a_relation_of_the_holder_states_nothing_for_it(store):
    owned = PartyBody(party="monitor", name={"en": "monitor"}, type="agency", owned_by=("warehouse",))
    assert store.say("keeper", Party, owned).outcome == "accepted"
    weigh(store, 5, by="monitor", of="use")
    weigh(store, 19.4)
    assert found(store) == ("stated_error", T // 10)


def test_more_than_a_scale_can_explain_is_missing_and_its_holder_answers(store):
    weigh(store, 15)
    assert found(store) == ("beyond_error", 45 * T // 10)
    assert asked(store) == {("warehouse", "account_for")}


@pytest.mark.parametrize(("sd", "method"), [("0.2", "scale"), ("", "scale"), ("", "survey")])
def test_what_was_weighed_without_a_usable_error_is_told_and_not_exact(store, sd, method):
    weigh(store, 19.4, sd, method=method)
    assert found(store) == ("told", T // 10)


def test_what_was_counted_is_exact_as_before(store):
    weigh(store, 19.4, "", method="count")
    assert found(store) == ("exact", T // 10)


def test_the_last_count_says_with_what_the_store_was_weighed_and_a_correction_takes_it_back(store):
    weigh(store, 19.4)
    weigh(store, 19.4, "", method="count", day=2)
    assert found(store)[0] == "exact"
    gone = weigh(store, 19.45, day=3)
    assert found(store) == ("stated_error", T // 20)
    back = CorrectionBody(corrects=store.book.statement(gone.index).id, reason="incorrect_data")
    assert store.say("warehouse", Correction, back).outcome == "accepted"
    assert found(store) == ("exact", T // 10)


def test_a_surplus_within_the_holders_stated_error_stays_a_surplus_and_nobody_is_asked_to_explain_it(store):
    weigh(store, 19.6)
    assert found(store) == ("stated_error", -T // 10)
    report = build_report(store.book)
    assert report.goods[0].surplus.amount == T // 10
    assert "more than the books say lies at depot, within the error" in missing_words(
        report.missing[0], Localizer("en", report.names)
    )
    assert {code for _, code in asked(store)} == {"weigh_again"}
