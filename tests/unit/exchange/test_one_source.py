"""The same money told by the donor's file of IATI, the recipient's, and the flows of FTS counts once, also where one party adds all three."""

import json
from itertools import permutations

import pytest

import enduse
from conftest import Small

_ACTS = tuple(f"report:{kind}" for kind in ("pledge", "commitment", "disbursement", "refund"))


def activity(number: str, organisation: str, *transactions: str) -> str:
    return (
        f'<iati-activities version="2.03"><iati-activity default-currency="USD"><iati-identifier>{number}</iati-identifier>'
        f'<reporting-org ref="{organisation}" type="40"><narrative>{_NAMES[organisation]}</narrative></reporting-org>'
        f"{''.join(transactions)}</iati-activity></iati-activities>"
    )


def transaction(kind: int, day: str, amount: int, end: str, organisation: str) -> str:
    return (
        f'<transaction ref="{kind}-{day}"><transaction-type code="{kind}"/><transaction-date iso-date="{day}"/><value>{amount}</value>'
        f'<{end}-org ref="{organisation}"><narrative>{_NAMES[organisation]}</narrative></{end}-org></transaction>'
    )


_NAMES = {"XX-1": "Northland", "XX-2": "Water fund", "XX-3": "Southland"}


@pytest.fixture
def files(tmp_path):
    """Return three files that tell one payment of 50,000, each as its publisher does; the donor's own takes 5,000 of it back."""
    paid = (
        transaction(3, "2026-01-10", 50_000, "receiver", "XX-2"),
        transaction(3, "2026-02-10", -5_000, "receiver", "XX-2"),
    )
    (tmp_path / "donor.xml").write_text(activity("XX-1-a", "XX-1", *paid), encoding="utf-8")
    came = transaction(1, "2026-01-12", 50_000, "provider", "XX-1")
    (tmp_path / "recipient.xml").write_text(activity("XX-2-r", "XX-2", came), encoding="utf-8")
    flow = {"id": "7", "amountUSD": 50_000, "date": "2026-01-11T00:00:00Z", "status": "paid", "boundary": "incoming"}
    flow |= {"onBoundary": "single", "flowType": "Standard", "contributionType": "financial", "budgetYear": "2026"}
    for end, name in (("source", "Northland"), ("destination", "Water fund")):
        flow[f"{end}Objects"] = [{"type": "Organization", "id": name, "name": name, "behavior": "single"}]
    answer = {"status": "ok", "data": {"flows": [flow], "incoming": {"fundingTotal": 50_000}, "flowCount": 1}}
    (tmp_path / "fts.json").write_text(json.dumps(answer), encoding="utf-8")
    return tmp_path


@pytest.fixture
def programme(tmp_path):
    small = Small(tmp_path / "programme", open_acts=_ACTS)
    small.intake.close()
    with enduse.open(small.folder) as one:
        yield one


def add(programme, path, party="monitor"):
    profile = "iati-incoming" if path.name == "recipient.xml" else None
    return programme.add(path, party=party, profile=profile)


def paid(programme):
    (one,) = programme.status().currencies
    return one.paid.value


@pytest.mark.parametrize("order", list(permutations(("donor.xml", "recipient.xml", "fts.json"))))
def test_one_party_that_adds_one_payment_from_three_sources_counts_it_once_and_says_so(programme, files, order):
    for name in order:
        add(programme, files / name)
    taken_back = 5_000
    assert paid(programme) == 50_000 - taken_back
    for name in order[1:]:
        told = [one for one in add(programme, files / name).problems if one.code == "money.other_source"]
        assert len(told) == 1, name
        assert told[0].line


def test_two_parties_that_add_them_are_two_words_on_it_of_which_one_counts(programme, files):
    add(programme, files / "donor.xml")
    done = add(programme, files / "fts.json", party="keeper")
    assert (done.accepted, done.problems, paid(programme)) == (1, (), 45_000)


def test_a_later_edition_and_another_donors_money_are_taken_as_ever(programme, files):
    add(programme, files / "donor.xml")
    later = files / "later" / "donor.xml"
    later.parent.mkdir()
    later.write_text((files / "donor.xml").read_text().replace("50000", "60000"), encoding="utf-8")
    assert add(programme, later).problems == ()
    assert paid(programme) == 55_000
    text = (files / "fts.json").read_text().replace("Northland", "Southland")
    (files / "other.json").write_text(text, encoding="utf-8")
    assert add(programme, files / "other.json").problems == ()
    assert paid(programme) == 105_000
