"""What network assurance saw, as it is shown: in order, cut with a word about it, in two languages, without colour too."""

import html
import io
import json
import re
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from rich.cells import cell_len
from rich.console import Console

from enduse.assurance.model import Link, Network, Node
from enduse.assurance.result import (
    Alarm,
    Explanation,
    GrossError,
    Hypothesis,
    Measurement,
    MeasurementKind,
    NetworkAssessment,
    PlaceKind,
    Power,
    SlipKind,
)
from enduse.book.assessment import Assessed
from enduse.errors import Problem
from enduse.messages import Message
from enduse.pages import assessment_map
from enduse.pages.assessment_draft import draft
from enduse.pages.assessment_json import assessment_json
from enduse.pages.assessment_page import render, write_page
from enduse.pages.assessment_terminal import ROWS_SHOWN, print_assessment
from enduse.pages.assessment_terms import SIGNS
from enduse.pages.assessment_words import Words
from enduse.pages.catalogue import signing_languages
from enduse.pages.localizer import Localizer
from enduse.statements.claim import FindingBody
from enduse.terms.times import parse_instant
from enduse.views.assessment_context import KnownView, ViewContext
from enduse.views.assessment_view import BANDS, AssessmentView, assessment_view, band, layers
from enduse.views.excluded_readings import ExcludedReadings
from support.chromium import chromium, chromium_needed
from support.html import Reader, luminance

ROOM = Path(assessment_map.__file__).parent
START = parse_instant("2026-03-09")
NAMES = {
    "place:store": {"en": "Central store", "ar": "المستودع المركزي"},
    "place:clinic": {"en": "Clinic site", "ar": "موقع العيادة"},
    "cement TNE": {"en": "cement", "ar": "الأسمنت"},
    "party:haulage": {"en": "Brindle Haulage", "ar": "بريندل للنقل"},
}
WAY = "place:store > place:clinic"


def alarm(**changes) -> Alarm:
    usual = {
        "hypothesis": Hypothesis.TRANSIT_LOSS,
        "where": WAY,
        "material": "cement TNE",
        "first_period": 8,
        "last_period": 8,
        "estimate": 20.0,
        "interval": (19.1, 20.9),
        "statistic": 42.0,
        "p_value": 0.0,
        "indistinguishable_from": (
            Explanation(Hypothesis.MISREAD_SHIPPED, WAY, 8, 8),
            Explanation(Hypothesis.INSTRUMENT_BIAS, "scale:clinic-site", 1, 25),
        ),
        "next_measurement": Measurement(MeasurementKind.WEIGHING_AT_ARRIVAL, WAY, 8, 8),
        "open_ended": False,
    }
    return Alarm(**{**usual, **changes})


def power(
    where: str, kind: PlaceKind, smallest: float | None, passed: float, window=(1, 25), material="cement TNE"
) -> Power:
    return Power(
        where=where,
        kind=kind,
        material=material,
        first_period=window[0],
        last_period=window[1],
        smallest_loss=smallest,
        share=None if smallest is None else smallest / passed,
        probability=0.9,
        next_measurement=None,
        then_smallest=None,
    )


def assessment(alarms=(), powers=(), aside=(), caveats=(), p_value=0.0) -> NetworkAssessment:
    return NetworkAssessment(
        p_value=p_value,
        false_alarm=0.05,
        alarms=tuple(alarms),
        gross_errors=tuple(aside),
        caveats=tuple(caveats),
        periods=25,
        seed=1,
        mode="retrospective",
        error_factors={},
        _power=lambda: tuple(powers),
    )


SMALL = Network(
    [Node("place:store", "warehouse"), Node("place:clinic", "site")], [Link(WAY, "place:store", "place:clinic")]
)
POWERS = (
    power("place:store", "node", None, 0),
    power("place:store", "node", None, 0, (25, 25)),
    power(WAY, "link", 1.0, 500),
    power(WAY, "link", 1.0, 10, (25, 25)),
)
GROUND = ViewContext(
    title={"en": "Invented", "ar": "مخترع"},
    names=NAMES,
    resources={"cement TNE": "cement/g"},
    start=START,
    period_days=7,
    tables=False,
    carried={(8, WAY, "cement TNE"): ("consignment:0128",)},
    known={"consignment:0128": (KnownView(about="consignment:0128", code="open", name="party:haulage"),)},
)


