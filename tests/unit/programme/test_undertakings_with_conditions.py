"""What is undertaken *after* something or *if* something holds is due only once that is met; what is proposed, never."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from enduse.errors import InvalidValueError
from enduse.statements.condition import FindingPresent, UndertakingMet, Within
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.request import Request, RequestBody
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


def step(small, party, action, **head):
    return small.say(party, Undertaking, UndertakingBody(undertaking="u", action=action), **head)


@pytest.mark.parametrize("ago", [0, 3])
def test_what_lapsed_is_not_withdrawn_out_of_the_register(small, ago):
    due = small.now + timedelta(hours=2)
    small.say("fund", Undertaking, said("u", due=due))
    small.now = due + timedelta(days=1)
    step(small, "fund", "withdraw", occurred_at=small.now - timedelta(days=ago))
    assert standing(small, "u")[0] == "lapsed"
    step(small, "keeper", "met")
    assert standing(small, "u")[0] == "met"


def test_what_is_withdrawn_before_its_day_stays_withdrawn(small):
    due = small.now + timedelta(days=2)
    small.say("fund", Undertaking, said("u", due=due))
    step(small, "fund", "withdraw")
    small.now = due + timedelta(days=1)
    small.say("keeper", Undertaking, said("other"))
    assert standing(small, "u")[0] == "withdrawn"


def test_a_word_about_a_day_to_come_keeps_no_later_one_from_counting(small):
    small.say("fund", Undertaking, said("u", due=small.now + timedelta(hours=2)))
    small.now += timedelta(days=1)
    far = datetime(2190, 1, 1, tzinfo=UTC)
    for party, action in (("keeper", "met"), ("fund", "withdraw"), ("fund", "dispute")):
        assert step(small, party, action, occurred_at=far).outcome == "no_effect"
    assert step(small, "keeper", "met").outcome == "accepted"
    assert standing(small, "u")[0] == "met"
    small.say("fund", Request, RequestBody(request="r", action="send", to="donor", what={"en": "Cement."}))
    answer = RequestBody(request="r", action="accept")
    assert small.say("donor", Request, answer, occurred_at=far).outcome == "no_effect"
    assert small.say("donor", Request, answer).outcome == "accepted"


def test_who_undertakes_what_a_text_proposed_and_takes_that_back_leaves_the_proposal(small):
    small.say("keeper", Undertaking, said("u", action="propose"))
    made = small.say("fund", Undertaking, said("u"))
    assert standing(small, "u")[0] == "not_yet_due"
    own = small.book.statement(made.index).id
    back = CorrectionBody(corrects=own, reason="incorrect_data")
    assert small.say("fund", Correction, back).outcome == "accepted"
    assert standing(small, "u")[0] == "not_stated"
