"""Tests on published files: IATI's schema suite, ruleset tests and a real sample; OCHA's own totals."""

import json
import re
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

import pytest

import enduse
from conftest import Small
from enduse.errors import ConflictError, EnduseError
from enduse.exchange.answers import Answers
from enduse.exchange.standards.checking import IatiCheck
from enduse.exchange.standards.copying import copy_iati
from enduse.exchange.standards.fts import fts_totals
from enduse.exchange.standards.iati import IatiFile
from enduse.exchange.standards.iati_rules import Known, Ruleset
from enduse.exchange.standards.imports import etree
from enduse.exchange.standards.linking import file_links
from enduse.exchange.standards.standard import Standard
from enduse.exchange.tables.table import read_table

TODAY = date(2026, 11, 29)


@pytest.fixture(scope="module")
def money(shared):
    return shared / "money"


def sample(money):
    return money / "iati-samples" / "covid" / "input" / "dportal.xml"


def test_the_schema_suite(money):
    standard = Standard(money / "iati-schemas")
    wrong, tried = [], 0
    for path in sorted((money / "iati-schemas" / "tests").rglob("*.xml")):
        if "registry-tests" in path.parts:  # records of the registry, no files of publishers; upstream leaves them out
            continue
        tried += 1
        try:
            passes = not list(IatiCheck(IatiFile(path), standard, TODAY).findings())
        except EnduseError:
            passes = False
        if passes != ("should-pass" in path.parts):
            wrong.append(path.name)
    assert (tried, wrong) == (472, [])


def test_the_tests_of_rulesets(money):
    folder = money / "iati-rulesets"
    lines = re.findall(r"^test (\S+) (\S+) (\S+)", (folder / "meta_tests.sh").read_text(encoding="utf-8"), re.MULTILINE)
    for rules, data, verdict in lines:
        document = json.loads((folder / "meta_tests" / f"{rules}.json").read_text(encoding="utf-8"))
        root = etree.parse(str(folder / "meta_tests" / f"{data}.xml")).getroot()
        ruleset = Ruleset(document, Known(today=TODAY))
        assert str(not [one for item in root for one in ruleset.broken(item)]) == verdict, (rules, data)
    assert len(lines) == 53


def test_the_real_sample_is_read_flagged_and_copied_without_loss(money, tmp_path):
    standard = Standard(money)
    check = IatiCheck(IatiFile(sample(money)), standard, TODAY)
    for _ in check.findings():
        pass
    assert (check.items, check.flagged, len(check.file.faults)) == (401, 119, 0)
    assert len(check.rules) == 107
    assert sum(rule.asked > 0 for rule in check.rules) == 81, "the other 26 are about what no activity of this file has"
    assert sum(rule.broken for rule in check.rules if rule.id == "6.6.2") == 91
    done = copy_iati(sample(money), tmp_path / "valid.xml", standard)
    assert (done.items, done.left_out, done.faults) == (282, 119, ())
    copied = etree.parse(str(tmp_path / "valid.xml")).getroot()
    schema = standard.schema("iati-activities")
    given = IatiFile(sample(money))
    theirs = [canonical(item.element) for item in given.items() if schema.validate(given.root)]
    assert [canonical(one) for one in copied] == theirs
    assert sum(1 for one in copied.iter("*")) == 27_499


def canonical(element):
    """Return all that stands in an element; the standard's own form refuses a namespace that the sample declares."""
    return [(one.tag, dict(one.attrib), one.text, one.tail if one is not element else None) for one in element.iter()]


@pytest.mark.parametrize(("location", "incoming"), [("171", 381_508_179), ("1", 725_591_299)])
def test_the_services_own_totals(money, location, incoming):
    told = fts_totals(sorted((money / "fts").glob(f"custom-search-locationid-{location}-year-*.json")))
    assert told.incoming == told.own == incoming
    assert told.flows == told.said


