"""Flow diagrams keep their order and their labels apart, also where goods come back."""

import json
import re
from itertools import combinations, pairwise

import pytest

from enduse.pages import flow as flows
from enduse.pages.localizer import Localizer
from enduse.statements.epcis import class_uri
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.programme import Place, PlaceBody
from enduse.statements.works import Project, ProjectBody
from enduse.views.report import build_report
from enduse.views.shapes import Figure, Flow, FlowLink, FlowNode

CHARACTER = 9
"""Width of a bold character of a label, in drawing units, at most on average."""


@pytest.fixture
def returned(small):
    """100 t go from the port to the store, 60 on to the site, 10 come back."""
    for place in ("port", "store", "site"):
        small.say("keeper", Place, PlaceBody(place=place, name={"en": f"The {place} of many words here"}, type="site"))
    body = ProjectBody(project="p", title={"en": "P"}, purpose="reconstruction", contractor="fund")
    small.say("keeper", Project, body, place="site")

    def say(who, step, place, tonnes, waybill=None, **more):
        event = {
            "type": "ObjectEvent",
            "eventTime": "2026-01-01T00:00:00Z",
            "action": "ADD" if step == "commissioning" else "OBSERVE",
            "bizStep": step,
            "bizLocation": {"id": place},
            "quantityList": [{"epcClass": class_uri("cement", "lot"), "quantity": tonnes, "uom": "TNE"}],
            "bizTransactionList": [{"type": "desadv", "bizTransaction": waybill}] if waybill else [],
            **more,
        }
        small.say(who, Goods, GoodsBody(event=json.dumps(event)))

    say("donor", "commissioning", "port", 100)
    for sender, start, receiver, end, tonnes, waybill in (
        ("donor", "port", "warehouse", "store", 100, "c1"),
        ("warehouse", "store", "fund", "site", 60, "c2"),
        ("fund", "site", "warehouse", "store", 10, "c3"),
    ):
        say(sender, "shipping", start, tonnes, waybill)
        say(receiver, "receiving", end, tonnes, waybill)
    say("fund", "installing", "site", 50, **{"enduse:project": "p"})
    assert [effect.refusal for effect in small.book.effects()] == []
    (flow,) = build_report(small.book).flows
    return flow


def labels(svg):
    """Boxes (left, top, right, bottom) of the names beside the nodes."""
    found = re.findall(r'<g class="words[^>]*><text x="([\d.]+)" y="([\d.]+)">([^<]*)</text>', svg)
    assert found
    return [(float(x), float(y) - 15, float(x) + CHARACTER * len(text), float(y) + 18) for x, y, text in found]


def test_what_comes_back_is_no_step_further(returned):
    assert {node.name: node.column for node in returned.nodes if node.name} == {"port": 0, "store": 1, "site": 2}
    assert {node.column for node in returned.nodes if node.code} == {3}
    links = {(link.source, link.target): link.figure.amount for link in returned.links}
    assert links["site", "store"] == 10_000_000
    assert links["store", "site"] == 60_000_000


def test_labels_never_lie_on_each_other_when_goods_come_back(returned):
    svg = flows.draw(returned, Localizer("en", {}), "x", "T", "D")
    for one, other in combinations(labels(svg), 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)
    assert svg.count('class="band plain back"') == 1
    assert "↩ 10" in svg


def test_a_long_way_is_drawn_wider_instead_of_closer():
    names = [f"a place with a long name {number}" for number in range(9)]
    flow = Flow(
        resource="cement/g",
        nodes=tuple(FlowNode(node=name, column=at, name=name) for at, name in enumerate(names)),
        links=tuple(
            FlowLink(source=start, target=end, figure=Figure(1_000_000, "cement/g")) for start, end in pairwise(names)
        ),
    )
    for language in ("en", "ar"):
        svg = flows.draw(flow, Localizer(language, {}), "x", "T", "D")
        starts = sorted(box[0] for box in labels(svg))
        assert all(after - before >= CHARACTER * flows.CHARACTERS for before, after in pairwise(starts))
        assert "min-inline-size" in svg


def test_what_comes_back_arrives_at_the_other_side_of_a_node():
    nodes = {"a": 0, "b": 1, "c": 2}
    flow = Flow(
        resource="cement/g",
        nodes=tuple(FlowNode(node=name, column=at, name=name) for name, at in nodes.items()),
        links=tuple(
            FlowLink(source=start, target=end, figure=Figure(amount, "cement/g"))
            for start, end, amount in (("a", "b", 9), ("b", "c", 8), ("c", "a", 1))
        ),
    )
    laid = flows.layout(flow)
    assert laid.boxes["a"].right == 10  # what it sends on, and what comes back to it
    assert laid.boxes["a"].value == 9
