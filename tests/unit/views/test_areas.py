"""What came where: areas by hand beside the pages of places, and shapes as they are brought."""

import json
import math
import re
import shutil

import pytest

import enduse
from enduse.errors import LimitError, MalformedError, UnknownError
from enduse.pages.area_maps import AreaMap, AreaShare, draw_map, tables
from enduse.pages.localizer import Localizer
from enduse.portal import places
from enduse.portal.answers import SiteAnswers
from enduse.portal.site import compose
from enduse.simulate.shapes import shapes
from enduse.views.outlines import AREAS_MAX, DRAWN, outlines, simplified

AREA_FIGURES = 3
AREAS = ("place:middle", "place:north", "place:south")


def feature(code, ring, **more):
    return {
        "type": "Feature",
        "properties": {"adm2_pcode": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        **more,
    }


def geojson(*features):
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def test_an_area_holds_what_the_pages_of_its_places_tell_and_its_bills_promise(played_demo):
    with enduse.open(played_demo[1]) as programme:
        answers, told = SiteAnswers(programme), programme.areas()
        for one in told.measures:
            if one.resource.startswith("money/"):
                continue
            for line in one.lines:
                if line.area not in AREAS:
                    continue
                (page,) = (
                    each for each in places.place(answers, line.area).goods if each.came.resource == one.resource
                )
                assert line.came.amount + line.stored.amount == page.came.amount, (line.area, one.resource)
                assert line.waits.amount == max(0, line.promised.amount - line.came.amount)
        bills = [line for each in programme.projects() for line in each.body.bill if line.material == "cement"]
        billed = sum(line.quantity.base()[0] for line in bills)
        (cement,) = (one for one in told.measures if one.resource == "cement/g")
        assert sum(line.promised.amount for line in cement.lines) == billed


def test_what_left_a_store_and_has_not_arrived_is_not_called_stored(played_demo):
    """A report said 50 t lay in stores beside a page that found 30 t there: 20 t were on the way, of which nothing is told."""
    with enduse.open(played_demo[1]) as programme:
        told = programme.areas()
    heads = {heads for _, heads, _ in tables(told, Localizer("en", {})) if len(heads) > AREA_FIGURES}
    assert {head for (*_, head, _waits) in heads} == {"in stores there, or sent on and not arrived"}


def test_without_shapes_the_page_says_so_and_with_bad_ones_why(played_demo, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(played_demo[1], folder)
    (folder / "areas.geojson").unlink(missing_ok=True)

    def page(language="en"):
        with enduse.open(folder) as programme:
            return compose(SiteAnswers(programme), "map", "", language).data.decode()

    assert "No shapes of areas were given, so no map is drawn." in (bare := page())
    assert ('class="map"' in bare, "295" in bare) == (False, True)
    (folder / "areas.geojson").write_text("{", encoding="utf-8")
    assert "The shapes that were given cannot be drawn: it holds no shapes of areas with P-codes." in page()
    (folder / "areas.geojson").write_bytes(shapes())
    drawn = page("ar")
    assert drawn.count("<svg xmlns") == drawn.count('role="group"') > 2
    assert '<a href="../../ar/place/north/" aria-label="الشمال: ' in drawn
    assert "295" in drawn


def test_a_map_is_reached_by_keyboard_and_says_each_area_in_words():
    drawn = outlines(geojson(feature("north", SQUARE)), ["place:north"], "areas.geojson")
    told = AreaMap("Cement", {"place:north": AreaShare(0.5, "5 t of 10 t")})
    words = Localizer("en", {"place:north": {"en": "North <1>"}})
    linked = draw_map(drawn, told, words, "one", lambda area: f"../{area}/")
    assert '<a href="../place:north/" aria-label="North &lt;1&gt;: 5 t of 10 t">' in linked
    alone = draw_map(drawn, told, words, "one")
    assert ("<a " in alone, 'role="img"' in alone, ">50%<" in alone) == (False, True, True)


def test_shapes_are_drawn_with_few_points_and_lose_no_area():
    def blob(x):
        return [(x + math.cos(t / 9e3 * math.tau), 31 + math.sin(t / 9e3 * math.tau)) for t in range(9_000)]

    every = {f"place:{n}": [(*blob(3 * n), (3 * n + 1, 31))] for n in range(20)}
    drawn = simplified(every)
    assert sum(len(ring) for rings in drawn.values() for ring in rings) <= DRAWN
    assert all(len(rings) == 1 and len(rings[0]) > 5 for rings in drawn.values())
    square = tuple((float(x), float(y)) for x, y in SQUARE)
    assert simplified({"place:a": [square]}) == {"place:a": (square,)}


@pytest.mark.parametrize(
    ("data", "error", "code"),
    [
        (b"", MalformedError, "access.no_shapes"),
        (b"[]", MalformedError, "access.no_shapes"),
        (geojson(), MalformedError, "access.no_shapes"),
        (geojson(feature("north", [[0, 0], [1, 1]])), MalformedError, "access.no_shapes"),
        (geojson({"geometry": None, "properties": {"pcode": "x"}}), MalformedError, "access.no_shapes"),
        (geojson(feature("north", [[631_000, 3_471_000]] * 4)), MalformedError, "access.shapes_no_degrees"),
        (geojson(feature("PS01", SQUARE)), UnknownError, "access.no_shape"),
        (geojson(*[feature("north", SQUARE)] * (AREAS_MAX + 1)), LimitError, "access.too_many_shapes"),
        (b'{"features": [{"id": 1e999}]}', MalformedError, "access.no_shapes"),
    ],
)
def test_shapes_that_cannot_be_drawn_are_refused_with_a_reason(data, error, code):
    with pytest.raises(error) as found:
        outlines(data, AREAS, "areas.geojson")
    assert found.value.problem.code == code


@pytest.mark.parametrize("share", [None, 0.1, 0.3, 0.5, 0.7, 0.9])
def test_what_is_written_on_a_shade_stands_out_from_it(share):
    drawn = outlines(geojson(feature("north", SQUARE)), ["place:north"], "areas.geojson")
    told = AreaMap("Cement", {"place:north": AreaShare(share, "so much")})
    image = draw_map(drawn, told, Localizer("ar", {"place:north": {"ar": "الشمال"}}), "one")
    (ground,) = re.findall(r'<path [^>]*fill="(#\w+)"', image)
    inks = re.findall(r'<text [^>]*fill="(#\w+)" stroke="(#\w+)"', image)
    assert len(inks) == 2
    for ink, rim in inks:
        assert min(contrast(ink, ground), contrast(ink, rim)) >= 4.5, (ink, rim, ground)


def test_what_is_written_on_dots_goes_with_the_page_light_or_dark():
    drawn = outlines(geojson(feature("north", SQUARE)), ["place:north"], "areas.geojson")
    told = AreaMap("Cement", {"place:north": AreaShare(None, "not told")})
    image = draw_map(drawn, told, Localizer("en", {}), "one", pattern="dots")
    assert 'fill="url(#dots)"' in image
    assert image.count('fill="currentColor" stroke="var(--paper,#fff)"') == 2


def contrast(one, other):
    """By WCAG 2.2, from 1 to 21."""
    light, dark = sorted(map(luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
    parts = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
