"""Long lists in parts: no line is out of reach, none is shown twice, and a page says which part of what it shows."""

import json
import re

import msgspec
import pytest
from litestar.testing import TestClient

import enduse
from enduse.portal.addresses import slug
from enduse.portal.answers import SiteAnswers
from enduse.portal.app import portal
from enduse.portal.pages import PAGES, known, twin
from enduse.portal.parts import PagedList, cut
from enduse.portal.site import compose, parts_of


class Inner(msgspec.Struct, frozen=True):
    name: str
    lines: tuple[int, ...]


class Outer(msgspec.Struct, frozen=True):
    every: tuple[Inner, ...]


LISTS = (PagedList("every", 2), PagedList("every.*.lines", 3))


@pytest.fixture
def short_lists(monkeypatch):
    """Every list of every page in parts of one line."""
    for name, page in PAGES.items():
        lists = tuple(msgspec.structs.replace(one, lines=1) for one in page.lists)
        monkeypatch.setitem(PAGES, name, msgspec.structs.replace(page, lists=lists))


@pytest.fixture
def answers(played_demo):
    with enduse.open(played_demo[1]) as programme:
        yield SiteAnswers(programme)


def test_a_list_within_a_list_is_counted_in_all_of_it():
    whole = Outer(tuple(Inner(str(at), tuple(range(at))) for at in range(6)))
    shown, cuts = cut(whole, LISTS, ("every.5.lines", 2))
    assert [one.name for one in shown.every] == ["4", "5"]
    assert [one.lines for one in shown.every] == [(0, 1, 2), (3, 4)]
    told = {each.part.list: (each.part.first, each.part.last, each.part.total) for each in cuts}
    assert told == {"every": (5, 6, 6), "every.4.lines": (1, 3, 4), "every.5.lines": (4, 5, 5)}


def test_a_short_answer_is_left_alone():
    whole = Outer((Inner("one", (1, 2, 3)),))
    assert cut(whole, LISTS, ("", 1)) == (whole, ())


def test_every_line_of_a_page_is_on_one_of_its_parts(answers, short_lists):
    for name in ("missing", "parties", "places", "findings", "undertakings", "projects"):
        page = PAGES[name]
        whole = json.loads(msgspec.json.encode(page.answer(answers, "")))
        got = {one.path: [] for one in page.lists}
        for part in ("", *parts_of(answers, name, "")):
            told = json.loads(compose(answers, name, "", "", part=part).data)
            path = part.partition("/")[0]
            for each in got if not part else (path,):
                got[each] += told["answer"][each]
        assert got == {path: whole[path] for path in got}, name


def test_the_twin_leads_from_part_to_part(answers, short_lists):
    told, seen = json.loads(compose(answers, "parties", "", "").data), []
    while True:
        seen += told["answer"]["parties"]
        (rest,) = told["rest"]
        if not rest["next"]:
            break
        part = rest["next"].removeprefix("list/parties/").removesuffix(".json")
        told = json.loads(compose(answers, "parties", "", "", part=part).data)
    assert len(seen) == rest["total"] == len({name for name, _ in seen})


def test_every_page_in_parts_leads_only_to_parts_there_are(answers, short_lists):
    for page in PAGES.values():
        for about in [""] if page.about is None else sorted(known(answers, page))[:3]:
            written = slug(page.kind, about) if about else ""
            parts = parts_of(answers, page.name, about)
            ways = {f"/en/{twin(page.name, about, part).removesuffix('.json')}/" for part in parts}
            for part in ("", *parts[:4]):
                text = compose(answers, page.name, written, "en", part=part).data.decode()
                own = twin(page.name, about, "x/1").removesuffix("x/1.json")
                led = {f"/en/{way}" for way in re.findall(rf'href="[./]*en/({re.escape(own)}[^"#]*)#', text)}
                assert led <= ways, (page.name, about, led - ways)


def test_parts_have_addresses_and_what_is_made_up_has_none(played_demo, short_lists):
    with TestClient(portal(played_demo[1])) as client:
        first = client.get("/en/parties/").text
        assert '<p class="small part-of" id="list-parties">' in first
        second = client.get("/en/list/parties/parties/2/")
        assert second.status_code == 200
        assert 'hreflang="ar" href="../../../../../ar/list/parties/parties/2/"' in second.text
        assert client.get("/en/list/parties/parties/2", follow_redirects=False).status_code == 308
        assert client.get("/list/parties/parties/2.json").json()["rest"][0]["part"] == 2
        kept = client.app.state.site.kept
        for made_up in (
            "parties/1",
            "parties/02",
            "parties/x",
            "parties/99999",
            "other/2",
            "parties",
            "a/b/c/2",
            "x/2",
        ):
            assert client.get(f"/en/list/parties/{made_up}/").status_code == 404, made_up
        assert client.get("/en/list/nothing/parties/2/").status_code == 404
        assert client.app.state.site.kept == kept
