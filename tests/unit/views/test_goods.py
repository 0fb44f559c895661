"""What is missing and what is too much stand apart, and with them the goods still add up to what came in."""

import io
import json
import re
import tempfile
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from conftest import START, Small
from enduse.book.assure import differences
from enduse.cli.main import app
from enduse.messages import Message
from enduse.pages.assessment_json import assessment_json
from enduse.pages.assessment_terminal import print_assessment
from enduse.pages.assessment_words import Words
from enduse.pages.html import render
from enduse.pages.localizer import Localizer
from enduse.pages.terminal import print_report
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.packs import Pack, PackBody
from enduse.statements.programme import TransitRule
from enduse.terms.amounts import Quantity
from enduse.terms.texts import Citation
from enduse.views.differences import late
from enduse.views.goods_lines import goods_lines
from enduse.views.report import build_report
from enduse.views.status import status
from support.examples import examples

T = 1_000_000


def deliver(programme, number, sent, received, bags=0):
    """Send so many tonnes, long ago by now, and receive so many of them, and so many bags."""
    for party, step, place, tonnes, unit in (
        ("warehouse", "shipping", "depot", sent, "TNE"),
        ("donor", "receiving", "site", received, "TNE"),
        ("donor", "receiving", "site", bags, "XBG"),
    ):
        if not tonnes:
            continue
        event = {
            "type": "ObjectEvent",
            "eventTime": START.isoformat(),
            "action": "OBSERVE",
            "bizStep": step,
            "readPoint": {"id": place},
            "bizTransactionList": [{"type": "desadv", "bizTransaction": number}],
            "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": tonnes, "uom": unit}],
        }
        if step == "shipping":
            event["destinationList"] = [{"type": "possessing_party", "destination": "donor"}]
            event["enduse:carrier"] = "carrier"
        programme.say(party, Goods, GoodsBody(event=json.dumps(event)))


def reported(folder, consignments):
    """Return the report of a programme with these consignments, all of them due long ago."""
    programme = Small(folder, transit=(TransitRule(days=5),))
    for number, (sent, received) in enumerate(consignments):
        deliver(programme, f"W-{number}", sent, received)
    programme.now += timedelta(days=20)
    deliver(programme, "W-last", 1, 1)
    report = build_report(programme.book)
    programme.intake.close()
    return report


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 25)), min_size=1, max_size=4))
@settings(max_examples=examples(12))
def test_shortages_and_surpluses_are_summed_apart_and_the_goods_add_up(consignments):
    with tempfile.TemporaryDirectory() as folder:
        (line,) = reported(Path(folder) / "programme", consignments).goods
    assert line.missing.amount == sum(max(sent - got, 0) for sent, got in consignments) * T
    assert line.surplus.amount == sum(max(got - sent, 0) for sent, got in consignments) * T
    parts = (line.stored, line.under_way, line.used, line.missing, line.within_error, line.off_purpose, line.other)
    assert sum(part.amount for part in parts) - line.surplus.amount == line.came_in.amount


@pytest.mark.parametrize("loose", [0, 8])
def test_what_came_in_a_unit_in_which_none_was_sent_is_neither_missing_nor_too_much(tmp_path, loose):
    programme = Small(tmp_path / "programme", transit=(TransitRule(days=5),))
    deliver(programme, "W-1", 20, loose, bags=400)
    programme.now += timedelta(days=20)
    deliver(programme, "W-last", 1, 1)
    stands, (part,) = status(programme.book), late(programme.book, differences(programme.book))
    programme.intake.close()
    by_unit = {line.resource: line for line in stands.goods}
    for resource, open_there in (("cement/g", (20 - loose) * T), ("cement/bag", -400)):
        line = by_unit[resource]
        assert (line.not_comparable.amount, line.missing.amount, line.surplus.amount) == (open_there, 0, 0)
        assert line.stored.amount + line.not_comparable.amount == line.came_in.amount
    (told,) = stands.missing
    assert (told.figure.resource, told.judgement, told.owner) == ("cement/g", "told", "")
    assert [(one.amount, one.resource) for one in part.other_units] == [(400, "cement/bag")]


