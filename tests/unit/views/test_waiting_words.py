"""A corrected clock and the end of a tie that wait for signatures are told to everybody, and asked of who can add to them."""

from datetime import timedelta

import msgspec
from typer.testing import CliRunner

from enduse.cli.main import app
from enduse.portal.inbox import way_of
from enduse.statements.clock_correction import ClockCorrection, ClockCorrectionBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.tie_end import TieEnd, TieEndBody
from enduse.statements.umbrella import Member, QuorumRule, Umbrella, UmbrellaBody
from enduse.views.councils import waiting_words
from enduse.views.inbox import inbox
from enduse.views.status import status

COUNCIL = ("donor", "fund", "monitor", "keeper")


def with_council(small):
    small.say("keeper", Party, PartyBody(party="keeper", name={"en": "keeper"}, type="agency"))
    body = UmbrellaBody(
        umbrella="u",
        name={"en": "u"},
        members=tuple(Member(party=party) for party in COUNCIL),
        quorum=QuorumRule(need="2", of=COUNCIL),
        standing="in_force",
    )
    assert small.say("keeper", Umbrella, body).outcome == "accepted"
    return small


def asked(small):
    """Return who is asked for what, and of whom it waits at the desk."""
    told = [(one.owner, one.code) for one in status(small.book).tasks if one.code.startswith("agree")]
    return told, {party for party in (*COUNCIL, "carrier", "warehouse") if waits(small, party)}


def waits(small, party):
    now = status(small.book)
    return [one for one in inbox(small.book, party, now).items if one.code in {"agree_clock", "agree_tie_end"}]


def test_a_correction_of_a_clock_that_waits_is_told_and_asked_of_the_council(small):
    with_council(small)
    clock = small.book.statement(small.book.clocks.first).id
    right = small.now + timedelta(hours=1)

    def correct(party):
        body = ClockCorrectionBody(clock=clock, time=right)
        return small.intake.say([small.says(party, ClockCorrection, body)], small.now)[0]

    assert asked(small) == ([], set())
    assert correct("donor").outcome == "accepted"
    assert asked(small) == ([("u", "agree_clock")], {"fund", "monitor"}), "the keeper's word counts for nothing here"
    assert way_of(waits(small, "fund")[0]) == f"desk/say/clock_correction/?clock={clock}"
    with small.closed() as folder:
        told = CliRunner().invoke(app, ["status", str(folder)], env={"COLUMNS": "300"})
        assert f"Sign, or leave, what is stated of the clock {clock}: it waits for signatures." in told.stdout
    assert correct("fund").outcome == "accepted"
    assert asked(small) == ([], set()), "it is corrected"
    assert small.book.clocks.corrections


def test_a_correction_is_told_as_waiting_where_another_council_has_signed_enough_of_it(small):
    """It was in nobody's sight: no longer waiting, since enough of the new council had signed, and not in effect either."""
    with_council(small)
    clock, right = small.book.statement(small.book.clocks.first).id, small.now + timedelta(hours=1)

    def correct(party):
        body = ClockCorrectionBody(clock=clock, time=right)
        return small.intake.say([small.says(party, ClockCorrection, body)], small.now)[0]

    correct("donor")
    body = small.book.programme.umbrellas["u"]
    fewer = msgspec.structs.replace(body, quorum=QuorumRule(need="1", of=COUNCIL))
    small.say("donor", Umbrella, fewer)
    small.say("fund", Umbrella, fewer)
    assert small.book.programme.umbrellas["u"].quorum.need == "1"
    assert asked(small) == ([("u", "agree_clock")], {"fund", "monitor"})
    correct("donor")
    assert asked(small) == ([], set()), "its next word counts"
    assert small.book.clocks.corrections


def test_the_end_of_a_tie_that_waits_is_told_and_asked_of_the_other_end_or_of_the_council(small):
    with_council(small)

    def tie(owner):
        small.say("keeper", Party, PartyBody(party="carrier", name={"en": "carrier"}, type="agency", owned_by=(owner,)))
        return TieEndBody(party="carrier", how="owned_by", other=owner)

    body = tie("warehouse")
    assert asked(small) == ([], set())
    small.say("carrier", TieEnd, body)
    assert asked(small) == ([("warehouse", "agree_tie_end")], {"warehouse"})
    assert way_of(waits(small, "warehouse")[0]) == "desk/say/tie_end/?party=carrier"
    small.say("donor", TieEnd, body)
    assert asked(small) == (
        [("warehouse", "agree_tie_end"), ("u", "agree_tie_end")],
        {"warehouse", "fund", "monitor"},
    ), "one end, or the council"
    small.say("warehouse", TieEnd, body)
    assert asked(small) == ([], set())
    assert waiting_words(small.book) == ()
    body = tie("donor")
    small.say("monitor", TieEnd, body)
    assert asked(small) == ([("u", "agree_tie_end")], {"fund"}), "an end of the tie does not decide as the council"
    with small.closed() as folder:
        told = CliRunner().invoke(app, ["status", str(folder)], env={"COLUMNS": "300"})
        assert "Sign, or leave, that a tie of carrier is over: it waits for signatures." in told.stdout
