"""The pledges made at Cairo in 2014: our re-typed table ties to the last digit, and to the transcription."""

import csv
from decimal import Decimal
from pathlib import Path

from enduse.exchange.tables import read_table

DONORS = Path(__file__).parents[2] / "examples" / "cairo-2014" / "donors.csv"


def drafts(path):
    with read_table(path) as table:
        rows = list(table)
    assert table.profile.profile == "cairo-2014"
    assert all(len(row.statements) == 2 and not row.problems for row in rows)
    assert table.summary().rows == 47
    return [row.statements for row in rows]


def test_totals_tie_to_the_last_digit():
    pairs = drafts(DONORS)
    pledged = sum(pledge.body.amount.minor() for pledge, _ in pairs)
    disbursed = sum(disbursement.body.amount.minor() for _, disbursement in pairs)
    assert pledged == 3_402_550_000 * 10_000
    assert disbursed == 1_596_367_000 * 10_000
    assert round(Decimal(disbursed) / Decimal(pledged), 3) == Decimal("0.469")
    assert all(pledge.body.amount.currency == "USD" for pledge, _ in pairs)


def test_each_row_is_a_pledge_and_what_came_of_it():
    found = {}
    for pledge, disbursement in drafts(DONORS):
        assert (pledge.name, disbursement.name) == ("pledge", "disbursement")
        assert disbursement.body.pledge == pledge.body.pledge
        assert disbursement.body.donor == pledge.body.donor
        assert pledge.source == disbursement.source
        assert "check against the Bank" in pledge.body.citation.caution
        found[pledge.body.donor] = (pledge.body.amount.value, disbursement.body.amount.value)
    assert len(found) == 47
    assert found["party:sweden"] == ("10000000", "11400000"), "the over-delivery is kept"
    assert found["party:slovenia"] == ("190000", "127000")
    assert found["party:south-africa"] == ("1000000", "0")
    more = [donor for donor, (pledged, disbursed) in found.items() if Decimal(disbursed) > Decimal(pledged)]
    assert more == ["party:sweden"]


def test_our_table_is_the_transcription(shared):
    def facts(path):
        with path.open(encoding="utf-8", newline="") as file:
            names = ("donor", "pledged_support_to_gaza_usd_m", "disbursed_usd_m", "as_of")
            return {tuple(row[name] for name in names) for row in csv.DictReader(file)}

    theirs = shared / "money" / "pledges" / "cairo2014_gaza_by_donor_2016-07-15.csv"
    assert facts(DONORS) == facts(theirs)
    assert len(drafts(theirs)) == 47
