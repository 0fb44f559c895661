"""The amount that is called missing, where everything that was sent is taken."""

import random

import pytest

pytest.importorskip("numpy")
pytest.importorskip("scipy")

from enduse.assurance.assessor import Assessor
from enduse.assurance.tables.plain_tables import read_tables


def taken_from(week, *, weeks=12, sites=4, seed=13):
    """Return the assessment of a store whose sites get nothing from that week on, and what was sent and not received."""
    dice = random.Random(seed)
    places = [("Port", "donor"), ("Depot", "warehouse"), *((f"Camp {at}", "site") for at in range(1, sites + 1))]
    scales = {name: dice.gauss(0, 0.005) for name, _ in places}
    rows: list[dict[str, object]] = []
    missing = 0.0

    def read(period, kind, place, scale, amount):
        quantity = round(amount * (1 + scales[scale] + dice.gauss(0, 0.01)), 3)
        rows.append(
            {"reading": f"r{len(rows)}", "period": period, "kind": kind, "place": place, "quantity": quantity}
            | {"material": "flour", "instrument": scale}
        )

    stock = 200.0
    for period in range(1, weeks + 1):
        arrived = 98 * dice.uniform(0.9, 1.1)
        read(period, "shipped", "Port-Depot", "Port", arrived)
        read(period, "received", "Port-Depot", "Depot", arrived)
        for camp in range(1, sites + 1):
            sent = (17 + 3 * camp) * dice.uniform(0.85, 1.15)
            got = sent if period < week else 0.0
            missing += sent - got
            stock -= sent
            read(period, "shipped", f"Depot-Camp {camp}", "Depot", sent)
            read(period, "received", f"Depot-Camp {camp}", f"Camp {camp}", got)
            read(period, "used", f"Camp {camp}", f"Camp {camp}", got)
        stock += arrived
        read(period, "closing_stock", "Depot", "Depot", stock)
    tables: dict[str, list[dict[str, object]]] = {
        "nodes": [{"node": name, "kind": kind, "stock": "none" if kind == "site" else ""} for name, kind in places],
        "links": [
            {"link": f"{one}-{two}", "from_node": one, "to_node": two}
            for one, two in [("Port", "Depot"), *(("Depot", f"Camp {at}") for at in range(1, sites + 1))]
        ],
        "instruments": [{"instrument": name, "random_sd": 0.01, "systematic_sd": 0.005} for name in scales],
        "readings": rows,
    }
    found = read_tables({name: enumerate(table, 2) for name, table in tables.items()})
    assert found.problems == ()
    return Assessor(found.network, found.errors).assess(found.readings), missing


def test_no_more_is_called_missing_than_was_sent_and_not_received():
    assessment, missing = taken_from(7)
    told = sum(alarm.estimate for alarm in assessment.alarms)
    assert {alarm.where for alarm in assessment.alarms} == {f"Depot-Camp {at}" for at in range(1, 5)}
    assert abs(told / missing - 1) < 0.03
    for alarm in assessment.alarms:
        assert alarm.interval[0] <= alarm.estimate <= alarm.interval[1]
