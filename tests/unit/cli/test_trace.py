"""``enduse trace`` fits a screen, names what it speaks of, and says what a missing link waits for."""

import json
from collections import Counter

import msgspec
import pytest
from typer.testing import CliRunner

import enduse
from conftest import Small
from enduse.cli.main import app
from enduse.statements.money import Disbursement, DisbursementBody, Expenditure, ExpenditureBody
from enduse.terms.amounts import Money

SCREEN = 45


def told(*words):
    run = CliRunner().invoke(app, ["trace", *map(str, words)], env={"COLUMNS": "110"})
    assert run.exit_code == 0, run.output
    return run.stdout.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("name", ["consignment:0128", "project:clinic", "party:azura", "place:central-store"])
def test_whatever_is_traced_fits_a_screen_and_what_it_came_from_stands_first(played_demo, name):
    page = told(played_demo[1], name)
    assert len(page.splitlines()) <= SCREEN
    assert "promised by the donor" in page
    assert len(told(played_demo[1], name, "--all").splitlines()) > len(page.splitlines())


def test_more_steps_are_shown_where_they_are_asked_for(played_demo):
    pages = [told(played_demo[1], "consignment:0128", "--depth", depth) for depth in (1, 3, 6, 9)]
    lengths = [len(page.splitlines()) for page in pages]
    assert lengths == sorted(set(lengths))
    assert "100 t of cement  consignment consignment:0128" in pages[0]
    assert "Karst" not in pages[0]
    assert "pledge pledge:azura" in pages[3]


def test_the_ends_of_a_trace_are_summed_by_whom_and_by_what_became_of_them(played_demo):
    run = CliRunner().invoke(app, ["trace", str(played_demo[1]), "consignment:0128", "--json"])
    trace = json.loads(run.stdout)["trace"]
    assert sum(one["amount"] for one in trace["uses"]) == trace["amounts"]["cement/g"]
    assert {one["owner"] for one in trace["sources"]} == {"party:azura", "party:arzan", "party:lumen"}
    assert sum(one["amount"] for one in trace["sources"]) == 11_800 * 10_000, "what was paid for it"


def test_money_that_nobody_is_recorded_to_have_paid_says_what_it_waits_for(tmp_path):
    programme = Small(tmp_path / "p")
    usd = Money("50", "USD")
    body = DisbursementBody(disbursement="d:1", amount=Money("20", "USD"), recipient="warehouse")
    programme.say("donor", Disbursement, body)
    programme.say("warehouse", Expenditure, ExpenditureBody(expenditure="e:1", amount=usd, payee="shop"))
    programme.intake.close()
    page = " ".join(told(programme.folder, "e:1").split())
    assert "unresolved USD 30" in page
    assert "this waits for the payment to warehouse to be recorded, or for its word that the money is its own" in page


ENDS = {
    "stock": "held",
    "unusable": "spoiled",
    "use": "used",
    "consumed": "used",
    "difference": "missing_in_store",
    "measurement_error": "within_error",
    "stolen": "lost",
    "damaged": "lost",
    "written_off": "destroyed",
}


def test_what_a_donors_money_became_is_what_goods_tells_of_that_donor_to_the_last_unit(played_demo):
    """What lies within error stands apart, and every piece and gram is in both answers."""
    with enduse.open(played_demo[1]) as programme:
        materials = programme.goods_lines().materials
        for donor in {line.name for material in materials for line in material.donors if line.name}:
            traced = Counter()
            for one in programme.trace(donor).uses:
                if not one.resource.startswith("money/"):
                    traced[one.resource, ENDS.get(one.why, one.why)] += one.amount
            told = {
                (material.total.held.resource, column): figure.amount
                for material in materials
                for line in material.donors
                if line.name == donor
                for column, figure in msgspec.structs.asdict(line.sums).items()
                if figure.amount
            }
            assert traced == told
