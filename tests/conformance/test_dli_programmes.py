"""Seven disbursement-linked programmes, as data: every published or derived payment comes out to the cent."""

import json
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
import yaml

from enduse.release.formula import schedule
from enduse.statements.condition import AnyCondition
from enduse.statements.formula import Formula
from enduse.statements.result import ResultBody

PROGRAMMES = yaml.safe_load((Path(__file__).parent / "dli" / "programmes.yaml").read_text(encoding="utf-8"))
CASES = [
    pytest.param(dli["formula"], vector, id=f"{programme['id']}-{name}-{number}")
    for programme in PROGRAMMES
    for name, dli in programme["dlis"].items()
    for number, vector in enumerate(dli["vectors"])
]


def formula(data) -> Formula:
    return msgspec.convert(data, Formula)


def results(indicator, rows):
    names = ("entity", "year", "value", "reported", "stage", "achieved")
    made = []
    for number, row in enumerate(rows):
        given = {name: value for name, value in zip(names, row, strict=False) if value is not None}
        made.append(msgspec.convert({"result": f"r{number}", "indicator": indicator, **given}, ResultBody))
    return made


def minor(text) -> int:
    return int(Decimal(text) * 10_000)


@pytest.mark.parametrize(("data", "vector"), CASES)
def test_payment_by_year(data, vector):
    rows = schedule(formula(data), results(data["indicator"], vector["results"]))
    assert [row.due for row in rows] == [minor(text) for text in vector["due"]]
    for row, split in zip(rows, vector.get("by_source", []), strict=False):
        assert row.by_source == {name: minor(text) for name, text in split.items()}
    for row in rows:
        assert not row.by_source or sum(row.by_source.values()) == row.paid


def test_seven_programmes_are_expressed_without_code():
    assert len(PROGRAMMES) == 7
    for programme in PROGRAMMES:
        if "requires" in programme:
            msgspec.convert(programme["requires"], AnyCondition)


def pay(programme, dli, rows):
    data = next(item for item in PROGRAMMES if item["id"] == programme)["dlis"][dli]["formula"]
    return [row.due for row in schedule(formula(data), results(data["indicator"], rows))]


def yearly(values):
    return [[None, year, str(value)] for year, value in enumerate(values, 1)]


def test_every_derived_vector_of_the_reference_data(shared):
    """Read from the reference file itself, so that our own copy cannot drift."""
    examples = json.loads((shared / "money" / "dli" / "dli_examples.json").read_text(encoding="utf-8"), parse_float=str)
    checked = 0
    for example in examples["examples"]:
        name = example["id"]
        for vector in example.get("derived_vectors", []):
            checked += 1
            dli = vector.get("dli", "1")
            if "verified_eligible" in vector:
                row = ["county", 1, str(vector["verified_eligible"]), str(vector["reported"])]
                assert pay(name, dli, [row]) == [minor(vector["pay_usd"])]
            elif "events" in vector:
                stages = {"ODF": "ODF", "CWS": "CWS", "sustained": "sustained"}
                rows = [
                    ["v", int(event.rsplit("y", 1)[1]), "1", None, stages[event.split()[0]]]
                    for event in vector["events"]
                ]
                assert sum(pay(name, dli, rows)) == minor(vector["pay_usd"])
            elif "achieved_by_year" in vector:
                wanted = vector.get("pay_usd_m") or vector["pay_usd_m_if_no_clawback"]
                assert pay(name, dli, yearly(vector["achieved_by_year"])) == [minor(Decimal(x) * 10**6) for x in wanted]
            elif "enrolled_by_year" in vector:
                paid = pay(name, dli, yearly(vector["enrolled_by_year"]))
                assert paid == [minor(Decimal(x) * 10**6) for x in vector["pay_usd_m"]]
            elif "assessed_share" in vector:
                paid = sum(pay(name, dli, [[None, 1, vector["assessed_share"]]]))
                assert paid == minor(Decimal(vector["cumulative_usd_m"]) * 10**6)
            elif "months_late" in vector:
                achieved = f"2018-{3 + vector['months_late']:02d}-01T12:00:00Z"
                assert pay(name, dli, [[None, 1, "1", None, None, achieved]]) == [minor(vector["pay_usd"])]
            else:
                data = next(item for item in PROGRAMMES if item["id"] == name)["dlis"][dli]["formula"]
                due = schedule(formula(data), results(data["indicator"], [[None, 1, str(vector["enrolled"])]]))[0]
                assert due.due == minor(vector["pay_usd"])
                assert due.by_source == {
                    source.lower().replace(" ", "-"): minor(amount) for source, amount in vector["by_source"].items()
                }
    assert checked == 9
    facility = next(item for item in examples["examples"] if item["id"] == "EU-UF-4")
    parts = next(item for item in PROGRAMMES if item["id"] == "EU-UF-4")["dlis"]["instalment 4"]["formula"]["by"][
        "parts"
    ]
    assert sum(part["steps"] for part in parts) == facility["steps"]
    assert parts[0]["steps"] == facility["fulfilled"]
    assert Decimal(parts[0]["amount"]) == Decimal(facility["proposed_eur_bn"]) * 10**9
    assert sum(Decimal(part["amount"]) for part in parts) == Decimal(facility["full_eur_bn"]) * 10**9
