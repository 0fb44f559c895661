"""Published figures: the same value of two places is two values, and the same one twice is one."""

from datetime import UTC, datetime

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
