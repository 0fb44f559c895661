"""A trade item has one name, however it is written."""

import csv
import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.terms.trade_items import one_form, serial_item, trade_item

ONE = "https://id.gs1.org/01/04064074123450"


@pytest.mark.parametrize(
    "written",
    [
        "4064074123450",
        "04064074123450",
        "https://id.gs1.org/01/4064074123450",
        "https://id.gs1.org/01/04064074123450",
        "http://shop.example/products/01/04064074123450",
        "https://example.org/gtin/4064074123450?11=221109",
        "urn:epc:class:lgtin:4064074.012345.*",
        "urn:epc:idpat:sgtin:4064074.012345.*",
    ],
)
def test_one_item_has_one_name(written):
    assert trade_item(written) == (ONE, None)


def test_lot_and_serial_number_stand_apart_from_the_item():
    assert trade_item("https://id.gs1.org/01/4064074123450/10/245") == (ONE, "245")
    assert trade_item("urn:epc:class:lgtin:4064074.012345.245") == (ONE, "245")
    assert trade_item("https://id.gs1.org/01/4064074123450/10/245/21/9%2F1") == (ONE, "9/1")
    assert serial_item("urn:epc:id:sgtin:4064074.012345.9%2F1") == (ONE, "9/1")


@pytest.mark.parametrize(
    "name",
    [
        "cement",
        "40640741234",
        "20240131",
        "https://example.org/01/20240131",
        "https://id.gs1.org/01/40640741234",
        "https://example.org/page/12345678",
        "urn:epc:class:lgtin:4064074.12345.245",
        "urn:x:item:01/4064074123450",
    ],
)
def test_what_is_no_trade_item_keeps_its_name(name):
    assert trade_item(name) == (name, None)


def test_a_thing_of_another_scheme_is_one_of_its_class_and_any_other_is_itself():
    assert serial_item("urn:epc:id:grai:4012345.00022.334455") == ("urn:epc:idpat:grai:4012345.00022.*", "334455")
    assert serial_item("https://example.org/generator/7") == ("https://example.org/generator/7", None)


@given(st.text(alphabet="0123456789", min_size=13, max_size=13), st.sampled_from(["a.example", "id.gs1.org/x/y"]))
def test_naming_twice_changes_nothing(digits, host):
    named = one_form(f"https://{host}/01/{digits}")
    assert one_form(named) == named


def test_published_vectors_give_their_item_and_number(shared):
    rows = list(csv.DictReader((shared / "epcis" / "digital-link-vectors.csv").open(encoding="utf-8")))
    items = 0
    for row in rows:
        found = re.fullmatch(
            r"(https://id\.gs1\.org/01/[0-9]{14})(?:/(?:10|21|235)/(.*))?", row["canonical_digital_link"]
        )
        if found is None:
            assert not trade_item(row["input"])[0].startswith("https://id.gs1.org/01/0"), row
            continue
        items += 1
        number = None if found[2] is None else unquote(found[2])
        assert trade_item(row["input"]) == (found[1], number), row
    assert items > 10


def test_a_wrong_check_digit_does_not_make_two_items_of_one():
    assert one_form("https://id.gs1.org/01/4064074123453") == one_form("https://example.org/01/04064074123453")
