"""The example of two donors, two currencies, a fund, an exchange and two tiers: every view shows both, and all of it ties."""

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

import enduse
from enduse.cli.main import app
from enduse.pages.html import render
from enduse.pages.terminal import print_report

EXAMPLE = Path(__file__).parents[2] / "examples" / "two-donors" / "programme.yaml"
BOTH = ("EUR", "USD")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("two") / "two"
    enduse.create(made, EXAMPLE, play_all_parties=True)
    return made


@pytest.fixture(scope="module")
def report(folder):
    with enduse.open(folder) as programme:
        return programme.report()


def told(*words):
    run = CliRunner().invoke(app, list(map(str, words)), env={"COLUMNS": "160"})
    assert run.exit_code == 0, run.output
    return run.stdout.replace("\N{NO-BREAK SPACE}", " ")


def test_what_came_in_is_what_is_spent_held_exchanged_and_taken_as_fees_to_the_last_unit(report):
    euros, dollars = sorted(report.currencies, key=lambda one: one.currency)
    assert (euros.paid.value, dollars.paid.value) == (Decimal("900000.50"), Decimal("500000.25"))
    assert (euros.exchanged.value, dollars.exchanged.value) == (Decimal("900000.50"), Decimal("-980000.55"))
    for one in (euros, dollars):
        ends = (one.spent, one.held, one.exchanged, one.fees)
        assert one.paid.amount + one.own.amount == sum(figure.amount for figure in ends)
        assert one.pledged.amount == one.paid.amount + one.open.amount
        assert one.own.amount == 0, "nobody's money is of unknown origin"


def test_what_each_donor_paid_is_found_again_in_the_exported_table(folder, tmp_path):
    told("export", folder, "--to", tmp_path / "out", "--format", "csv")
    with (tmp_path / "out" / "money_by_donor.csv").open(encoding="utf-8-sig") as file:
        rows = [
            {name: Decimal(row[name]) for name in ("paid", "got", "given", "spent", "fees", "held")}
            for row in csv.DictReader(file)
        ]
    assert len([row for row in rows if row["paid"]]) == len(BOTH)
    assert any(row["got"] for row in rows), "euros that became dollars"
    for row in rows:
        assert row.pop("paid") + row.pop("got") == sum(row.values())


def test_the_flows_of_both_tie_to_the_totals(report):
    for one in report.currencies:
        (flow,) = [flow for flow in report.flows if flow.resource == f"money/{one.currency}"]
        code = {node.node: node.code for node in flow.nodes}
        into = dict.fromkeys(code, 0)
        out = dict(into)
        for link in flow.links:
            into[link.target] += link.figure.amount
            out[link.source] += link.figure.amount
        for name in code:
            if not name.startswith("donor") and into[name] and out[name]:
                assert into[name] == out[name], f"what comes to {name} goes on or stays there"
        assert sum(into[name] for name in into if code[name] == "in_hand") == one.held.amount
        assert sum(into[name] for name in into if code[name] == "fees") == one.fees.amount
        assert sum(into[name] for name in into if code[name] == "exchanged") == max(0, one.exchanged.amount)
        assert sum(out[name] for name in out if code[name] == "got") == max(0, -one.exchanged.amount)
        assert sum(into[name] for name in into if name.startswith("spent")) == one.spent.amount


def test_money_ties_by_party_project_and_place_in_both_and_a_project_not_begun_stands_with_its_zero(folder):
    with enduse.open(folder) as programme:
        view = programme.cash()
    for one in view.currencies:
        assert sum(party.held.amount for party in one.parties) == one.totals.held.amount
        assert sum(party.spent.amount for party in one.parties) == one.totals.spent.amount
        assert sum(project.spent.amount for project in one.projects) == one.totals.spent.amount
        assert sum(place.spent.amount for place in one.places) == one.totals.spent.amount
        assert sum(donor.held.amount for donor in one.donors) == one.totals.held.amount
        assert sum(donor.spent.amount for donor in one.donors) == one.totals.spent.amount
        assert sum(donor.fees.amount for donor in one.donors) == one.totals.fees.amount
        assert {"project:clinic", "project:school"} <= {project.project for project in one.projects}
    by_currency = {one.totals.currency: one for one in view.currencies}
    (school,) = [one for one in by_currency["EUR"].projects if one.project == "project:school"]
    assert (school.planned.value, school.spent.value, school.remaining.value) == (50_000, 0, 50_000)
    (clinic,) = [one for one in by_currency["USD"].projects if one.project == "project:clinic"]
    assert clinic.remaining.value == Decimal(100000) - Decimal("74000.07")
    assert set(clinic.of) == {"party:north", "party:south"}
    assert sum(clinic.of.values()) == clinic.spent.amount
    assert view.reported.rules.currency == "USD"
    assert view.reported.paid.figure.value == Decimal("1481000.795"), "EUR 900,000.50 at 1.09, and USD 500,000.25"
    assert not view.reported.paid.left_out


def test_every_page_and_command_shows_both(folder, report):
    pages = {
        "status": told("status", folder),
        "money": told("money", folder),
        "status as at": told("status", folder, "--as-at", "2026-02-02"),
        "changes": told("changes", folder, "--since", "4"),
        "list": told("list", folder, "--all"),
        "trace": told("trace", folder, "bill:1"),
        "arabic": told("money", folder, "--lang", "ar"),
    }
    for name, page in pages.items():
        for currency in ("يورو", "دولار") if name == "arabic" else BOTH:
            assert currency in page, name
    screen = io.StringIO()
    with enduse.open(folder) as programme:
        print_report(report, Console(file=screen, width=100), programme.words())
    terminal = " ".join(screen.getvalue().replace("\N{NO-BREAK SPACE}", " ").split())
    assert "EUR 1 million was pledged and EUR 900,000.50 paid." in terminal
    assert "USD 600,000 was pledged and USD 500,000.25 paid." in terminal
    page = render(report, ("en",)).replace("\N{NO-BREAK SPACE}", " ")
    for currency in BOTH:
        assert f"<figcaption>Flow of {currency}, from donors to what it was spent on</figcaption>" in page
        assert page.count(f"<dd><bdi>{currency} ") >= 2, "cards"
    assert page.count('<ul class="donors">') == 2, "bars of both"


def test_the_same_sums_stand_in_json(folder):
    status, money = (json.loads(told(command, folder, "--json")) for command in ("status", "money"))
    assert {one["currency"] for one in status["currencies"]} == set(BOTH)
    totals = [one["totals"] for one in money["currencies"]]
    assert sorted(totals, key=lambda one: one["currency"]) == sorted(
        status["currencies"], key=lambda one: one["currency"]
    )


def test_a_contractors_bill_is_traced_to_both_donors_and_back(folder):
    with enduse.open(folder) as programme:
        bill, pledge = programme.trace("bill:1"), programme.trace("pledge:north")
    assert [(one.owner, one.resource) for one in bill.sources] == [
        ("party:north", "money/EUR"),
        ("party:south", "money/USD"),
    ]
    assert bill.unresolved == ()
    south = next(one.amount for one in bill.sources if one.owner == "party:south")
    (got,) = [edge for edge in bill.backward.edges if edge.code == "exchanged"]
    assert south + got.becomes == bill.amounts["money/USD"], "what is of the one and of the other is the whole bill"
    assert {end.why for end in pledge.forward.ends} >= {"spent", "held", "exchanged"}


def test_the_page_in_arabic_shows_both_as_well(report):
    page = re.sub("<[^>]*>", " ", render(report, ("ar",)))
    assert "يورو" in page
    assert "دولار" in page
