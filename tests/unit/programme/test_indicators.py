"""Published figures: the same value of two places is two values, and the same one twice is one."""

from datetime import UTC, datetime

import msgspec

import enduse
from conftest import Small
from enduse.portal.answers import SiteAnswers
from enduse.statements.access import AccessRules
from enduse.statements.indicator import Indicator, IndicatorBody
from enduse.terms.texts import Citation
from enduse.terms.times import Period

BODY = IndicatorBody(
    series="series:people",
    wording={"en": "People in need"},
    value="40",
    unit="people",
    period=Period(start=datetime(2026, 1, 1, tzinfo=UTC)),
    citation=Citation(source="people.csv"),
)


def test_two_places_with_the_same_value_are_two_values(small):
    places = ("place:north", "place:south", "place:north", None, None)
    taken = [small.say("monitor", Indicator, BODY, place=place) for place in places]
    assert [each.outcome for each in taken] == ["accepted", "accepted", "no_effect", "accepted", "no_effect"]
    assert {each.problem.code for each in taken if each.problem} == {"indicator.value_twice"}
    assert [value.place for value in small.book.programme.series.values["series:people"]] == [*places[:2], None]


def test_one_least_count_of_the_founding_serves_figures_and_access(tmp_path):
    small = Small(tmp_path / "programme", access=AccessRules(least_count=12))
    for value, month in (("11", 1), ("12", 2), ("-11", 3)):
        period = Period(start=datetime(2026, month, 1, tzinfo=UTC))
        small.say(
            "monitor", Indicator, msgspec.structs.replace(BODY, value=value, kind_of_figure="count", period=period)
        )
    with small.closed() as folder, enduse.open(folder) as programme:
        (series,) = SiteAnswers(programme).series
        assert programme.access_public().least_count == 12
        assert len(programme.indicators().series[0].values) == 3, "who may read the record reads every value"
    small.intake.close()
    assert [one.body.value for one in series.values] == ["12"]
    assert [one.start.month for one in series.untold] == [1, 3]