@pytest.mark.parametrize(("location", "incoming", "pages"), [("171", 381_508_179, 3), ("1", 725_591_299, 3)])
def test_the_shipped_profile_of_flows_takes_just_what_the_service_counts(money, location, incoming, pages):
    """Added as they are: what is told of a year is the service's own total to the dollar, each flow once."""
    files = sorted((money / "fts").glob(f"custom-search-locationid-{location}-year-*.json"))
    told: dict[str, Decimal] = defaultdict(Decimal)
    problems = 0
    for path in files:
        with read_table(path) as table:
            for row in table:
                problems += len(row.problems)
                for said in row.statements:
                    told[said.kind.__name__] += Decimal(said.body.amount.value)
    assert len(files) == pages
    assert (told["Commitment"] + told["Disbursement"], problems) == (incoming, 0)


@pytest.mark.parametrize(("country", "incoming"), [("pse", 381_508_179), ("afg", 725_591_299)])
def test_tables_of_flows_come_to_the_services_own_totals(money, country, incoming):
    path = money / "fts" / f"fts_incoming_funding_{country}.csv"
    assert fts_totals([path, money / "fts" / f"fts_internal_funding_{country}.csv"]).incoming == incoming
    told, problems = Decimal(), 0
    with read_table(path) as table:
        for row in table:
            problems += len(row.problems)
            for said in row.statements:
                told += Decimal(said.body.amount.value) if said.kind.__name__ != "Pledge" else 0
    assert (told, problems) == (incoming, 0)


def test_the_shipped_profile_of_activities_takes_what_went_out_and_tells_the_rest(money):
    kinds, problems = Counter(), Counter()
    with read_table(sample(money)) as table:
        for row in table:
            kinds.update(said.kind.__name__ for said in row.statements)
            problems.update(problem.code for problem in row.problems)
    assert dict(kinds) == {"Commitment": 256, "Disbursement": 525, "Refund": 30}
    assert dict(problems) == {"row.says_nothing": 21, "amount.too_fine": 1}


def test_links_that_are_not_given_in_the_real_sample_stay_unresolved(money):
    """Of 97 that name the giver's activity 90 name their own, which links nothing; no pair of it has both parties in common."""
    links = file_links([sample(money)], days=400)
    came, went = links.incoming, links.outgoing
    assert (came.transactions, came.named, came.itself, came.found) == (181, 97, 90, 2)
    assert (went.transactions, went.named, went.itself, went.found) == (831, 9, 4, 0)
    assert (links.unresolved, links.proposals, len(links.faults)) == (1_000, (), 21)


@pytest.mark.soak
def test_a_second_load_changes_nothing_and_a_later_edition_gives_changes_not_doubles(money, tmp_path):
    """The 401 activities: what the first load took, the second knows; of a payment told anew the earlier word is taken back."""
    acts = tuple(f"report:{kind}" for kind in ("commitment", "disbursement", "refund"))
    small = Small(tmp_path / "programme", open_acts=acts)
    small.intake.close()
    with enduse.open(small.folder) as programme:

        def load(path, **answers):
            done = programme.add(path, party="monitor", answers=Answers(**answers))
            paid = {one.currency: one.paid.value for one in programme.status().currencies}
            return (done.accepted, done.no_effect, done.refused, done.already_recorded), paid

        counts, paid = load(sample(money))
        assert (counts, len(paid)) == ((802, 9, 22, 0), 8), "nine pay themselves, seven of them by reference alone"
        size, root = programme.size, programme.root
        again, same = load(sample(money))
        assert (again, same) == ((0, 811, 22, 811), paid)
        assert (programme.size, programme.root) == (size, root), "nothing is recorded, not even a note"
        text = sample(money).read_text(encoding="utf-8")
        said = (one.statement.body.amount for one in programme.statements(kind="disbursement"))
        one = next(each for each in said if text.count(f">{each.value}<") == 1)
        later = tmp_path / "later" / "dportal.xml"
        later.parent.mkdir()
        later.write_text(text.replace(f">{one.value}<", f">1{one.value}<"), encoding="utf-8")
        with pytest.raises(ConflictError):
            load(later)  # the one that is gone may be among the 22 that cannot be read: whoever brings it says
        assert (programme.size, programme.root) == (size, root)
        changed, now = load(later, gone=True)
        assert changed == (1, 810, 22, 810), "one row that was told anew"
        more = Decimal(f"1{one.value}") - Decimal(one.value)
        assert now == {**paid, one.currency: paid[one.currency] + more}