def view(found: NetworkAssessment, network=SMALL, context: ViewContext | None = None, materials=()) -> AssessmentView:
    assessed = Assessed(assessment=found, power=found.power, network=network, materials=tuple(materials))
    return assessment_view(assessed, context or ViewContext())


def small(**changes) -> AssessmentView:
    return view(assessment((alarm(),), POWERS, **changes), SMALL, GROUND)


def wide(sites: int) -> AssessmentView:
    nodes = [Node("donor", "donor"), Node("store", "warehouse"), *(Node(f"site {at}", "site") for at in range(sites))]
    links = [Link("donor > store", "donor", "store")]
    links += [Link(f"store > site {at}", "store", f"site {at}") for at in range(sites)]
    powers = [power("donor > store", "link", 50.0, 10_000.0)]
    powers += [power(f"store > site {at}", "link", 0.5 + at / 100, 10.0) for at in range(sites)]
    powers += [power(f"site {at}", "node", None, 0) for at in range(sites)]
    lost = alarm(
        where=f"site {sites - 1}",
        hypothesis=Hypothesis.NODE_LOSS,
        indistinguishable_from=(),
        next_measurement=None,
    )
    return view(assessment((lost,), powers), Network(nodes, links), ViewContext(title={"en": "wide"}))


def told(seen: AssessmentView, language="en", width=80) -> str:
    out = io.StringIO()
    print_assessment(seen, Console(file=out, width=width, color_system=None), Localizer(language, seen.names))
    return out.getvalue()


def flat(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.0, "well"),
        (0.0104, "well"),
        (0.011, "fair"),
        (0.05, "fair"),
        (0.2, "poor"),
        (0.21, "hardly"),
        (None, "unseen"),
    ],
)
def test_bands_follow_the_share_as_it_is_told(share, expected):
    assert band(share) == expected
    assert len({SIGNS[name] for name in (*BANDS, "unstated")}) == len(BANDS) + 1


def test_rows_stand_by_how_much_could_be_missing_and_the_blind_ones_apart():
    seen = wide(30)
    assert seen.rows[0].where == "donor > store"  # 0.5 % of everything is more than 8 % of one site
    assert [row.hidden for row in seen.rows] == sorted((row.hidden for row in seen.rows), reverse=True)
    assert len(seen.unseen) == 30
    assert seen.unstated == 1  # the store


def test_a_lead_carries_a_draft_that_can_be_signed_and_finds_nothing():
    seen = small()
    made = draft(seen.leads[0], Words(seen, Localizer("en", seen.names)))
    body = msgspec.convert(made["body"], FindingBody)
    assert (body.about, body.result, body.reliability, body.credibility) == ("consignment:0128", "unresolved", "F", "6")
    assert made["place"] == "place:clinic"
    assert "About 20 t of cement went missing on the way" in flat(body.method)
    assert "consignment:0128" in body.method
    plain = view(assessment((alarm(),)))
    other = draft(plain.leads[0], Words(plain, Localizer("en", {})))
    assert msgspec.convert(other["body"], FindingBody).about == "place:store>place:clinic"


def test_leads_about_which_there_is_a_finding_come_last():
    found = KnownView(about="place:clinic", code="finding", name="finding:1", result="supported")
    ground = msgspec.structs.replace(GROUND, known={"place:clinic": (found,)})
    node = alarm(hypothesis=Hypothesis.NODE_LOSS, where="place:clinic")
    seen = view(assessment((node, alarm()), POWERS), SMALL, ground)
    assert [lead.alarm.where for lead in seen.leads] == [WAY, "place:clinic"]
    assert "The record holds a finding about place:clinic: finding:1, supported." in flat(told(seen))


