"""Who may measure what, and what a measurement can do: it raises or disputes, and lowers nothing."""

import io
import re

import pytest
from rich.console import Console
from typer.testing import CliRunner

from enduse.cli.main import app
from enduse.messages import Message
from enduse.pages.html import render
from enduse.pages.localizer import Localizer
from enduse.pages.terminal import print_report
from enduse.statements.claim import Finding, FindingBody, Resolution
from enduse.statements.correction import Correction, CorrectionBody
from enduse.terms.amounts import Quantity
from enduse.views.report import build_report
from support.played import LOST, SITE, YARD

TONNE = 1_000_000


@pytest.mark.threat(
    who="storekeeper",
    tries="measures somebody else's consignment with a bad scale, so that what is missing lies within its error",
    alone="nothing: a reading needs a mandate at that end of that consignment, and it is listed as without effect",
    needs="nobody: even with a mandate there, a reading by another than the receiver lowers nothing",
    seen_by="everybody, by enduse status",
)
def test_a_stranger_with_a_yard_measures_nothing_at_somebody_elses_end(demo):
    before = demo.unaccounted()
    said = demo.read("party:karst", 99, place=YARD, sd="0.1")
    assert said.outcome == "no_effect"
    assert said.problem.told.code == "authority.no_mandate"
    assert demo.read("party:karst", 99, of="shipped", place=YARD, sd="0.1").outcome == "no_effect"
    assert (demo.lost().judgement, demo.lost().figure.amount) == ("beyond_error", 20 * TONNE)
    assert demo.unaccounted() == before


def test_a_reading_by_a_mandated_monitor_disputes_and_lowers_nothing(demo):
    before, judged = demo.unaccounted(), demo.lost()
    assert demo.read("party:monitor", 99.5, sd="0.05").outcome == "accepted"
    after = demo.lost()
    assert (after.judgement, after.figure.amount, after.lower, after.upper) == (
        "beyond_error",
        20 * TONNE,
        judged.lower,
        judged.upper,
    )
    assert demo.unaccounted() == before
    (dispute,) = after.disputes
    assert (dispute.party, dispute.holder, dispute.more) == ("party:monitor", "party:olivar", False)
    assert dispute.figure.amount == 99_500_000
    assert dispute.told.code == "dispute.received"
    assert dispute.missing == 500_000
    said = "Independent Monitor read 99.5 t where Olivar Builders booked 80 t as received"
    report, out = build_report(demo.book), io.StringIO()
    assert said in " ".join(re.sub("<[^>]*>", "", render(report)).split())
    print_report(report, Console(file=out, width=200, color_system=None), Localizer("en", report.names))
    assert said in " ".join(out.getvalue().replace("│", "").split())
    with demo.closed() as folder:
        shown = CliRunner(env={"COLUMNS": "300"}).invoke(app, ["status", str(folder)]).output
    assert said in " ".join(shown.split())


def test_a_second_reading_of_its_own_explains_nothing_away_and_a_correction_is_seen(demo):
    held = demo.lost()
    assert demo.read("party:olivar", 80, sd="0.1").outcome == "accepted"
    assert demo.lost() == held
    first = next(one for one in demo.book.readings.by_item[f"received {LOST}"] if one.party == "party:olivar")
    taken = CorrectionBody(corrects=first.id, reason="incorrect_data")
    assert demo.say("party:olivar", Correction, taken).outcome == "accepted"
    assert demo.lost().upper > held.upper, "the holder's own account is the holder's to correct"


def test_no_reading_of_more_than_was_booked_makes_the_error_larger(demo):
    first = demo.book.readings.by_item[f"received {LOST}"][0]
    taken = CorrectionBody(corrects=first.id, reason="incorrect_data")
    assert demo.say("party:olivar", Correction, taken).outcome == "accepted"
    assert demo.read("party:olivar", 80_000, sd="0.01").outcome == "accepted"
    assert demo.lost().judgement == "beyond_error"
    assert demo.lost().upper < 25 * TONNE


def test_a_reading_that_says_more_is_missing_makes_it_not_known_until_a_finding_says_otherwise(demo):
    even, line = next(
        (one.number, leg.lines[0])
        for one in demo.book.ledger.consignments.values()
        for leg in one.of("receipt")
        if leg.place == "place:homes-site" and leg.lines[0].resource == "cement/g"
    )
    booked = line.amount
    before = demo.unaccounted()
    said = demo.read("party:monitor", booked // TONNE - 10, consignment=even)
    assert said.outcome == "accepted"
    after = demo.unaccounted()
    assert (after.lower, after.estimate) == (before.lower, before.estimate)
    assert after.upper > before.upper + 9 * TONNE
    assert demo.book.statement(said.index).id in after.evidence
    (dispute,) = demo.lost(even).disputes
    assert dispute.more
    assert dispute.missing >= 10 * TONNE
    finding = FindingBody(
        finding="finding:weighed-wrong",
        about=even,
        result="not_supported",
        method="Weighed again.",
        standard_of_proof="grounds_to_believe",
        reliability="A",
        credibility="1",
        right_of_reply="heard",
    )
    assert demo.say("party:monitor", Finding, finding, SITE).outcome == "accepted"
    assert demo.unaccounted().upper == before.upper


def test_a_finding_lowers_what_is_missing(demo):
    finding = FindingBody(
        finding="finding:spilt",
        about=LOST,
        result="supported",
        method="Seen.",
        standard_of_proof="grounds_to_believe",
        reliability="A",
        credibility="1",
        right_of_reply="heard",
        resolves=(
            Resolution(of="difference", item=LOST, material="cement", quantity=Quantity("20", "TNE"), outcome="lost"),
        ),
    )
    assert demo.say("party:monitor", Finding, finding, SITE).outcome == "accepted"
    assert demo.lost() is None


def test_a_measurement_made_before_the_end_is_known_counts_only_where_its_reader_had_the_mandate(demo):
    """Recorded first, it needs a mandate where it says it is; at another place than the receiver's it disputes nothing."""
    assert demo.read("party:karst", 1, place=YARD, consignment="consignment:later").outcome == "accepted"
    assert demo.book.readings.by_item["received consignment:later"][0].place == YARD


def test_nobody_measures_for_a_day_that_has_not_come(demo):
    said = demo.read("party:monitor", 99, ago=-3)
    assert said.outcome == "no_effect"
    assert said.problem.told == Message.of("statement.of_the_future")
