"""What must not be read by everybody is on no page, in no JSON: a convoy on its way, what is sealed, a count that is small."""

import json
import re
import shutil
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from urllib.parse import urljoin

import pytest

import enduse
from conftest import START as START_OF_2026
from enduse.errors import ConflictError
from enduse.pages.catalogue import languages, published
from enduse.portal import publication, static_site
from enduse.portal.addresses import slug
from enduse.portal.answers import SiteAnswers
from enduse.portal.pages import PAGES, address, known
from enduse.portal.past import WAYS, PastPage, PastPages
from enduse.portal.site import compose
from enduse.portal.tables import table_addresses, table_file
from enduse.record.vault import FILE, Opening, Vault
from enduse.simulate.funds import CLINIC_CONTRACT
from enduse.simulate.shapes import shapes
from enduse.statements.access import AccessIncident, IncidentBody, MovementBody, MovementStatement, sealed_text
from enduse.statements.claim import Claim, ClaimBody
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.indicator import IndicatorBody
from enduse.statements.sealed import Disclosure, DisclosureBody, Sealed, SealedBody
from enduse.statements.visit import VisitBody, VisitStatement
from enduse.terms.texts import Citation
from enduse.terms.times import Period
from enduse.views.indicators import SeriesValue, SeriesView, few_hidden
from support.played import Demo

CONVOY = "consignment:7731"
START, END = "place:central-store", "place:hospital"
SECRET = "by the olive road"
MOVEMENT = "movement:c0ffee"
TO_COME = "visit:to-come-9f"
FEW = {"load": (CONVOY, "consignment:0128"), "difference": ("consignment:0128", CONVOY)}
"""Of pages of which there are hundreds, those that are looked at."""

UNDER_A_CONTRACT = {
    "bizTransactionList": [
        {"type": "desadv", "bizTransaction": CONVOY},
        {"type": "po", "bizTransaction": CLINIC_CONTRACT.contract},
        {"type": "inv", "bizTransaction": "invoice:clinic-2"},
    ],
    "destinationList": [
        {"type": "possessing_party", "destination": CLINIC_CONTRACT.supplier},
        {"type": "location", "destination": END},
    ],
}
"""What a convoy says more of itself, that goes to the supplier of a contract."""


def dispatched(demo, party="party:administration", **more):
    at = demo.now + timedelta(minutes=17)
    event = {
        "type": "ObjectEvent",
        "eventTime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "readPoint": {"id": START},
        "bizLocation": {"id": START},
        "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": 7, "uom": "TNE"}],
        "bizTransactionList": [{"type": "desadv", "bizTransaction": CONVOY}],
        "sourceList": [{"type": "possessing_party", "source": "party:administration"}],
        "destinationList": [
            {"type": "possessing_party", "destination": "party:health"},
            {"type": "location", "destination": END},
        ],
        "enduse:carrier": "party:lark",
        **more,
    }
    return demo.say(party, Goods, GoodsBody(event=json.dumps(event)), event["readPoint"]["id"])


def seal_convoy(demo):
    """Seal two steps of a convoy as text, as `enduse access seal` does; return what opens them."""
    steps: tuple[tuple[Any, dict[str, Any]], ...] = (
        ("submit", {"planned": demo.now + timedelta(days=2)}),
        ("depart", {}),
    )
    openings = []
    for action, more in steps:
        said = MovementStatement(
            programme="x",
            party="party:monitor",
            seq=1,
            occurred_at=demo.now,
            place="place:north",
            body=MovementBody(movement=MOVEMENT, action=action, **more),
        )
        opening = Opening.fresh("movement", sealed_text(said).encode())
        with Vault(demo.folder / FILE) as kept:
            kept.keep(opening, sensitivity="high", due=None)
        committed = opening.commitment.hex()
        body = SealedBody(commitment=committed, about="access:movement", field="movement", sensitivity="high")
        demo.now -= timedelta(hours=1)  # so that no day passes by it
        assert demo.say("party:monitor", Sealed, body).outcome == "accepted"
        openings.append(opening)
    return openings