def test_once_somebody_says_what_a_bag_holds_all_that_was_told_in_bags_before_is_in_one_line_with_the_tonnes(tmp_path):
    acts = ("goods", "pack")
    programme = Small(tmp_path / "programme", transit=(TransitRule(days=5),), open_acts=acts)
    deliver(programme, "W-1", 20, 0, bags=390)
    programme.now += timedelta(days=20)
    holds = PackBody(
        pack="pack:1",
        item="cement",
        unit="XBG",
        holds=Quantity("50", "KGM"),
        source=Citation(source="printed on the bag"),
    )
    programme.say("warehouse", Pack, holds)
    stands, lines = status(programme.book), goods_lines(programme.book, differences(programme.book))
    report = build_report(programme.book)
    programme.intake.close()
    (line,) = stands.goods
    assert (line.resource, line.missing.amount, line.not_comparable.amount) == ("cement/g", T // 2, 0)
    assert line.stored.amount + line.missing.amount == line.came_in.amount
    assert {one.place: [each.amount for each in one.stock] for one in report.holdings}["site"] == [19_500_000]
    (material,) = lines.materials
    assert {one.name: one.sums.held.amount for one in material.places}["site"] == 19_500_000
    (flow,) = report.flows
    assert sum(link.figure.amount for link in flow.links if link.target == "site") == 19_500_000


def test_a_surplus_in_one_consignment_hides_no_loss_in_another(tmp_path):
    report = reported(tmp_path / "programme", [(10, 3), (10, 12)])
    out = io.StringIO()
    print_report(report, Console(file=out, width=80), Localizer("en", report.names))
    terminal = " ".join(out.getvalue().replace("\N{NO-BREAK SPACE}", " ").replace("│", " ").split())
    page = render(report, ("en",)).replace("\N{NO-BREAK SPACE}", " ").replace("<bdi>", "").replace("</bdi>", "")
    for told in (terminal, page):
        assert "7 t missing" in told
        assert "2 t more than the record explains" in told
        assert "5 t missing" not in told
    assert "<dt>Missing</dt><dd>7 t</dd>" in page
    assert "<dt>More than the record explains</dt><dd>2 t</dd>" in page
    (flow,) = report.flows
    ends = {link.target: link.figure.amount for link in flow.links if link.target.startswith("end ")}
    assert ends["end missing"] == 7 * T
    (surplus,) = (node.node for node in flow.nodes if node.code == "surplus")
    assert [link.figure.amount for link in flow.links if link.source == surplus] == [2 * T]


def test_the_status_has_a_column_for_each_and_so_has_its_json(tmp_path):
    reported(tmp_path / "programme", [(10, 3), (10, 12)])
    run = CliRunner().invoke(app, ["status", str(tmp_path / "programme")], env={"COLUMNS": "160"})
    lines = [" ".join(line.replace("\N{NO-BREAK SPACE}", " ").split()) for line in run.stdout.splitlines()]
    head = next(line for line in lines if line.startswith("goods"))
    row = next(line for line in lines if line.startswith("cement t"))
    assert (head.split()[-2:], row.split()[-2:]) == (["missing", "surplus"], ["7", "2"]), (head, row)
    assert any(line.startswith("surplus 2 t of cement more than was sent arrived in W-1") for line in lines)
    told = json.loads(CliRunner().invoke(app, ["status", str(tmp_path / "programme"), "--json"]).stdout)
    (cement,) = told["goods"]
    assert (cement["missing"]["amount"], cement["surplus"]["amount"]) == (7 * T, 2 * T)


def test_where_nothing_could_be_compared_no_page_says_that_nothing_is_missing(tmp_path):
    report = reported(tmp_path / "programme", [(10, 3), (8, 0)])
    assert report.assessment is not None
    seen = msgspec.structs.replace(
        report.assessment, alarms=(), leads=(), missing=(), caveats=(Message.of("assurance.nothing_tested"),)
    )
    report = msgspec.structs.replace(report, assessment=seen)
    localizer = Localizer("en", report.names)
    short, long = io.StringIO(), io.StringIO()
    print_report(report, Console(file=short, width=80), localizer)
    print_assessment(seen, Console(file=long, width=80), localizer)
    pages = (
        short.getvalue(),
        long.getvalue(),
        render(report, ("en",)),
        " ".join(assessment_json(Words(seen, localizer))["summary"]),
    )
    for page in pages:
        words = re.sub("<[^>]*>", "", page).replace("\N{NO-BREAK SPACE}", " ").replace("&#34;", '"')
        words = " ".join(words.split())
        assert "Nothing can be said from measurements: no amount was read at two places." in words
        assert 'The book itself shows 15 t of cement missing: see "What is missing" in the report.' in words
        assert "Nothing is missing" not in words
        assert "chance of differences" not in words


def test_where_the_book_shows_a_shortage_measurements_that_agree_do_not_say_that_nothing_is_missing(tmp_path):
    report = reported(tmp_path / "programme", [(10, 3)])
    assert report.assessment is not None
    seen = msgspec.structs.replace(
        report.assessment, alarms=(), leads=(), missing=(), caveats=(), unseen=(), gross_errors=()
    )  # the shortage itself was set aside, and alone leaves the answer open
    words = Words(seen, Localizer("en", report.names))
    assert words.verdict().startswith("What was compared shows nothing missing beyond")
    assert "7\N{NO-BREAK SPACE}t of cement missing" in words.summary()[0]
    assert "Nothing is missing beyond" in Words(msgspec.structs.replace(seen, open=()), words.localizer).verdict()


def test_who_wrote_a_receipt_that_may_be_of_either_of_two_senders_is_asked_what_came(tmp_path):
    programme = Small(tmp_path / "programme", transit=(TransitRule(days=5),))
    for party, step, place, tonnes in (
        ("warehouse", "shipping", "depot", 20),
        ("fund", "shipping", "mill", 20),
        ("donor", "receiving", "site", 20),
    ):
        event = {
            "type": "ObjectEvent",
            "eventTime": START.isoformat(),
            "action": "OBSERVE",
            "bizStep": step,
            "readPoint": {"id": place},
            "bizTransactionList": [{"type": "desadv", "bizTransaction": "W-1"}],
            "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": tonnes, "uom": "TNE"}],
        }
        programme.say(party, Goods, GoodsBody(event=json.dumps(event)))
    programme.now += timedelta(days=20)
    deliver(programme, "W-last", 1, 1)
    stands = status(programme.book)
    programme.intake.close()
    assert [(one.receiver, one.owner) for one in stands.missing] == [("donor", ""), ("donor", "")]
    assert [one.owner for one in stands.tasks if one.code == "say_what_came"] == ["donor", "donor"]