def test_the_terminal_says_it_in_eighty_columns_with_dates_and_names():
    text = told(small())
    assert max(cell_len(line.rstrip()) for line in text.splitlines()) <= 80
    words = flat(text)
    assert "less than 1 in 1,000,000" in words
    assert "About 20 t of cement went missing on the way Central store → Clinic site, 27 April to 3 May 2026." in words
    assert "a wrong reading at departure; a scale that reads wrong (clinic-site, 9 March to 30 August 2026)." in words
    assert "In the books it lies open in consignment:0128; Brindle Haulage answers for it." in words
    assert "● 0.2% ◑ 10% 1 t" in words
    assert "○ At one place a loss of any size would go unnoticed: Central store." in words
    assert "period 8" not in words


def test_without_dates_periods_keep_their_numbers():
    seen = view(assessment((alarm(),), POWERS), SMALL, ViewContext())
    assert "About 20 of cement TNE went missing on the way place:store → place:clinic, period 8." in flat(told(seen))


def test_many_rows_are_cut_and_it_is_said():
    words = flat(told(wide(100)))
    assert f"{101 - ROWS_SHOWN} more rows are not shown: less could be missing there without being noticed." in words
    assert "At 100 places a loss of any size would go unnoticed" in words


def test_materials_about_which_nothing_is_stated_are_counted():
    seen = view(assessment((), POWERS), SMALL, GROUND, ("cement TNE", "steel TNE", "sand TNE"))
    assert seen.untold == ("sand TNE", "steel TNE")
    assert "About 2 materials nothing is stated, for there are too many." in flat(told(seen))
    assert "About <bdi>2</bdi> materials" in render(seen)


@pytest.mark.parametrize(("then", "shown"), [(0.2, "from 0.2 t would be noticed instead of 1 t"), (0.01, "3 May 2026")])
def test_a_measurement_is_not_praised_beyond_belief(then, shown):
    better = msgspec.structs.replace(POWERS[2], next_measurement=alarm().next_measurement, then_smallest=then)
    words = flat(told(view(assessment((), (*POWERS[:2], better, POWERS[3])), SMALL, GROUND)))
    assert "independent weighing at arrival, Central store → Clinic site, 27 April to 3 May 2026" in words
    assert shown in words
    assert ("instead of" in words) == (then == 0.2)


def aside(period=3, value=137.0) -> GrossError:
    return GrossError(
        reading=f"r{period}",
        kind=SlipKind.UNEXPLAINED,
        reading_kind="received",
        where=WAY,
        material="cement TNE",
        period=period,
        value=value,
        expected=161.0,
        tied=True,
    )


def test_slips_that_all_go_one_way_are_told_together_and_first():
    low = [aside(period) for period in (1, 2, 3, 4)]
    words = flat(told(view(assessment((), POWERS, low, p_value=0.98), SMALL, GROUND)))
    assert "But 4 readings did not fit and were set aside; look at them too. Some of them lie at one place" in words
    assert "say 548 t together; all others say 644 t. All of them are too low." in words
    mixed = [*low[:3], aside(4, 180.0)]
    assert "All of them" not in told(view(assessment((), POWERS, mixed, p_value=0.98), SMALL, GROUND))


def test_a_reading_set_aside_is_never_hidden_behind_a_clean_verdict():
    seen = view(assessment((), POWERS, (aside(),), p_value=0.98), SMALL, GROUND)
    words = flat(told(seen))
    assert "But one reading did not fit and was set aside; look at it too." in words
    assert "says 137 t; all others say 161 t: unexplained. A loss of that size there would look the same." in words
    assert "look at it too" in render(seen)


def test_a_terminal_obeys_nothing_that_a_table_says():
    seen = view(assessment((alarm(where="a\x1b]0;pwned\x07b"),)), SMALL, ViewContext())
    assert "\x1b]0" not in told(seen)


