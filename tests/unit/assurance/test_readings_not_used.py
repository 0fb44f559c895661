"""Readings of tables that say nothing of what went: in another unit than all others, or by a scale said to err much."""

import pytest

pytest.importorskip("numpy")

from enduse.assurance.tables.plain_tables import read_tables


def read(*, site=1.0, sd=0.01):
    """Return tables of a store and two sites; the second site writes so many times what it weighs on a scale of that sd."""
    ways = {"dw": ("d", "w"), "wa": ("w", "a"), "wb": ("w", "b")}
    rows = []
    for period in range(1, 9):
        for link, (one, two) in ways.items():
            amount = 20.0 + period / 7 + (20 if link == "dw" else 0)
            for kind, node, place in (("shipped", one, link), ("received", two, link), ("used", two, two)):
                if (kind, node) != ("used", "w"):
                    times = site if node == "b" else 1.0
                    row = {"period": period, "kind": kind, "place": place, "quantity": amount * times}
                    rows.append(row | {"material": "flour", "instrument": f"s{node}"})
    for at, row in enumerate(rows):
        row["reading"] = f"r{at}"
    tables: dict[str, list[dict[str, object]]] = {
        "nodes": [
            {"node": at, "kind": kind} for at, kind in zip("dwab", ("donor", "warehouse", "site", "site"), strict=True)
        ],
        "links": [{"link": link, "from_node": one, "to_node": two} for link, (one, two) in ways.items()],
        "instruments": [
            {"instrument": f"s{at}", "random_sd": 0.01, "systematic_sd": sd if at == "b" else 0.005} for at in "dwab"
        ],
        "readings": rows,
    }
    return read_tables({name: enumerate(table, 2) for name, table in tables.items()})


def used(found):
    """Return the names of the readings that are used."""
    return set(found.readings.names)


@pytest.mark.parametrize("site", [1000.0, 0.001])
def test_of_two_units_on_a_way_only_the_usual_one_is_compared(site):
    plain, mixed = read(), read(site=site)
    assert (plain.problems, len(used(plain))) == ((), 64)
    assert [problem.code for problem in mixed.problems] == ["assurance.other_unit"]
    left_out = used(plain) - used(mixed)
    assert len(left_out) == 16, "what the one site received and used, and nothing else"
    assert float(mixed.readings.quantity.max()) < 60
    assert float(mixed.readings.quantity.min()) > 20


@pytest.mark.threat(
    who="storekeeper",
    tries="states that its own scale errs by a third, so that no loss on the way to it stands out",
    alone="what it received on that scale is not used, and nothing is said to be there",
    needs="nobody",
    seen_by="anybody, by `enduse assure` of tables: each such row is named, and the answer is not settled",
)
@pytest.mark.parametrize(("sd", "refused"), [(0.1, 0), (0.11, 8), (0.3, 8)])
def test_a_loss_is_not_explained_away_by_a_bad_enough_scale(sd, refused):
    found = read(sd=sd)
    assert [problem.code for problem in found.problems] == ["assurance.errs_too_much"] * refused
    assert len(used(found)) == 64 - refused
