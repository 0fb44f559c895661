"""More paid than promised, more delivered than sent, and money in another currency: kept as told, at the rate of its day, nobody accused."""

import re
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from conftest import Small
from enduse.cli.main import app
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.money import Disbursement, DisbursementBody, Pledge, PledgeBody
from enduse.statements.programme import Reporting
from enduse.statements.rates import Rate, RateBody
from enduse.terms.amounts import Money
from support.cement import goods

ACCUSES = re.compile(r"fraud|stole|theft|diver[ts]|misus|suspect|missing|lost|violat|blame", re.IGNORECASE)


def euros(value):
    return Money(str(value), "EUR")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A donor promises EUR 10,000 and pays 13,000 on a day of rate 1.25; two days later it is 1.50. Of 10 t sent 12 t arrive."""
    small = Small(
        tmp_path_factory.mktemp("more") / "p",
        reporting=Reporting(currency="USD", sources=("monitor",), oldest_days=5),
    )
    small.say("monitor", Rate, RateBody(rate="r1", base="EUR", quote="USD", value="1.25", source="monitor"))
    small.say("donor", Pledge, PledgeBody(pledge="P-1", amount=euros(10_000), recipient="fund"))
    paid = DisbursementBody(disbursement="D-1", amount=euros(13_000), recipient="fund", pledge="P-1")
    small.say("donor", Disbursement, paid)
    small.now += timedelta(days=2)
    small.say("monitor", Rate, RateBody(rate="r2", base="EUR", quote="USD", value="1.50", source="monitor"))
    ends = {
        "sourceList": [{"type": "possessing_party", "source": "warehouse"}],
        "destinationList": [{"type": "possessing_party", "destination": "fund"}],
    }
    goods(small, "warehouse", "commissioning", "100", 5, "yard", action="ADD")
    goods(small, "warehouse", "shipping", "10", 5, "yard", "W-1", **ends)
    goods(small, "fund", "receiving", "12", 6, "site", "W-1", **ends)
    small.intake.close()
    return small.folder


def told(*words):
    run = CliRunner().invoke(app, [*map(str, words)], env={"COLUMNS": "200"})
    assert run.exit_code == 0, run.output
    page = " ".join(run.stdout.replace("\N{NO-BREAK SPACE}", " ").split())
    assert not ACCUSES.search(page), page
    return page


def test_what_was_paid_beyond_a_promise_is_kept_and_told_with_what_it_waits_for(folder):
    beyond = "EUR 10,000 pledged, EUR 13,000 paid, EUR 3,000 given beyond a pledge"
    assert f"EUR {beyond}" in told("money", folder)
    assert "EUR 0 still open, EUR 3,000 given beyond a pledge" in told("status", folder)
    page = told("trace", folder, "P-1")
    assert "EUR 13,000 the money fund holds" in page, "all of it arrived and counts"
    assert "this waits for donor to record what was promised, or that it gave more" in page


def test_what_was_delivered_beyond_what_was_sent_is_kept_and_asked_about(folder):
    page = told("goods", folder)
    assert "all 102" in page
    assert "place site 12" in page
    assert "donor not known whose 2" in page, "nobody's donation grows by it"
    page = told("status", folder)
    assert "2 t of cement more than was sent arrived in W-1. Was a part told twice, or sent and not recorded?" in page


def test_what_names_a_value_date_is_told_at_the_rate_of_that_day_and_published_with_it(tmp_path):
    """Paid on a day of rate 1.50, valued two days before at 1.25; taken back, nothing of it is left at any rate."""
    small = Small(tmp_path / "p", reporting=Reporting(currency="USD", sources=("monitor",), oldest_days=1))
    small.say("monitor", Rate, RateBody(rate="r1", base="EUR", quote="USD", value="1.25", source="monitor"))
    then = small.now
    small.now += timedelta(days=2)
    small.say("monitor", Rate, RateBody(rate="r2", base="EUR", quote="USD", value="1.50", source="monitor"))
    first = DisbursementBody(disbursement="D-1", amount=euros(1_000), recipient="fund", valued=then)
    taken = small.say("donor", Disbursement, first)
    small.say("donor", Disbursement, DisbursementBody(disbursement="D-2", amount=euros(10), recipient="fund"))
    with small.closed() as folder:
        assert "paid USD 1,265" in told("money", folder)
        told("publish", folder, "--to", tmp_path / "site", "--languages", "en")
        (file,) = [
            path for path in (tmp_path / "site").rglob("*.xml") if b"<iati-activities" in path.read_bytes()[:500]
        ]
        (value,) = re.findall(r"<value ([^>]*)>1000(?:\.0+)?</value>", file.read_text())
        assert f'value-date="{then.date().isoformat()}"' in value
    back = CorrectionBody(corrects=small.book.statement(taken.index).id, reason="incorrect_data")
    assert small.say("donor", Correction, back).outcome == "accepted"
    with small.closed() as folder:
        assert "paid USD 15" in told("money", folder)
    small.intake.close()


def test_a_payment_is_told_at_the_rate_of_the_value_date_under_which_it_is_published(folder, tmp_path):
    page = told("money", folder)
    assert "paid USD 16,250" in page, "13,000 at 1.25, the rate of the day it was paid"
    assert "held USD 19,500" in page, "13,000 at 1.50, the rate of the last day"
    (day,) = re.findall(r"1 EUR = 1.25 USD on (\S+),", page)
    told("publish", folder, "--to", tmp_path / "site", "--languages", "en")
    (file,) = [path for path in (tmp_path / "site").rglob("*.xml") if b"<iati-activities" in path.read_bytes()[:500]]
    values = re.findall(r"<value ([^>]*)>13000(?:\.0+)?</value>", file.read_text())
    assert values
    assert all(f'value-date="{day}"' in one and 'currency="EUR"' in one for one in values)