@pytest.mark.parametrize("seen", [small(), wide(998)], ids=["small", "a thousand places"])
def test_the_page_asks_nothing_of_anybody_and_can_be_heard(seen):
    page = render(seen)
    reader = Reader(page)
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in reader.tags}
    names = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(names) == len(set(names))
    for tag, attributes in reader.tags:
        assert (attributes.get("href") or "#").startswith("#")
        if tag == "th":
            assert attributes["scope"] in {"col", "row"}
        if attributes.get("role") == "region":
            assert attributes["tabindex"] == "0"
            assert attributes["aria-label"]
        for name in (attributes.get("aria-labelledby") or "").split():
            assert name in names
    assert all(after <= before + 1 for before, after in zip(reader.heads, reader.heads[1:], strict=False))
    assert reader.heads.count(1) == len(signing_languages())
    assert len(page.encode()) < 400_000


def test_no_lead_is_dropped_however_many_there_are():
    many = [alarm(first_period=at, last_period=at, estimate=float(at)) for at in range(1, 31)]
    english = render(view(assessment(many, POWERS), SMALL, GROUND), ("en",))
    assert english.count('<article class="card lead-card') == 20
    assert '<ol start="21">' in english
    assert english.count("went missing on the way") == 30


def test_both_languages_say_it_each_in_its_direction():
    english, arabic = re.split(r'<div class="edition" id="ar"', render(small()))
    for one in (english, arabic):
        assert "consignment:0128" in one
        assert one.count('<article class="card lead-card') == 1
    assert 'dir="rtl"' in arabic
    assert "27 أبريل إلى 3 مايو 2026" in arabic.replace("<bdi>", "").replace("</bdi>", "")
    assert "A lead, not a finding" in english
    assert "خيط لا استنتاج" in arabic
    assert "<bdi>consignment:0128</bdi>" in arabic


def test_what_tables_say_cannot_become_markup():
    bad = "<script>alert(1)</script>"
    network = Network([Node(bad, "site"), Node("b", "site")], [Link(f"{bad} > b", bad, "b")])
    lost = alarm(
        where=f"{bad} > b",
        material=bad,
        indistinguishable_from=(Explanation(Hypothesis.MISREAD_USE, bad, 1, 2),),
        next_measurement=Measurement(MeasurementKind.CALIBRATION, bad, 1, 2),
    )
    caveats = (
        Message.of(
            "assurance.use_not_measured",
            n=1,
            examples=[Message.of("assurance.material_at_place", place=bad, material=bad)],
        ),
    )
    page = render(
        view(assessment((lost,), (power(bad, "node", 1.0, 2.0),), (), caveats), network, ViewContext(title={"en": bad}))
    )
    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 20
    Reader(page)


def test_the_same_assessment_gives_the_same_page(tmp_path):
    assert write_page(small(), tmp_path / "a.html").read_text(encoding="utf-8") == render(small())


def test_the_map_is_mirrored_cut_and_never_by_colour_alone():
    seen = wide(998)
    drawn = assessment_map.lay_out(seen)
    assert drawn.cut == 998 - assessment_map.COLUMN_MAX
    assert "site 997" in drawn.boxes, "a place with a lead is never cut"
    assert drawn.height < 1000
    boxes = sorted((box.x, box.y) for box in drawn.boxes.values())
    for (x, y), (other, below) in pairwise(boxes):
        assert other > x or below >= y + assessment_map.BOX
    english = assessment_map.draw(small(), Words(small(), Localizer("en", NAMES)), "x", "Title", "What it shows")
    arabic = assessment_map.draw(small(), Words(small(), Localizer("ar", NAMES)), "x", "Title", "What it shows")
    assert english.count('class="badge"') == 1
    assert "○ Central store" in english
    assert "fill:url(#x-unseen)" in english
    at = r'<g class="place[^>]*><title>[^<]*</title><rect x="(\d+)"'
    assert re.findall(at, english) != re.findall(at, arabic)
    assert '<title id="x-title">Title</title><desc id="x-desc">What it shows</desc>' in english


def test_columns_follow_the_flow_and_kinds_where_it_goes_round():
    chain = [Node(f"n{at}", kind) for at, kind in enumerate(("donor", "crossing", "site"))]
    links = [Link("a", "n0", "n1"), Link("b", "n1", "n2")]
    assert layers(Network(chain, links)) == {"n0": 0, "n1": 1, "n2": 2}
    assert layers(Network(chain, [*links, Link("c", "n2", "n1")])) == {"n0": 0, "n1": 1, "n2": 2}
    long = [Node(f"n{at}", "site") for at in range(30)]
    assert set(layers(Network(long, [Link(f"l{at}", f"n{at}", f"n{at + 1}") for at in range(29)])).values()) == {0}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["well", "fair", "poor", "hardly", "unseen", "unstated"])
