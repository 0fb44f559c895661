"""Ties between parties end only by the word of both ends or of the council, and count for a time after."""

import pytest

from enduse.programme.page import party_page
from enduse.statements.tie_end import TieEnd, TieEndBody
from enduse.statements.umbrella import Member, QuorumRule, Umbrella, UmbrellaBody
from support.arrangement import KEEPER, World, day

TIE = TieEndBody(party="checker", how="owned_by", other="holding")
APART = (("monitoring", "building"), {"en": "who builds does not verify"})


def world(need="2", **more):
    """A monitor and a builder with one owner; a council of three, of which the keeper is one."""
    made = World(functions=("monitoring", "building"), incompatible=(APART,), **more)
    for name in ("holding", "council-a", "council-b", KEEPER):
        made.party(name)
    made.party("builder", owned_by=("holding",))
    made.party("checker", owned_by=("holding",))
    made.place("land", type="country")
    members = tuple(Member(party=name) for name in ("council-a", "council-b", KEEPER))
    rule = QuorumRule(need=need, of=tuple(member.party for member in members))
    body = UmbrellaBody(umbrella="u", name={"en": "u"}, members=members, quorum=rule, standing="in_force")
    assert made.say(Umbrella, KEEPER, body) == ""
    assert made.give("works", "builder", ["building"], ["land"]) == ""
    return made


def told(made):
    return tuple(map(str, made.programme.related("checker", "builder")))


@pytest.mark.threat(
    who="keeper",
    tries="describes a monitor anew without its owner, so that it is no longer related to the builder",
    alone="nothing: a description adds ties and never drops one",
    needs="the monitor and its owner both, or the council without the keeper; and then a year counts still",
    seen_by="everybody, by `enduse mandates`: the tie stands, with both parties' names",
)
@pytest.mark.parametrize("by", [KEEPER, "checker"])
def test_no_description_drops_a_tie(by):
    """The keeper, or the party itself, left the owner out, and monitor and builder counted as unrelated."""
    made = world()
    assert made.party("checker", by=by, on=1) == ""
    assert told(made) == ("checker is owned by holding", "builder is owned by holding")
    assert "checker may not hold monitoring" in made.give("watch", "checker", ["monitoring"], ["land"])


@pytest.mark.threat(
    who="builder",
    tries="says that its monitor owns it, or that it is a member of it, so that what the monitor measured and found no longer"
    " counts",
    alone="nothing: a party makes nobody else its owner by its own word, though its word that it belongs to another keeps it from"
    " judging that one",
    needs="the keeper, who says the same",
    seen_by="everybody, by `enduse mandates`: the tie stands there as stated",
)
@pytest.mark.parametrize("how", ["owned_by", "member_of"])
def test_nobody_is_rid_of_its_judge_by_saying_that_it_belongs_to_it(how):
    """A carrier said that the monitor owned it, and no finding of the monitor about it had effect any more."""
    made = World()
    for name in ("monitor", "builder", "shell"):
        made.party(name)
    made.party("builder", by="builder", **{how: ("monitor",)})
    made.party("shell", by="shell", **{how: ("monitor",)})
    made.party("builder", by="builder", owned_by=("shell",))
    related = made.programme.related
    assert related("monitor", "builder") == ()
    assert related("builder", "monitor"), "who says that it belongs to another does not judge it"
    made.party("builder", **{how: ("monitor",)})
    assert related("monitor", "builder"), "whoever administers the programme says the same"


def test_a_tie_that_somebody_else_said_is_not_hidden_behind_ones_own_word():
    made = world()
    made.party("holding", owned_by=("checker",))
    made.party("builder", by="builder", owned_by=("checker",))
    assert [str(tie) for tie in made.programme.related("checker", "builder")] == [
        "builder is owned by holding",
        "holding is owned by checker",
    ]


def test_no_description_ends_a_consortium():
    made = world()
    made.party("consortium", acts_as_one=True)
    made.party("one", member_of=("consortium",))
    made.party("two", member_of=("consortium",))
    assert made.party("consortium", on=1) == ""
    assert made.programme.related("one", "two")


def test_a_tie_ends_by_both_ends_and_counts_for_a_year_after():
    made = world()
    assert made.say(TieEnd, "checker", TIE, 9) == ""
    assert told(made)[0] == "checker is owned by holding", "one end alone ends nothing"
    assert made.say(TieEnd, "holding", TIE, 2, recorded=10) == ""
    still = "checker was owned by holding until 2025-01-11, which counts until 2026-01-11"
    assert told(made) == (still, "builder is owned by holding"), "from when it was recorded, not as it claims"
    assert [str(tie) for tie in party_page(made.programme, "checker", day(10)).ties] == [still]
    made.party("holding", on=374)
    assert told(made)[0] == still
    assert "has already ended, on 2025-01-11" in made.say(TieEnd, "holding", TIE, 375)
    assert told(made) == ()
    assert made.offer("watch", "checker", ["monitoring"], ["land"], 375, on=375) == ""
    assert made.step("watch", "accept", "checker", 375) == ""


def test_the_founding_sets_how_long_a_tie_counts():
    made = world(ties_count_days=30)
    for end in ("checker", "holding"):
        made.say(TieEnd, end, TIE, 10)
    made.party("holding", on=39)
    assert told(made)
    made.party("holding", on=40)
    assert not told(made)


@pytest.mark.threat(
    who="keeper",
    tries="ends the tie of a monitor to its owner with one vote of the council",
    alone="nothing: the keeper's own voice does not count towards this quorum, nor those of the two ends",
    needs="members of the council that reach its quorum without the keeper",
    seen_by="everybody, by `enduse mandates`: until when it was owned, and until when that counts",
)
def test_the_council_ends_a_tie_without_the_keeper():
    made = world()
    assert "is no side of the tie" in made.say(TieEnd, "builder", TIE, 1)
    assert made.say(TieEnd, KEEPER, TIE, 1) == made.say(TieEnd, "council-a", TIE, 1) == ""
    assert told(made)[0] == "checker is owned by holding", "two of three, but one of them is the keeper"
    assert made.say(TieEnd, "council-b", TIE, 1) == ""
    assert told(made)[0].startswith("checker was owned by holding until 2025-01-02")


def test_where_all_must_agree_the_council_ends_a_tie_without_the_keeper_too():
    """A council in which all must agree, the keeper a member, could end no tie: the keeper's voice is not counted."""
    made = world("all")
    assert made.say(TieEnd, "council-a", TIE, 1) == made.say(TieEnd, KEEPER, TIE, 1) == ""
    assert told(made)[0] == "checker is owned by holding"
    assert made.say(TieEnd, "council-b", TIE, 1) == ""
    assert told(made)[0].startswith("checker was owned by holding until 2025-01-02")


def test_a_tie_that_is_told_anew_stands_again():
    made = world()
    for end in ("checker", "holding"):
        made.say(TieEnd, end, TIE, 10)
    made.party("checker", on=11, owned_by=("holding",))
    assert told(made)[0] == "checker is owned by holding"
    nothing = TieEndBody(party="checker", how="member_of", other="holding")
    assert made.say(TieEnd, "checker", nothing, 12) == "no tie of checker to holding was ever stated"
