"""A council that waits for signatures is told to everybody, and asked of those who have not signed."""

from typer.testing import CliRunner

from conftest import START, Small
from enduse.cli.main import app
from enduse.portal.inbox import way_of
from enduse.statements.mandate import Mandate, MandateBody
from enduse.statements.programme import Function, Place, PlaceBody, Rule
from enduse.statements.umbrella import Member, QuorumRule, Umbrella, UmbrellaBody
from enduse.terms.times import Period
from enduse.views.councils import waiting_councils
from enduse.views.inbox import inbox
from enduse.views.status import status


def council(*members, name="u"):
    return UmbrellaBody(
        umbrella=name,
        name={"en": name},
        members=tuple(Member(party=party) for party in members),
        quorum=QuorumRule(need="all", of=members),
        standing="in_force",
    )


def asked(small):
    return [(one.owner, one.about, one.entries) for one in status(small.book).tasks if one.code == "agree_council"]


def waits(small, party):
    return [one for one in inbox(small.book, party, status(small.book)).items if one.code == "agree_council"]


def test_a_council_that_waits_for_signatures_is_told_to_all_and_asked_of_who_has_not_signed(small):
    small.say("keeper", Umbrella, council("monitor", "donor"))
    assert asked(small) == []
    small.say("keeper", Umbrella, council("carrier"))
    first = small.book.size - 1
    assert asked(small) == [("u", "u", (first,))]
    assert [len(waits(small, party)) for party in ("monitor", "donor", "keeper", "fund")] == [1, 1, 0, 0]
    assert way_of(waits(small, "donor")[0]) == "desk/say/umbrella/?umbrella=u"
    small.say("monitor", Umbrella, council("carrier"))
    assert [one.signed for one in waiting_councils(small.book)] == [("keeper", "monitor")]
    assert [len(waits(small, party)) for party in ("monitor", "donor")] == [0, 1]
    small.say("donor", Umbrella, council("monitor", "carrier"))
    assert asked(small) == [("u", "u", (first, first + 2, first + 4))], (
        "once for each council, however many contents wait"
    )
    with small.closed() as folder:
        told = CliRunner().invoke(app, ["status", str(folder)], env={"COLUMNS": "300"})
        assert "Sign, or leave, what is stated of the council u: it waits for signatures." in told.stdout
    small.say("donor", Umbrella, council("carrier"))
    assert asked(small) == [], "it is in force"


def test_a_first_council_is_asked_of_those_who_decide_by_a_mandate(tmp_path):
    rules = {
        "functions": (Function(function="release", name={"en": "r"}),),
        "rules": (Rule(act="decision", function="release"),),
    }
    small = Small(tmp_path / "p", **rules)
    try:
        small.say("keeper", Place, PlaceBody(place="land", name={"en": "land"}, type="country"))
        offer = MandateBody(
            mandate="m",
            action="offer",
            holder="fund",
            functions=("release",),
            places=("land",),
            period=Period(start=START),
        )
        small.say("keeper", Mandate, offer)
        assert small.say("fund", Mandate, MandateBody(mandate="m", action="accept")).outcome == "accepted"
        small.say("keeper", Umbrella, council("carrier"))
        assert asked(small) == [("fund", "u", (small.book.size - 1,))]
        assert [len(waits(small, party)) for party in ("fund", "keeper")] == [1, 0]
    finally:
        small.intake.close()