def test_figures_stand_out_from_the_heat(theme, ground):
    ink = ("#1d2427", "#e9e6df")[theme]
    css = (ROOM / "templates" / "assessment.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--heat-([a-z]+):(#[0-9a-f]{6})", css.split(":root{")[1 + theme].split("}")[0]))
    assert f"--ink:{ink}" in (ROOM / "templates" / "report.css").read_text(encoding="utf-8")
    dark, light = sorted((luminance(ink), luminance(colours[ground])))
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2 AA


def test_only_logical_directions_are_used():
    css = (ROOM / "templates" / "assessment.css").read_text(encoding="utf-8")
    assert not re.search(r"(margin|padding|border)-(left|right)|[^-](left|right)\s*:", css)


NAMES_TOLD_APART = (
    "Food and Medicine store",
    "Gate, North",
    "Yard (old)",
    "Depot → Camp > Port",
    "count before period 2 and after period 9",
    "use at Camp in periods 1 to 4",
    "misread used at Camp in period 3",
    "store: loss after hand-over",
    "{place} [bold]& <b>",
)


@pytest.mark.parametrize("language", signing_languages())
@pytest.mark.parametrize("name", NAMES_TOLD_APART)
def test_a_name_of_any_shape_is_said_as_it_was_given(name, language):
    ways = [
        Link(f"way {name}", name, "camp"),
        Link("another way", name, "camp"),
    ]  # so that their ends do not tell them apart
    network = Network([Node(name, "warehouse"), Node("camp", "site")], ways)
    lead = alarm(
        where=name,
        hypothesis=Hypothesis.NODE_LOSS,
        material=f"M {name}",
        indistinguishable_from=(
            Explanation(Hypothesis.TRANSIT_LOSS, f"way {name}", 8, 8),
            *(Explanation(hypothesis, name, 1, 4) for hypothesis in Hypothesis),
        ),
        next_measurement=None,
    )
    case = Message.of("assurance.material_at_place", place=name, material=f"M {name}")
    caveat = Message.of("assurance.use_not_measured", n=2, examples=[case, case])
    reading = msgspec.structs.replace(aside(), where=name, material=f"M {name}", reading=f"R {name}")
    found = assessment((lead,), (power(name, "node", None, 0),), (reading,), (caveat,))
    seen = view(found, network, materials=(f"M {name}",))
    words = Words(seen, Localizer(language, seen.names))
    for measurement in MeasurementKind:
        assert name in words.measurement(Measurement(measurement, name, 1, 4))
    assert f"way {name}" in words.rivals(seen.leads[0])[0]
    assert all(name in other for other in words.rivals(seen.leads[0])[1:])
    assert words.caveat(caveat).count(f"{name} (M {name})") == 2
    shown = flat(told(seen, language))
    assert all(part in shown for part in (f"M {name}", f"way {name}", f"R {name}", f"{name} (M {name})"))
    page = html.unescape(re.sub(r"</?bdi>", "", render(seen, (language,))))
    assert all(part in page for part in (f"M {name}", f"way {name}", f"R {name}", f"{name} (M {name})"))
    answer = json.loads(msgspec.json.encode(assessment_json(words)))
    (answered,) = answer["alarms"]
    assert (answered["where"], answered["material"]) == (name, f"M {name}")
    assert {other["values"]["where"] for other in answered["indistinguishable_from"]} == {name, f"way {name}"}
    assert name in answered["message"]
    assert answer["caveats"][0]["values"]["examples"][0]["values"] == {"place": name, "material": f"M {name}"}