def disclose_convoy(demo, openings):
    for opening in openings:
        body = DisclosureBody(
            commitment=opening.commitment.hex(), field="movement", value=opening.value.decode(), salt=opening.salt.hex()
        )
        taken = demo.say("party:monitor", Disclosure, body)
        assert (taken.outcome, taken.notes) == ("accepted", ())


def answered(folder):
    """Every page in both languages and as JSON, but of those of which there are hundreds a few."""
    found = {}
    with enduse.open(folder) as programme:
        answers = SiteAnswers(programme)
        last = str((answers.size - 1) // 100 * 100)
        for page in PAGES.values():
            things = [""] if page.about is None else sorted(known(answers, page))
            chosen = {**FEW, "statements": (last,)}.get(page.name, things)
            for about in (each for each in chosen if each in things or each == ""):
                written = slug(page.kind, about) if about else ""
                for language in ("en", "ar", ""):
                    found[page.name, about, language] = compose(answers, page.name, written, language).data.decode()
        for table in table_addresses():
            found["table", table.table, "csv"] = table_file(answers, table.table, "csv", "en").decode("utf-8-sig")
        for name, body in publication.publication(answers).items():
            found["file", name, ""] = body.decode()
    return found


@pytest.fixture(scope="module")
def pages(played_demo, tmp_path_factory):
    """All pages before a convoy leaves, while it is on its way, and once nothing may come any more."""
    play, folder = played_demo
    copy = tmp_path_factory.mktemp("convoy") / "copy"
    shutil.copytree(folder, copy)
    (copy / "areas.geojson").write_bytes(shapes())
    before = answered(copy)
    with Demo(play, copy) as demo:
        assert dispatched(demo, **UNDER_A_CONTRACT).outcome == "accepted"
        to_come = VisitBody(visit=TO_COME, action="plan", due=demo.now + timedelta(days=9))
        demo.now -= timedelta(hours=1)  # so that no day passes by it
        assert demo.say("party:monitor", VisitStatement, to_come, END).outcome == "accepted"
        opening = Opening.fresh("route", SECRET.encode())
        with Vault(copy / FILE) as kept:
            kept.keep(opening, sensitivity="high", due=None)
        body = SealedBody(commitment=opening.commitment.hex(), about="movement:9", field="route", sensitivity="high")
        assert demo.say("party:keeper", Sealed, body).outcome == "accepted"
        seal_convoy(demo)
    return before, answered(copy)


def answer(pages, *key):
    return json.loads(pages[key])["answer"]


@pytest.mark.threat(
    who="stranger",
    tries="finds out from the public site where a load that is on its way is, where it goes, when it left or who has it",
    alone="no page, no JSON and no file of the site tells it, nor does the stock of the store that it left shrink there before it has arrived",
    needs="one who may read the record itself",
    seen_by="nobody: reading leaves no trace; `tests/unit/portal/test_confidentiality.py` looks at every page",
)
def test_a_load_on_its_way_is_told_on_no_page(pages):
    before, now = pages
    load = answer(now, "load", CONVOY, "")["loads"][0]
    assert (load["state"], load["steps"], load["holders"]) == ("on_way", [], [])
    for key, page in now.items():
        name, about, _ = key
        if about != CONVOY:
            assert CONVOY not in page, key
        assert TO_COME not in page, key
        if name in {"place", "party", "who", "places", "map", "project", "difference", "contract"}:
            was = answer(before, name, about, "")
            assert answer(now, name, about, "") == was, "nothing moved, as far as anybody can tell from here"
    for table in ("stock", "must_act", "late", "differences", "goods_by", "use"):
        same = [line.partition(",demo.enduse.example")[0] for line in before["table", table, "csv"].splitlines()]
        shown = [line.partition(",demo.enduse.example")[0] for line in now["table", table, "csv"].splitlines()]
        assert shown == same, table
    told = [
        one
        for one in answer(now, "log", "", "")["said"]
        if one["entry"] >= json.loads(before["home", "", ""])["standing"]["size"]
    ]
    assert [one["held_back"] for one in told if one["kind"] == "goods"] == [True]
    for one in told:
        if one["held_back"]:
            assert {name for name, value in one.items() if value} == {"entry", "kind", "held_back"}


@pytest.mark.threat(
    who="stranger",
    tries="asks for pages of an earlier day, to find out where a load that is on its way is, or which visits are to come",
    alone="the pages of that day hold back what was on its way then and what was to come, by what was on record then and by what is today",
    needs="one who may read the record itself",
    seen_by="nobody: reading leaves no trace; `tests/unit/portal/test_confidentiality.py` looks at such pages",
)
def test_pages_of_an_earlier_day_hold_back_what_was_on_its_way(played_demo, tmp_path):
    play, folder = played_demo
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    with Demo(play, copy) as demo:
        assert dispatched(demo, **UNDER_A_CONTRACT).outcome == "accepted"
        day = demo.now.date()
        demo.now -= timedelta(hours=1)
        to_come = VisitBody(visit=TO_COME, action="plan", due=demo.now + timedelta(days=9))
        assert demo.say("party:monitor", VisitStatement, to_come, END).outcome == "accepted"
        seal_convoy(demo)
        demo.now += timedelta(days=2)
        said = ClaimBody(claim="claim:later", about="place:north", words={"en": "It rained."})
        assert demo.say("party:monitor", Claim, said).outcome == "accepted"
    with enduse.open(copy) as programme:
        answers = SiteAnswers(programme)
        now = json.loads(compose(answers, "place", slug("place", START), "").data)["answer"]["goods"]
    days = PastPages(copy, asks=False)
    about = (("home", ""), ("place", START), ("place", END), ("party", "party:administration"), ("party", "party:lark"))
    for by, (name, thing) in product(WAYS, about):
        asked = PastPage(by, day, name, slug(PAGES[name].kind, thing) if thing else "")
        for language in ("en", ""):
            page = days._made(asked, language).data.decode()
            for hidden in (CONVOY, CONVOY.partition(":")[2], TO_COME, MOVEMENT):
                assert hidden not in page, (asked, hidden)
        if thing == START:
            assert json.loads(page)["answer"]["goods"] == now, "the store shrinks by nothing that is on its way"


def test_every_link_of_every_page_leads_to_a_page(pages, played_demo):
    with enduse.open(played_demo[1]) as programme:
        answers = SiteAnswers(programme)
        there = {address(page.name, about) for page in PAGES.values() for about in ("", *known(answers, page))}
    before, _ = pages
    followed = set()
    for (name, about, language), page in before.items():
        if name in {"table", "file"}:
            continue
        here = f"/{language}/{address(name, about)}"
        for way in set(re.findall(r'href="([^"#]*)', page)) if language else ():
            found = urljoin(here, way)
            inside = re.fullmatch(rf"/({'|'.join(languages())})/(.*)", found)
            known_file = (
                found.startswith(("/static/", "/api/"))
                or found.removeprefix("/data/") in publication.FILES
                or found.endswith((".json", ".csv", ".parquet"))
            )
            supposed = inside and inside[2].replace("what-if/", "tranche/") in there
            assert (inside and inside[2] in {*there, "find/"}) or supposed or known_file, (here, way)
            followed.add(found)
    assert len(followed) > 250


def test_the_site_in_files_is_the_same_pages_and_replaces_nothing_else(played_demo, tmp_path, monkeypatch):
    monkeypatch.setattr(static_site, "known", lambda answers, page: sorted(known(answers, page))[:1])
    out = tmp_path / "site"
    with enduse.open(played_demo[1]) as programme:
        told = static_site.write_site(programme, out)
        files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
        assert {"index.html", "static/portal.css", "en/index.html", "ar/missing/index.html", "home.json"} <= files
        assert (out / "ar" / "money" / "index.html").read_text() == compose(
            SiteAnswers(programme), "money", "", "ar", static=True, published=published(programme.languages)
        ).data.decode()
        assert "<form" not in (out / "en" / "index.html").read_text()
        assert told.pages == sum(path.endswith("index.html") for path in files) - 1
        (out / "old.txt").write_text("of the earlier site")
        static_site.write_site(programme, out)
        assert not (out / "old.txt").exists()
        mine = tmp_path / "mine"
        mine.mkdir()
        (mine / "letter.txt").write_text("mine")
        with pytest.raises(ConflictError):
            static_site.write_site(programme, mine)
        assert [path.name for path in mine.iterdir()] == ["letter.txt"]
        assert {path.name for path in tmp_path.iterdir()} == {"site", "mine"}


def test_what_is_sealed_is_on_no_page(pages):
    _, now = pages
    assert all(SECRET not in page and "movement:9" not in page for page in now.values())


def named_in(folder, name):
    """Which files of a folder hold a name, what lies in the vault aside."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(FILE)]
    assert len(files) > 5
    return [path.relative_to(folder).as_posix() for path in files if name.encode() in path.read_bytes()]


@pytest.mark.threat(
    who="stranger",
    tries="finds out from the record, its tiles or the public site that a convoy was notified, when it goes and where",
    alone="there is a commitment and nothing else until its party discloses it, and then it is told as counts of a month that has long been over",
    needs="the vault of the party that sealed it",
    seen_by="nobody: reading leaves no trace; `tests/unit/portal/test_confidentiality.py` looks at every page and file",
)
def test_a_convoy_is_in_no_output_before_its_day_and_then_provably_what_was_sealed(pages, played_demo, tmp_path):
    _, now = pages
    assert [key for key, page in now.items() if MOVEMENT in page] == []
    play, folder = played_demo
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    with Demo(play, copy) as demo:
        openings = seal_convoy(demo)
        assert named_in(copy, MOVEMENT) == [], "neither the record nor its tiles, book or any other file names it"
        disclose_convoy(
            demo, openings
        )  # too early, by its own party's doing: the public pages keep silent all the same
    early = {name: composed(copy, name) for name in ("access", "map", "log", "home", "changes", "place")}
    assert [name for name, page in early.items() if MOVEMENT in page] == []
    with Demo(play, copy) as demo:
        demo.read("party:monitor", 1, days=100)
    page = json.loads(composed(copy, "access"))["answer"]
    (told,) = (one for one in page["disclosed"] if one["movement"] == MOVEMENT)
    assert set(told["commitments"]) == {opening.commitment.hex() for opening in openings}
    with enduse.open(copy) as programme:
        for entry in told["entries"]:
            body = next(one for one in programme.statements(kind="disclosure") if one.entry == entry).statement.body
            again = Opening(body.field, body.value.encode(), bytes.fromhex(body.salt)).commitment.hex()
            assert again == body.commitment, "what is told is what was sealed"
            assert again in told["commitments"]
    before = json.loads(early["access"])["answer"]["months"]
    assert all(one["planned"] is None for one in page["months"] if one not in before), "one movement is a small count"


def composed(folder, name):
    """A page as JSON, beside it, where that is no answer to be read, in English too."""
    with enduse.open(folder) as programme:
        answers, about = SiteAnswers(programme), "north" if name == "place" else ""
        told = [compose(answers, name, about, language).data.decode() for language in ("", "en")]
    return told[0] if name == "access" else "".join(told)


def test_a_late_load_names_no_place(pages, played_demo, tmp_path):
    play, folder = played_demo
    shutil.copytree(folder, tmp_path / "copy")
    with Demo(play, tmp_path / "copy") as demo:
        dispatched(demo)
        demo.read("party:monitor", 1, days=90)
    with enduse.open(tmp_path / "copy") as programme:
        answers = SiteAnswers(programme)
        load = json.loads(compose(answers, "load", "7731", "").data)["answer"]["loads"][0]
        late = json.loads(compose(answers, "missing", "", "").data)["answer"]["late"]
        page = compose(answers, "load", "7731", "en").data.decode()
    assert (load["state"], load["steps"], load["holders"]) == ("overdue", [], ["party:lark"])
    assert load["days"] > 30
    (one,) = [each for each in late if each["item"] == CONVOY]
    assert not any(one[name] for name in ("start", "end", "receiver", "by", "disputes", "sent", "received"))
    assert "Late is not missing." in page
    assert "Hospital" not in page


def test_a_count_of_few_people_is_not_told():
    def value(figure, kind="count"):
        body = IndicatorBody(
            series="s",
            wording={"en": "How many?"},
            value=figure,
            unit="people",
            period=Period(start=START_OF_2026),
            kind_of_figure=kind,
            citation=Citation(source="x"),
        )
        return SeriesValue(body=body, entry=0, comparable=False)

    series = SeriesView(
        series="s",
        title={},
        measure="other",
        unit="people",
        place="",
        party="p",
        source="x",
        values=(value("4"), value("5"), value("0"), value("3", "survey")),
        gaps=(),
    )
    kept = [Decimal(one.body.value) for one in few_hidden(series, 5).values]
    assert kept == [5, 0, 3]
    assert [one.body.value for one in few_hidden(series, 6).values] == ["0", "3"]
    assert len(few_hidden(series, 5).untold) == 1, "of when there is a count that is not told is said"


INCIDENT = "incident:b4d"


def test_the_log_tells_neither_that_nor_how_often_access_was_spoken_of(played_demo, tmp_path):
    """A movement that may be told, an incident of today, and a claim and a correction that name them: a day, a party or a count tells."""
    play, folder = played_demo
    shutil.copytree(folder, tmp_path / "copy")
    with Demo(play, tmp_path / "copy") as demo:
        size = demo.book.size
        said = MovementBody(movement=MOVEMENT, action="submit", planned=demo.now - timedelta(days=100))
        assert demo.say("party:monitor", MovementStatement, said, "place:north", ago=100).outcome == "accepted"
        befell = IncidentBody(incident=INCIDENT, type="violence", against="monitors")
        assert demo.say("party:monitor", AccessIncident, befell, "place:north").outcome == "accepted"
        claim = ClaimBody(claim="claim:of-it", about=MOVEMENT, words={"en": "It was stopped."})
        assert demo.say("party:monitor", Claim, claim).outcome == "accepted"
        entry = demo.book.access.movements[MOVEMENT][0].entry
        taken = demo.say("party:monitor", Correction, CorrectionBody(corrects=entry, reason="did_not_occur"))
        assert taken.outcome == "accepted"
    with enduse.open(tmp_path / "copy") as programme:
        answers = SiteAnswers(programme)
        page = json.loads(compose(answers, "log", "", "").data)["answer"]
        written = compose(answers, "log", "", "en").data.decode()
        table = table_file(answers, "statements", "csv", "en").decode("utf-8-sig")
        findings = compose(answers, "findings", "", "").data.decode()
    told = [one for one in page["said"] if one["entry"] >= size and one["kind"] != "clock"]
    assert [{name: value for name, value in one.items() if value and name != "entry"} for one in told] == [
        {"held_back": True}
    ] * 4
    assert not {"movement", "incident", "clearance"} & page["counts"].keys()
    for text in (json.dumps(page), written, table, findings):
        assert not any(name in text for name in (MOVEMENT, INCIDENT, entry))


def test_a_loan_of_which_a_part_is_on_its_way_is_in_no_table(played_demo, tmp_path):
    play, folder = played_demo
    shutil.copytree(folder, tmp_path / "copy")
    with Demo(play, tmp_path / "copy") as demo:
        assert dispatched(demo, **{"enduse:reason": "loan"}).outcome == "accepted"
        came: dict[str, Any] = {"bizStep": "receiving", "readPoint": {"id": END}, "bizLocation": {"id": END}}
        came["quantityList"] = [{"epcClass": "urn:enduse:class:cement", "quantity": 3, "uom": "TNE"}]
        assert dispatched(demo, "party:health", **came).outcome == "accepted"
    with enduse.open(tmp_path / "copy") as programme:
        answers = SiteAnswers(programme)
        assert CONVOY in {each.number for each in answers.unsettled}
        assert [one.borrower for one in answers.goods.loans] == ["party:health"]
        assert "party:health" not in table_file(answers, "loans", "csv", "en").decode("utf-8-sig")
