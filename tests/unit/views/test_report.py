"""The report holds what was planted, adds up, and rests every figure on statements."""

import io
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from markupsafe import Markup
from rich.console import Console

import enduse
from enduse.book import keys
from enduse.book.book import Book
from enduse.book.intake import Intake, create_programme
from enduse.messages import Amount, Message
from enduse.pages.changes import changes_parts
from enduse.pages.html import PageLocalizer, render
from enduse.pages.localizer import Localizer
from enduse.pages.report_document import report_document
from enduse.pages.terminal import print_report
from enduse.record.log import Log
from enduse.simulate.demo import Simulation, build
from enduse.statements.base import Statement
from enduse.statements.money import Disbursement, DisbursementBody, Pledge, PledgeBody
from enduse.statements.programme import Founding, ProgrammeBody
from enduse.terms.amounts import Money
from enduse.terms.ed25519 import SigningKey
from enduse.terms.times import parse_instant
from enduse.views.answers import Report
from enduse.views.report import build_report
from enduse.views.shapes import Figure, MaterialTotals
from support.arrangement import OPEN_ACTS

MINOR = 10_000


@pytest.fixture(scope="module")
def play() -> Simulation:
    return build(1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def report(play: Simulation, folder: Path) -> Report:
    log = Log.create(folder, play.origin, SigningKey.from_seed(play.log_seed))
    keys.save(folder, "party:keeper", play.keys["party:keeper"])
    with Intake(Book.open(folder, log=log)) as intake:
        for batch in play.batches:
            intake.record(batch.envelopes, batch.recorded_at)
    with Book.open(folder) as book:
        first = build_report(book)
        assert first == build_report(book)
    return first


def tonnes(count: int) -> int:
    return count * 1_000_000


def goods_of(report: Report, material: str) -> MaterialTotals:
    return next(line for line in report.goods if line.came_in.resource.startswith(f"{material}/"))


def test_money_is_what_the_donors_said(report, play):
    (totals,) = report.currencies
    assert totals.pledged.amount == sum(play.truth.pledged.values()) * MINOR
    assert totals.paid.amount == sum(play.truth.paid.values()) * MINOR
    assert totals.spent.amount == play.truth.spent * MINOR
    assert totals.held.amount == totals.paid.amount - totals.spent.amount
    for donor in totals.donors:
        assert donor.pledged.amount == play.truth.pledged[donor.party] * MINOR
        assert donor.paid.amount == play.truth.paid[donor.party] * MINOR
        assert donor.pledged.amount == donor.paid.amount + donor.committed.amount + donor.uncommitted.amount


def test_the_lost_tonnes_are_the_only_ones_beyond_error(report, play):
    truth = play.truth
    grave = [one for one in report.missing if one.judgement != "within_error"]
    assert [(one.item, one.owner, one.figure.amount) for one in grave] == [
        (truth.consignment, truth.carrier, truth.missing)
    ]
    assert report.missing[0] == grave[0]
    assert grave[0].lower < truth.missing < grave[0].upper
    assert (grave[0].sent.amount, grave[0].received.amount) == (truth.sent, truth.received)
    assert {one.item: one.figure.amount for one in report.missing[1:]} == truth.noise


def test_the_finding_moved_what_was_used_off_purpose(report, play):
    truth = play.truth
    finding = next(one for one in report.findings if one.finding == truth.finding)
    (moved,) = finding.moved
    assert (moved.outcome, moved.item, moved.figure.amount) == ("off_purpose", truth.project, truth.off_purpose)
    used = next(one for one in report.used if (one.project, one.resource) == (truth.project, "cement/g"))
    assert used.declared.amount == truth.declared
    assert used.resolved == truth.off_purpose
    assert used.lower <= truth.built_in <= used.upper
    assert finding.reply


def test_what_was_used_for_something_else_is_not_called_lost_by_donor_place_and_project(report, play, folder):
    with enduse.open(folder) as programme:
        lines = programme.goods_lines().materials
    by_whom = {line.resource: line.total for line in lines}
    assert {one.resource: one.off_purpose.amount for one in report.goods} == {
        name: total.off_purpose.amount for name, total in by_whom.items()
    }
    (place, amount) = next(
        (line.name, line.sums.off_purpose.amount) for line in lines[0].projects if line.sums.off_purpose.amount
    )
    assert (place, amount) == (play.truth.project, play.truth.off_purpose)
    assert {total.lost.amount for total in by_whom.values()} == {0, play.truth.damaged[1]}


def test_what_became_of_goods_adds_up_to_what_came_in(report, play):
    for line in report.goods:
        parts = (
            line.stored,
            line.under_way,
            line.used,
            line.missing,
            line.within_error,
            line.off_purpose,
            line.other,
        )
        assert sum(part.amount for part in parts) - line.surplus.amount == line.came_in.amount
    assert goods_of(report, "cement").missing.amount == tonnes(20)
    assert goods_of(report, "food-parcel").other.amount == play.truth.damaged[1]
    held = {f"{one.place} {x.resource.partition('/')[0]}": x.amount for one in report.holdings for x in one.stock}
    assert held == play.truth.stock


def test_every_part_that_goods_became_stands_in_words_on_screen_and_page(report):
    out = io.StringIO()
    localizer = Localizer("en", report.names)
    print_report(report, Console(file=out, width=80), localizer)
    page = re.sub("<[^>]*>", "", render(report, ("en",)))
    column = "\n".join(line[46:] for line in out.getvalue().splitlines())  # beside the names and the bars
    screen, page = (" ".join(told.replace("\N{NO-BREAK SPACE}", " ").split()) for told in (column, page))
    words = {"other": "spoiled or lost", "within_error": "within the error of the scales", "under_way": "under way"}
    told = [(getattr(line, name), word) for line in report.goods for name, word in words.items()]
    for figure, word in told:
        if figure.amount:
            amount = localizer.amount(figure.amount, figure.resource).replace("\N{NO-BREAK SPACE}", " ")
            assert f"{amount} {word}" in page
            assert f"{amount} {word}" in screen
    assert {word for figure, word in told if figure.amount} >= {"spoiled or lost"}


def test_flows_lose_nothing_on_the_way(report):
    for flow in report.flows:
        names = {node.node for node in flow.nodes}
        for node in flow.nodes:
            came = sum(link.figure.amount for link in flow.links if link.target == node.node)
            went = sum(link.figure.amount for link in flow.links if link.source == node.node)
            assert not (came and went) or came == went, node
        assert all(link.source in names and link.target in names for link in flow.links)
    assert [flow.resource for flow in report.flows] == ["money/USD", "cement/g"]


def test_tranches_stand_as_planted_and_say_why(report, play):
    assert {one.tranche: one.mark for one in report.tranches} == play.truth.tranches
    held, unknown, released = report.tranches
    assert (held.status, released.status) == ("withheld", "released")
    assert [part.mark for part in held.parts] == ["not_met", "not_met", "met", "not_known"]
    assert all(part.entries for part in held.parts if part.mark != "not_known")
    assert [part.claimed for part in held.parts] == [True, False, False, False]  # the builder's word would have met it
    limit = Amount(1_000_000, "cement/g")
    assert held.parts[1].demand == Message.of("condition.no_open_difference", limit=limit, material="cement")
    assert [why.code for why in held.parts[0].why] == ["verdict.measured_share"]
    assert unknown.parts[0].mark == "not_known"


def test_relief_went_on(report):
    assert {one.project for one in report.relief} == {"project:food", "project:fuel"}
    assert all(one.used[0].amount > 0 for one in report.relief)


def test_everybody_who_must_act_is_named(report, play):
    tasks = {(task.owner, task.code) for task in report.tasks}
    assert (play.truth.carrier, "account_for") in tasks
    assert ("party:olivar", "make_good") in tasks
    assert ("party:monitor", "measure") in tasks
    assert ("party:monitor", "attest") in tasks
    assert (play.truth.unpaid[0], "commit") in tasks
    assert len(
        {(task.code, task.owner, task.about, task.figure and task.figure.resource) for task in report.tasks}
    ) == len(report.tasks)


def test_claims_stand_apart_from_findings(report, play):
    assert tuple(one.claim for one in report.claims) == play.truth.claims
    assert [one.answered_by for one in report.claims] == ["", "finding:hospital-fuel"]
    assert report.claims[1].result == "not_supported"


def test_what_has_no_effect_is_listed(report, play):
    assert len(play.truth.no_effect) == len(report.without_effect)
    assert report.without_effect[0].party == "party:olivar"
    assert report.corrections == len(play.truth.corrected)


def test_every_figure_that_is_not_zero_names_statements(report):
    def figures(value: object) -> list[Figure]:
        if isinstance(value, Figure):
            return [value]
        if isinstance(value, msgspec.Struct):
            return [found for field in value.__struct_fields__ for found in figures(getattr(value, field))]
        return [found for item in value for found in figures(item)] if isinstance(value, tuple) else []

    everything = figures(report)
    assert len(everything) > 100
    for one in everything:
        assert one.entries or not one.amount
        assert one.resting >= len(one.entries)
        assert all(0 <= index < report.size for index in one.entries)


def test_a_story_is_json_and_back(report):
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report
    assert report.invented
    assert len(report.root) == 64
    assert report.checkpoint.startswith(report.origin)


def founded(folder: Path) -> tuple[Intake, SigningKey]:
    key = SigningKey.from_seed(bytes(32))
    body = ProgrammeBody(title={"en": "Small"}, keeper="party:k", public_key=key.public.hex(), open_acts=OPEN_ACTS)
    statement = Founding(
        programme="small.example", party="party:k", seq=1, occurred_at=parse_instant("2026-01-01"), body=body
    )
    return create_programme(folder, statement, key, SigningKey.from_seed(bytes([1]) * 32)), key


def test_an_empty_programme_has_a_story(tmp_path):
    intake, _ = founded(tmp_path)
    with intake:
        pass
    with Book.open(tmp_path) as book:
        report = build_report(book)
    assert report.currencies == report.goods == report.missing == report.tasks == ()
    assert not report.invented


def test_over_delivery_and_money_without_a_pledge_are_kept(tmp_path):
    intake, key = founded(tmp_path)

    def say(kind: Any, **body: object):
        def make(programme: str, party: str, seq: int) -> Statement:
            names = {Pledge: PledgeBody, Disbursement: DisbursementBody}
            when = parse_instant("2026-01-02")
            return kind(programme=programme, party=party, seq=seq, occurred_at=when, body=names[kind](**body))

        return ("party:k", key, make)

    with intake:
        intake.say(
            [
                say(Pledge, pledge="p", donor="sweden", amount=Money("10", "USD")),
                say(
                    Disbursement, disbursement="d", donor="sweden", pledge="p", recipient="r", amount=Money("12", "USD")
                ),
                say(Disbursement, disbursement="e", donor="other", recipient="r", amount=Money("3", "USD")),
            ]
        )
    with Book.open(tmp_path) as book:
        report = build_report(book)
    (totals,) = report.currencies
    assert (totals.pledged.amount, totals.paid.amount) == (10 * MINOR, 15 * MINOR)
    sweden = next(donor for donor in totals.donors if donor.party == "sweden")
    assert (sweden.paid.amount, sweden.uncommitted.amount) == (12 * MINOR, -2 * MINOR)
    assert not [task for task in report.tasks if task.owner == "sweden"]


def test_a_report_says_first_what_is_new_since_an_earlier_one_on_the_page_and_on_paper(played_demo):
    with enduse.open(played_demo[1]) as programme:
        report, new = programme.report(), programme.changes(1500)
    words = Localizer("en", report.names)
    lines = [str(line) for _, _, told in changes_parts(new, words) for line in told]
    assert len(lines) > 5
    page = " ".join(re.sub("<[^>]*>", "", render(report, ("en",), new)).split())
    first, *_ = report_document(report, words, new).sections
    assert (first.title, report_document(report, words).sections[0].title) == ("What is new", "What is missing")
    paper = [cell for block in first.blocks for row in block.rows for cell in row]
    assert paper == lines
    for _, _, told in changes_parts(new, PageLocalizer("en", report.names)):
        for line in told:
            assert " ".join(re.sub("<[^>]*>", "", Markup.escape(line)).split()) in page
    assert "What is new" not in render(report, ("en",))