def test_json_has_the_keys_others_build_on():
    seen = small(aside=(aside(),), caveats=(Message.of("assurance.slips_frequent"),))
    answer = json.loads(msgspec.json.encode(assessment_json(Words(seen, Localizer("en", seen.names)))))
    assert {"p_value", "alarms", "power", "gross_errors", "caveats", "problems", "drafts", "summary"} <= answer.keys()
    assert {
        "hypothesis",
        "where",
        "material",
        "first_period",
        "last_period",
        "estimate",
        "interval",
        "statistic",
        "indistinguishable_from",
    } <= answer["alarms"][0].keys()
    assert answer["alarms"][0]["hypothesis"] == "transit loss"
    others = answer["alarms"][0]["indistinguishable_from"]
    said = [*answer["alarms"], *answer["power"], *answer["gross_errors"], *answer["caveats"], *others]
    said.append(answer["alarms"][0]["next_measurement"])
    assert all(one["code"].startswith("assurance.") and one["message"] for one in said)
    assert view(assessment(), SMALL).power == ()


@pytest.mark.parametrize("language", signing_languages())
def test_everything_assurance_may_say_has_words(language):
    seen = view(assessment((alarm(),), POWERS), SMALL, GROUND)
    words = Words(seen, Localizer(language, seen.names))
    (lead,) = seen.leads
    said = [words.lead(msgspec.structs.replace(lead, alarm=alarm(hypothesis=which))) for which in list(Hypothesis)[:4]]
    said += [words.explanation(Explanation(which, WAY, 1, 2)) for which in Hypothesis]
    said += [words.measurement(Measurement(which, WAY, 1, 2)) for which in MeasurementKind]
    readings = (msgspec.structs.replace(aside(), kind=which, value=1000.0, expected=1.0) for which in SlipKind)
    said += [words.aside(ExcludedReadings((reading,))) for reading in readings]
    assert len(set(said)) == len(said), "no two are said alike"
    assert not [text for text in said if re.search(r"[{}_]|assurance\.", text)]


def test_a_slip_says_by_how_much():
    seen = view(assessment((), POWERS), SMALL, GROUND)
    words = Words(seen, Localizer("en", seen.names))
    slip = msgspec.structs.replace(aside(), kind=SlipKind.UNIT, value=161_000.0, tied=False)
    assert "wrong unit or decimal place, about 1,000 times too much." in words.aside(ExcludedReadings((slip,)))
    told = words.aside(ExcludedReadings((slip,) * 4))
    assert told.endswith("All of them: looks like a wrong unit or decimal place, about 1,000 times too much.")
    assert "made up" not in told


def test_the_first_paragraph_says_what_is_missing_whom_to_ask_and_how_sure_that_is():
    found = KnownView(about=WAY, code="finding", name="finding:1", result="supported")
    lost = alarm(where="place:clinic", hypothesis=Hypothesis.NODE_LOSS, estimate=5.0)
    context = msgspec.structs.replace(GROUND, known={**GROUND.known, "place:clinic": (found,)})
    words = flat(told(view(assessment((alarm(), alarm(), lost), POWERS), SMALL, context)))
    assert words.startswith(
        "Missing, and not explained by errors of weighing and counting: about 40 t of cement. "
        "Ask first who answers for it in the books: Brindle Haulage. "
        "The chance that errors alone look like this: less than 1 in 1,000,000. "
        "One further lead has been examined: a finding about it is in the record. "
        "Up to 1 t of cement could be missing at Central store → Clinic site unnoticed. "
        "At one place a loss of any size would go unnoticed."
    )
    tables = flat(told(view(assessment((alarm(p_value=0.004),), POWERS, p_value=0.004))))
    assert "Ask first whoever sent and whoever received it, and have it counted again." in tables
    assert "look like this: 1 in 250." in tables
    place = alarm(where="place:clinic", hypothesis=Hypothesis.NODE_LOSS)
    assert "Ask first whoever keeps the goods there" in flat(told(view(assessment((place,)))))
    assert "Ask first whoever sent, received or keeps it" in flat(told(view(assessment((place, alarm())))))
    quiet = flat(told(view(assessment((), POWERS, p_value=0.4))))
    assert quiet.startswith(
        "Where a loss would be noticed, nothing is missing beyond what errors of weighing and counting explain."
    )
    assert "where nothing is missing: 40%; below 5% there would be an alarm." in quiet
    scale = alarm(hypothesis=Hypothesis.INSTRUMENT_BIAS, where="scale", estimate=-0.12, interval=(-0.14, -0.1))
    assert "one scale or quantity does not add up" in flat(told(view(assessment((scale,)))))
    assert "scale reads -12% off" in flat(told(view(assessment((scale,)))))


