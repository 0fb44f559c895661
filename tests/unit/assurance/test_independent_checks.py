"""Independent checks of declared use: thumbprints of people who got nothing are seen by them, and by nothing else."""

import csv
import random
import re
from pathlib import Path

import pytest

pytest.importorskip("numpy")

from enduse.assurance.independent_checks import NEEDED_FIGURES, TRUSTED, IndependentCheck, judge
from enduse.assurance.model import ErrorModel
from enduse.assurance.result import Hypothesis
from enduse.assurance.tables.plain_tables import read_tables
from enduse.book.assessment import assess

HANDED_OUT = 480.0  # as the lists say, each week 40
CHECKS = {
    # of the people asked, of the households, of the square metres, of the price: where a share `taken` never reached them
    "call_back": lambda taken: {"asked": 120, "confirmed": round(120 * 0.97 * (1 - taken)), "design_effect": 1.8},
    "survey": lambda taken: {
        "households": 4800,
        "asked": 150,
        "mean": 0.1 * (1 - taken),
        "sd": 0.03,
        "design_effect": 1.8,
    },
    "built_area": lambda taken: {
        "counted": 1600 * (1 - taken),
        "per_unit": 0.3,
        "counted_sd": 0.05,
        "per_unit_sd": 0.08,
    },
    "market": lambda taken: {
        "price_before": 50,
        "price": 50 * (1 - taken / 3),
        "price_sd": 0.03,
        "volume": 300,
        "elasticity": 2,
    },
}


def campaign(seed=5):
    """Return tables in which all that a site received is said to have been handed out, and the sums tally."""
    dice = random.Random(seed)
    nodes = [
        {"node": "port", "kind": "donor"},
        {"node": "store", "kind": "warehouse"},
        {"node": "camp", "kind": "site"},
    ]
    links = [
        {"link": "in", "from_node": "port", "to_node": "store"},
        {"link": "out", "from_node": "store", "to_node": "camp"},
    ]
    scales = [{"instrument": f"s{at}", "random_sd": 0.005, "systematic_sd": 0.003} for at in range(3)]
    rows = []

    def add(period, kind, where, amount, scale):
        rows.append(
            {
                "reading": f"r{len(rows)}",
                "period": period,
                "material": "flour",
                "kind": kind,
                "place": where,
                "quantity": amount * (1 + dice.gauss(0, 0.005)),
                "instrument": f"s{scale}",
            }
        )

    for place in ("store", "camp"):
        add(1, "opening_stock", place, 100, 1)
    for period in range(1, 13):
        for link, ends in (("in", (0, 1)), ("out", (1, 2))):
            add(period, "shipped", link, 40, ends[0])
            add(period, "received", link, 40, ends[1])
        add(period, "used", "camp", 40, 2)
        for place in ("store", "camp"):
            add(period, "closing_stock", place, 100, 1)
    return {"nodes": nodes, "links": links, "instruments": scales, "readings": rows}


def answered(tables):
    numbered = {name: list(enumerate(rows, 2)) for name, rows in tables.items()}
    return assess(numbered, known=False, power=False, complete=False)


def check_row(of, taken, **more):
    row = {"check": of, "kind": of, "place": "camp", "material": "Flour", "from": 1, "to": 12}
    return {**row, **CHECKS[of](taken), **more}


@pytest.fixture(scope="module")
def without():
    return answered(campaign())


@pytest.mark.threat(
    who="storekeeper",
    tries="lets people sign for goods that they never got, and takes as much",
    alone="no balance shows it: what was received, counted and said to be handed out tallies",
    needs="those who are asked afterwards, who count what was built or watch the market",
    seen_by="anybody, by `enduse assure` of tables with a table of independent checks",
)
@pytest.mark.parametrize("kind", list(CHECKS))
def test_a_receipt_of_people_who_got_nothing_is_seen_only_because_of_a_check(kind, without):
    assert without.assessment.alarms == ()
    seen = answered({**campaign(), "checks": [check_row(kind, 0.3)]})
    (alarm,) = seen.assessment.alarms
    assert (alarm.hypothesis, alarm.where, alarm.material) == (Hypothesis.FALSIFIED_USE, "camp", "flour")
    assert alarm.interval[0] <= 0.3 * HANDED_OUT <= alarm.interval[1]
    assert alarm.p_value < 0.05
    assert [problem.code for problem in seen.problems] == []


