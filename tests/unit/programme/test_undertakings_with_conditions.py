"""What is undertaken *after* something or *if* something holds is due only once that is met; what is proposed, never."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from enduse.errors import InvalidValueError
from enduse.statements.condition import FindingPresent, UndertakingMet, Within
from enduse.statements.undertaking import Undertaking, UndertakingBody
from enduse.terms.texts import Citation
from enduse.terms.times import Period
from enduse.views.arrangement import undertakings

READ = Citation(source="A newspaper", date="2026-01-02")


def said(name, **more):
    fields: dict[str, Any] = {
        "action": "state",
        "by": "fund",
        "about": "leave",
        "words": {"en": "We leave."},
        "citation": READ,
    }
    return UndertakingBody(undertaking=name, **fields | more)


def standing(small, name):
    return next(
        (one.state, one.required and one.required.value)
        for one in undertakings(small.book)
        if one.body.undertaking == name
    )


def test_what_waits_for_a_condition_is_not_late_and_lapses_once_it_is_met(small):
    due = small.now + timedelta(hours=1)
    later = Within(period=Period(start=due + timedelta(days=2)))
    assert small.say("fund", Undertaking, said("u", when="after", requires=later, due=due)).outcome == "accepted"
    small.say("keeper", Undertaking, said("other"))
    small.now = due + timedelta(days=1)
    small.say("keeper", Undertaking, said("another"))
    assert standing(small, "u") == ("waiting", "not_met")
    small.now = due + timedelta(days=3)
    small.say("keeper", Undertaking, said("third"))
    assert standing(small, "u") == ("lapsed", "met")
    small.say("keeper", Undertaking, UndertakingBody(undertaking="u", action="met"))
    assert standing(small, "u") == ("met", "met")


def test_what_waits_for_another_undertaking_is_not_late_by_the_word_of_the_keeper_alone(small):
    due = small.now + timedelta(hours=1)
    small.say("fund", Undertaking, said("u", when="after", requires=UndertakingMet(undertaking="first"), due=due))
    small.now = due + timedelta(days=1)
    small.say("donor", Undertaking, said("first", by="donor"))
    assert standing(small, "u") == ("waiting", "not_known")
    assert small.say("keeper", Undertaking, UndertakingBody(undertaking="first", action="met")).outcome == "accepted"
    assert standing(small, "first")[0] == "met"
    assert standing(small, "u") == ("waiting", "not_known")


def test_undertakings_that_wait_for_each_other_are_not_known(small):
    small.say("fund", Undertaking, said("a", when="if", requires=UndertakingMet(undertaking="b")))
    small.say("donor", Undertaking, said("b", by="donor", when="if", requires=UndertakingMet(undertaking="a")))
    assert standing(small, "a") == ("waiting", "not_known")


def test_what_a_text_proposes_is_undertaken_by_nobody_until_the_party_says_it_itself(small):
    past = datetime(2026, 1, 1, tzinfo=UTC)
    small.say("keeper", Undertaking, said("u", action="propose", due=past))
    assert standing(small, "u")[0] == "not_stated", "nobody is in breach of what it never undertook"
    assert small.say("donor", Undertaking, said("u", by="donor")).outcome == "no_effect"
    small.say("fund", Undertaking, said("u", due=past))
    assert standing(small, "u")[0] == "lapsed"


def test_a_condition_says_whether_it_is_after_or_if():
    for more in ({"when": "after"}, {"requires": FindingPresent(about="x", result="supported")}):
        with pytest.raises(InvalidValueError) as refused:
            said("u", **more)
        assert refused.value.message.code == "undertaking.condition_incomplete"