def test_the_map_says_what_a_place_is_not_what_part_it_plays_in_the_statistics():
    network = Network(
        [Node("place:gate", "donor"), Node("place:clinic", "site")], [Link("l", "place:gate", "place:clinic")]
    )
    context = msgspec.structs.replace(GROUND, types={"place:gate": "crossing", "place:clinic": "service_point"})
    seen = view(assessment((), (power("l", "link", 1.0, 500),)), network, context)
    drawn = assessment_map.draw(seen, Words(seen, Localizer("en", seen.names)), "x", "Title", "What it shows")
    assert ">crossing</text>" in drawn
    assert ">service point</text>" in drawn
    assert "donor" not in drawn
    assert seen.unstated == 1, "of the clinic something could be stated, of where goods enter nothing"


MEASURED = """[
    document.documentElement.scrollWidth - document.documentElement.clientWidth,
    Math.max(0, ...[...document.querySelectorAll(".scroll")].filter(one => one.offsetWidth)
        .map(one => one.scrollWidth - one.clientWidth)),
    [...document.querySelectorAll(".on-map")].some(one => one.offsetWidth),
    [...document.querySelectorAll("svg.network")].some(one => one.getBoundingClientRect().width > 0),
]"""


@chromium_needed
def test_nothing_of_the_page_lies_beside_the_screen_of_a_telephone_or_a_desk(tmp_path):
    (tmp_path / "page.html").write_text(render(wide(60)), encoding="utf-8")
    with chromium(tmp_path / "profile") as browser:
        for language in ("en", "ar"):
            page = browser.page(f"file://{tmp_path}/page.html#{language}")
            for width in (360, 1280):
                page.call(
                    "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False
                )
                page.call("Page.navigate", url=f"file://{tmp_path}/page.html#{language}")
                page.run("new Promise(done => setTimeout(done, 200))")
                beside, pushed, listed, drawn = page.run(MEASURED)
                assert (beside, pushed) == (0, 0), (language, width)
                assert (listed, drawn) == ((True, False) if width == 360 else (False, True))


def test_sums_of_money_are_as_exact_as_the_estimate_and_summed_in_one_currency():
    prices = {"cement TNE": (Decimal(135), "USD"), "steel TNE": (Decimal("812.5"), "USD")}
    found = assessment(
        (alarm(estimate=23.77), alarm(material="steel TNE", estimate=4.04, first_period=3, last_period=3))
    )
    seen = view(found, SMALL, ViewContext(prices=prices, tables=True), materials=("cement TNE", "steel TNE"))
    shown = flat(told(seen))
    assert "worth about USD 3,210" in shown.replace("\u00a0", " ")
    assert "Together it is worth about USD 6,490." in shown.replace("\u00a0", " ")
    other = msgspec.structs.replace(seen, prices={**prices, "steel TNE": (Decimal("812.5"), "EUR")})
    assert "Together" not in flat(told(other))


def test_the_page_tells_what_of_the_tables_was_not_read_one_line_for_each_kind():
    bad = [
        Problem.of("assurance.quantity", source="readings.csv", line=line, path="quantity", read="<ten>")
        for line in (7, 9)
    ]
    seen = msgspec.structs.replace(
        small(),
        problems=tuple(bad),
        notes=(Problem.of("network.columns_unused", source="nodes.csv", columns=["driver"]),),
    )
    english = re.sub(r"</?bdi[^>]*>", "", render(seen, ("en",)))
    assert "readings.csv:7 quantity: “&lt;ten&gt;” is not a quantity (and one more)" in english
    assert "nodes.csv: columns that are not used: driver" in english