@pytest.mark.parametrize("kind", list(CHECKS))
def test_an_honest_place_is_borne_out(kind):
    seen = answered({**campaign(), "checks": [check_row(kind, 0.0)]})
    assert seen.assessment.alarms == ()
    assert "assurance.check_leaves" in [caveat.code for caveat in seen.assessment.caveats]


def judged(kind, **figures):
    return judge(
        IndependentCheck(
            check="c",
            kind=kind,
            place="camp",
            material="flour",
            first=1,
            last=12,
            figures={**TRUSTED[kind], **figures},
            trusted=(),
            declared=HANDED_OUT,
        )
    )


def drawn(kind, dice):
    """Return what an honest check of a kind finds by chance; people of one village answer alike."""
    if kind == "call_back":
        villages = [dice.betavariate(0.95 * 9, 0.05 * 9) for _ in range(12)]
        yes = sum(dice.random() < village for village in villages for _ in range(10))
        return {"asked": 120, "confirmed": yes, "design_effect": 1 + 9 * 0.1}
    if kind == "survey":
        between = [dice.gauss(0.1, 0.03 * 0.1**0.5) for _ in range(15)]
        said = [dice.gauss(village, 0.03 * 0.9**0.5) for village in between for _ in range(10)]
        mean = sum(said) / 150 * dice.gauss(1, 0.05)
        return {"households": 4800, "asked": 150, "mean": mean, "sd": 0.03, "design_effect": 1 + 9 * 0.1}
    if kind == "built_area":
        counted = 1600 * dice.lognormvariate(0, 0.05)
        return {
            "counted": counted,
            "per_unit": 0.3 * dice.lognormvariate(0, 0.08),
            "counted_sd": 0.05,
            "per_unit_sd": 0.08,
        }
    price = 50 * dice.lognormvariate(0, 0.03)
    return {"price_before": 50, "price": price, "price_sd": 0.03, "volume": 300, "elasticity": 2}


@pytest.mark.parametrize("kind", list(CHECKS))
def test_where_all_was_used_a_check_is_as_bad_as_five_in_a_hundred_no_more_often_than_that(kind):
    dice = random.Random(11)
    chances = [judged(kind, **drawn(kind, dice)).p_value for _ in range(2000)]
    share = sum(chance <= 0.05 for chance in chances) / len(chances)
    assert 0.01 <= share <= 0.065, "four standard errors are 0.02"


def test_more_taken_is_never_less_borne_out():
    for kind, figures in CHECKS.items():
        found = [judged(kind, **figures(taken / 20)) for taken in range(19)]
        assert [one.estimate for one in found] == sorted(one.estimate for one in found)
        assert [one.p_value for one in found] == sorted((one.p_value for one in found), reverse=True)
        assert all(0 <= one.low <= one.estimate <= one.high <= HANDED_OUT for one in found)


@pytest.mark.parametrize(
    ("row", "path", "code"),
    [
        ({"kind": "hearsay"}, "kind", "assurance.kind_unknown"),
        ({"place": "cmap"}, "place", "assurance.no_such"),
        ({"material": "rice"}, "material", "assurance.no_such"),
        ({"confirmed": 200}, "confirmed", "assurance.check_figure"),
        ({"design_effect": 0.5}, "design_effect", "assurance.check_figure"),
        ({"asked": ""}, "asked", "assurance.check_lacks"),
        ({"from": "spring"}, "from", "assurance.period"),
        ({"from": 40, "to": 41}, "place", "assurance.nothing_declared"),
    ],
)
def test_a_check_that_cannot_be_used_is_told(row, path, code):
    tables = {**campaign(), "checks": [check_row("call_back", 0.3, **row)]}
    read = read_tables({name: enumerate(rows, 2) for name, rows in tables.items()})
    assert [(one.source, one.line, one.path, one.code) for one in read.problems] == [("checks", 2, path, code)]
    assert read.checks == ()
    assert isinstance(read.errors, ErrorModel)


def test_the_examples_of_the_how_to_are_checks_that_can_be_used():
    text = (Path(__file__).parents[3] / "docs" / "how-to" / "ask-if-it-is-all-there.md").read_text(encoding="utf-8")
    found = re.findall(r"(?m)^    (check,kind,.+)\n    (.+)$", text)
    for lines in found:
        (row,) = csv.DictReader(lines)
        tables = {**campaign(), "checks": [{**row, "place": "camp", "material": "flour", "from": "1", "to": "12"}]}
        read = read_tables({name: enumerate(rows, 2) for name, rows in tables.items()})
        assert read.problems == ()
        assert read.checks[0].kind == row["kind"]
    assert [line.split(",")[1] for _, line in found] == list(NEEDED_FIGURES)
