"""The real truck register, brought in twice: the issue of November, then that of January; then nothing new."""

import pytest

import enduse
from enduse.book.book import Book
from enduse.exchange.tables import shipped
from enduse.statements.correction import Correction

pytestmark = pytest.mark.soak

EARLIER = "unrwa_gaza_aid_trucks_issue_2024-11-11.csv.gz"
LATER = "unrwa_gaza_aid_trucks_2023-10-21_2025-01-16.csv.gz"
IMPORTER = "party:importer"


@pytest.fixture(scope="module")
def brought(shared, tmp_path_factory):
    """Give what came of both issues, of the later once more, and of the later alone, with the folders."""
    both, alone = tmp_path_factory.mktemp("again") / "both", tmp_path_factory.mktemp("again") / "alone"
    results = []
    for folder, names in ((both, (EARLIER, LATER, LATER)), (alone, (LATER,))):
        enduse.create(folder, "examples/truck-register/programme.yaml")
        for name in names:
            with enduse.open(folder) as programme:
                results.append(programme.add(shared / "field" / name, party=IMPORTER))
    return results, both, alone


def balances(folder):
    with Book.open(folder) as book:
        return {account: amounts for account, amounts in dict(book.ledger.balances).items() if any(amounts.values())}


def test_both_issues_give_the_totals_of_the_later(brought):
    _, both, alone = brought
    assert balances(both) == balances(alone)


def test_the_later_once_more_is_nothing_new(brought):
    (_, _, again, _), _, _ = brought
    assert (again.statements, again.already_recorded) == (0, 50_059)


def test_what_changed_is_shown_as_the_readme_of_the_data_counts_it(brought, shared):
    (_, later, _, _), _, _ = brought
    (issue,) = later.issues
    compared = enduse.compare_issues(shared / "field" / EARLIER, shared / "field" / LATER)
    assert issue.unchanged + issue.changed == compared.unchanged + compared.changed
    assert issue.by_column == {name: n for name, n in compared.by_column.items() if name in issue.by_column}
    # To 31 August, by the README; the rest is dated later.
    for column, n in {"data_source": 851, "donation_type": 458, "cargo_category": 47, "donor": 32}.items():
        assert issue.by_column[column] >= n
    assert (issue.added, issue.back, issue.late) == (len(compared.added), compared.back, compared.late)
    assert issue.back == 640
    assert 0 < len(compared.gone) - issue.gone < 100, (
        "those that counted nothing, having no quantity, take nothing back"
    )


def test_each_correction_is_signed_by_the_importer_and_names_what_it_takes_back(brought):
    (_, later, _, _), both, _ = brought
    (issue,) = later.issues
    with Book.open(both) as book:
        corrected = book.taken_back()
        reasons = [by.reason for by in corrected.values()]
        assert reasons.count("no_longer_stated") == issue.gone
        assert 0 < reasons.count("incorrect_data") <= issue.changed
        for by in list(corrected.values())[::97]:
            said = book.statement(by.entry).statement
            assert isinstance(said, Correction)
            assert (said.party, said.body.corrects) == (IMPORTER, book.statement(by.of).id)
        assert {entry for entry, by in corrected.items() if by.reason == "no_longer_stated"} == set(issue.gone_entries)


def test_the_profile_names_what_names_a_row():
    assert shipped()["unrwa-trucks"].identity == ("id",)
    assert "trucks" not in shipped()["unrwa-trucks"].recognise.columns, "November has no such column"
