"""Goods by donor, place and project: each set of lines adds up to the material's own, to the last unit."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import enduse
from conftest import START, Small
from enduse.book.assure import differences
from enduse.cli.main import app
from enduse.statements.epcis import class_uri
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.money import Disbursement, DisbursementBody, Expenditure, ExpenditureBody, Purchase
from enduse.statements.programme import TransitRule
from enduse.statements.works import BillItem, Project, ProjectBody
from enduse.terms.amounts import Money, Quantity
from enduse.views.goods_lines import GoodsSums, goods_lines
from support.examples import examples

T = 1_000_000
COLUMNS = GoodsSums.__struct_fields__


def goods(programme, party, step, tonnes, place, *, number="", day=0, action="OBSERVE", lot="", **more):
    programme.now = max(programme.now, START + timedelta(days=day))
    item = class_uri("cement", lot or None)
    event = {
        "type": "AssociationEvent" if step == "installing" else "ObjectEvent",
        "eventTime": (START + timedelta(days=day)).isoformat(),
        "action": action,
        "bizStep": step,
        "readPoint": {"id": place},
        **({"bizTransactionList": [{"type": "desadv", "bizTransaction": number}]} if number else {}),
        **more,
    }
    key = "childQuantityList" if step == "installing" else "quantityList"
    event[key] = [{"epcClass": item, "quantity": tonnes, "uom": "TNE"}]
    said = programme.say(party, Goods, GoodsBody(event=json.dumps(event)))
    assert said.problem is None, said.problem


def pay(programme, donor, amount, name):
    body = DisbursementBody(disbursement=name, amount=Money(str(amount), "USD"), recipient="fund")
    programme.say(donor, Disbursement, body)


def buy(programme, amount, tonnes):
    bought = Purchase(lot="lot:1", material="cement", quantity=Quantity(str(tonnes), "TNE"))
    body = ExpenditureBody(expenditure="e:1", amount=Money(str(amount), "USD"), payee="shop", buys=(bought,))
    programme.say("fund", Expenditure, body)


def send(programme, tonnes, number="W-1", day=1):
    to = [{"type": "possessing_party", "destination": "donor"}]
    more = {"destinationList": to, "enduse:carrier": "carrier"}
    goods(programme, "warehouse", "shipping", tonnes, "depot", number=number, day=day, **more)


def receive(programme, tonnes, number="W-1", day=2, *, complete=False):
    sent = [{"type": "possessing_party", "source": "warehouse"}]
    more = {"sourceList": sent, "enduse:complete": complete}
    goods(programme, "donor", "receiving", tonnes, "site", number=number, day=day, **more)


@pytest.fixture
def bought(tmp_path):
    """North pays 60 and south 40; the fund buys ten tonnes; five leave, four arrive and no more comes, one is built in."""
    programme = Small(tmp_path / "bought")
    pay(programme, "donor", 60, "p:1")
    pay(programme, "monitor", 40, "p:2")
    buy(programme, 100, 10)
    goods(programme, "warehouse", "commissioning", 10, "depot", action="ADD", lot="lot:1")
    bill = (BillItem(material="cement", quantity=Quantity("7", "TNE")),)
    for name in ("project:school", "project:quay"):
        body = ProjectBody(project=name, title={"en": name}, purpose="reconstruction", bill=bill)
        assert programme.say("keeper", Project, body, place="site").problem is None
    send(programme, 5)
    receive(programme, 4, complete=True)
    goods(programme, "donor", "installing", 1, "site", day=3, action="ADD", parentID="project:school")
    goods(programme, "donor", "destroying", 1, "site", day=4, action="DELETE")
    send(programme, 2, number="W-2", day=5)
    yield programme
    programme.intake.close()


def lines(programme):
    (cement,) = goods_lines(programme.book, differences(programme.book)).materials
    return cement


def tied(material):
    for of in (material.donors, material.places):
        for column in COLUMNS:
            total = sum(getattr(line.sums, column).amount for line in of)
            assert total == getattr(material.total, column).amount, column
    assert sum(line.sums.used.amount for line in material.projects) == material.total.used.amount


def tonnes(line):
    return {name: getattr(line.sums, name).amount / T for name in COLUMNS if getattr(line.sums, name).amount}


def test_goods_stand_by_whose_money_bought_them_by_place_and_by_project(bought):
    cement = lines(bought)
    tied(cement)
    assert {line.name: tonnes(line) for line in cement.donors} == {
        "donor": {"held": 3.0, "on_way": 1.2, "used": 0.6, "not_arrived": 0.6, "destroyed": 0.6},
        "monitor": {"held": 2.0, "on_way": 0.8, "used": 0.4, "not_arrived": 0.4, "destroyed": 0.4},
    }
    assert {line.name: tonnes(line) for line in cement.places} == {
        "depot": {"held": 3.0},
        "": {"on_way": 2.0},
        "site": {"held": 2.0, "not_arrived": 1.0, "used": 1.0, "destroyed": 1.0},
    }
    assert [(line.name, tonnes(line), line.planned.value) for line in cement.projects] == [
        ("project:school", {"used": 1.0}, 7),
        ("project:quay", {}, 7),
    ]


def test_a_store_below_zero_stands_apart_and_is_set_off_against_nothing(bought):
    goods(bought, "carrier", "consuming", 3, "yard", day=6)
    cement = lines(bought)
    tied(cement)
    assert cement.total.held.amount == 5 * T
    assert cement.below_zero.amount == 3 * T
    (yard,) = [line for line in cement.places if line.name == "yard"]
    assert yard.below_zero.amount == 3 * T


def test_what_is_spoiled_lies_apart_and_is_not_left_out(bought):
    set_apart = {"disposition": "damaged"}
    goods(bought, "warehouse", "inspecting", 2, "depot", day=6, **set_apart)
    goods(bought, "warehouse", "destroying", 3, "depot", action="DELETE", day=7, **set_apart)
    goods(bought, "donor", "inspecting", 1, "site", day=8, **set_apart)
    cement = lines(bought)
    tied(cement)
    places = {line.name: (tonnes(line), line.below_zero and line.below_zero.amount) for line in cement.places}
    assert places["depot"] == ({"held": 1.0, "destroyed": 3.0}, 1 * T)
    assert places["site"][0]["spoiled"] == 1.0


@pytest.mark.parametrize("width", [24, 40, 60, 80, 200])
def test_no_figure_is_cut_however_narrow_the_terminal(bought, width):
    goods(bought, "warehouse", "inspecting", 1.234, "depot", day=6, disposition="damaged")
    with bought.closed() as folder:
        for ask, figure in (("goods", "1.234"), ("status", "2.234")):
            page = CliRunner().invoke(app, [ask, str(folder)], env={"COLUMNS": str(width)}).stdout
            assert figure in page, page
            assert max(map(len, page.splitlines())) <= width


def test_the_command_shows_every_line_in_the_unit_people_use(bought):
    with bought.closed() as folder:
        run = CliRunner().invoke(app, ["goods", str(folder)], env={"COLUMNS": "120"})
        then = CliRunner().invoke(app, ["goods", str(folder), "--as-at", "2026-01-01", "--json"])
        early = CliRunner().invoke(app, ["goods", str(folder), "--as-known", "2"])
    assert run.exit_code == 0, run.output
    page = " ".join(run.stdout.split())
    assert "cement, in t planned held on the way used not arrived destroyed" in page
    assert "donor donor 3 1.2 0.6 0.6 0.6" in page
    assert "project project:quay 7 0" in page, "with its zero"
    (cement,) = json.loads(then.stdout)["materials"]
    assert cement["total"]["held"]["amount"] == 10 * T
    assert "No goods are recorded." in early.stdout


@settings(max_examples=examples(10))
@given(
    moves=st.lists(
        st.tuples(st.sampled_from(("send", "receive", "complete", "use", "count", "enter")), st.integers(1, 9)),
        max_size=8,
    )
)
def test_the_lines_tie_whatever_happens(tmp_path_factory, moves):
    programme = Small(tmp_path_factory.mktemp("tie") / "p", transit=(TransitRule(days=3),))
    pay(programme, "donor", 2, "p:1")
    pay(programme, "monitor", 1, "p:2")
    buy(programme, 3, 7)
    goods(programme, "warehouse", "commissioning", 10, "depot", action="ADD", lot="lot:1")
    for day, (move, amount) in enumerate(moves):
        match move:
            case "send":
                send(programme, amount, f"W-{amount % 2}", day)
            case "receive" | "complete":
                receive(programme, amount, f"W-{amount % 2}", day, complete=move == "complete")
            case "use":
                goods(programme, "donor", "consuming", amount, "site", day=day)
            case "count":
                goods(programme, "donor", "stock_taking", amount, "site", day=day)
            case "enter":
                goods(programme, "donor", "commissioning", amount, "site", day=day, action="ADD")
    for material in goods_lines(programme.book, differences(programme.book)).materials:
        tied(material)
    programme.intake.close()


def test_nothing_is_recorded_of_goods(tmp_path):
    Small(tmp_path / "none").intake.close()
    with enduse.open(tmp_path / "none") as programme:
        assert programme.goods_lines().materials == ()
