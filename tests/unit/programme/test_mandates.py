import msgspec
import pytest

from enduse.programme.appointments import clashes
from enduse.statements.mandate import Check
from enduse.statements.programme import OfferRule, Place, PlaceBody
from enduse.statements.reading import Reading, ReadingBody
from enduse.statements.umbrella import Member, QuorumRule, Umbrella, UmbrellaBody
from enduse.terms.amounts import Quantity
from enduse.terms.times import Period
from support.arrangement import KEEPER, World, day


def world(**more):
    made = World(
        functions=("administration", "police", "monitoring", "building"),
        rules=(("reading", "monitoring"),),
        incompatible=((("monitoring", "building"), {"en": "who builds does not verify"}),),
        **more,
    )
    for name in ("one", "two", "three"):
        made.party(name)
    made.place("land", type="country")
    made.place("north", "land")
    made.place("south", "land")
    return made


def reads(made, party, place, on=1):
    body = ReadingBody(
        reading=f"r{len(made.entries)}",
        of="stock",
        material="m",
        quantity=Quantity("1", "KGM"),
        method="count",
        custodian="x",
    )
    return made.say(Reading, party, body, on, place=place)


def test_authority_is_place_by_function_by_time():
    made = world()
    assert made.offer("m", "one", ["monitoring"], ["north"], 0, 10) == ""
    assert "held no mandate for monitoring in north" in reads(made, "one", "north"), "offered is not accepted"
    assert made.step("m", "accept", "one") == ""
    assert reads(made, "one", "north") == ""
    assert "in south" in reads(made, "one", "south")
    assert "in land" in reads(made, "one", "land"), "a part does not speak for the whole"
    assert "on 2025-01-11" in reads(made, "one", "north", on=10)
    assert "names no place" in reads(made, "one", None)
    assert "not a known place" in reads(made, "one", "nowhere")
    assert made.give("w", "two", ["monitoring"], ["land"]) == ""
    assert reads(made, "two", "south") == reads(made, "two", None) == ""


@pytest.mark.threat(
    who="stranger",
    tries="offers itself a mandate and accepts it",
    alone="has no effect",
    needs="the keeper, or the administration of that place",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_only_the_other_side_accepts():
    made = world()
    assert made.offer("m", "one", ["police"], ["land"]) == ""
    assert made.step("m", "accept", "two") == "mandate m is for one to accept"
    assert made.step("m", "accept", KEEPER) == "mandate m is for one to accept"
    assert made.offer("own", "two", ["police"], ["land"], by="two") == ""
    assert "the keeper or the administration accepts" in made.step("own", "accept", "two")
    assert made.step("own", "accept", KEEPER) == ""
    assert "may neither give" in made.offer("x", "one", ["police"], ["land"], by="two")


def test_the_administration_gives_mandates_within_its_places_only():
    made = world()
    made.give("a", "one", ["administration"], ["north"])
    assert made.offer("p", "two", ["police"], ["north"], by="one") == ""
    assert "may neither give" in made.offer("q", "two", ["police"], ["south"], by="one")


@pytest.mark.threat(
    who="council minority",
    tries="an administration of one part takes a place that lies elsewhere, or describes others",
    alone="has no effect",
    needs="the keeper",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_who_administers_a_part_does_not_shape_the_whole():
    made = world()
    made.give("a", "one", ["administration"], ["north"])
    village = PlaceBody(place="village", name={"en": "v"}, type="area", within="north")
    assert made.say(Place, "one", village) == ""
    taken = PlaceBody(place="south", name={"en": "s"}, type="area", within="north")
    assert "that is for the keeper" in made.say(Place, "one", taken), "nobody takes a place that lies elsewhere"
    assert made.say(Place, "one", msgspec.structs.replace(village, population=7)) == ""
    for within in ("south", None):
        other = PlaceBody(place="other", name={"en": "o"}, type="area", within=within)
        assert "that is for the keeper" in made.say(Place, "one", other)
    body = UmbrellaBody(
        umbrella="u", name={"en": "u"}, members=(Member(party="one"),), quorum=QuorumRule(need="all", of=("one",))
    )
    assert "that is for the keeper" in made.say(Umbrella, "one", body)
    assert "may describe itself only" in made.party("two", by="one")


def test_suspension_and_end():
    made = world()
    made.give("m", "one", ["monitoring"], ["land"])
    assert made.step("m", "suspend", KEEPER, on=2) == ""
    assert "suspended already" in made.step("m", "suspend", KEEPER, on=3)
    assert "held no mandate" in reads(made, "one", "land", on=3)
    assert made.step("m", "resume", KEEPER, on=4) == ""
    assert reads(made, "one", "land", on=4) == ""
    assert made.step("m", "end", "two") == "two is not a side of mandate m"
    assert made.step("m", "end", "one", on=5, effective=day(7)) == ""
    assert reads(made, "one", "land", on=6) == ""
    assert "held no mandate" in reads(made, "one", "land", on=7)
    assert made.programme.mandates["m"].spans() == [(day(0), day(2)), (day(4), day(7))]


def handover(made, **more):
    body = {"holder": "two", "succeeds": "m", "period": Period(start=day(5)), **more}
    return made.step("next", "hand_over", "one", on=1, **body)


def test_a_handover_waits_for_its_checks_and_its_receiver():
    made = world()
    made.give("m", "one", ["police"], ["land"])
    made.give("v", "three", ["monitoring"], ["land"])
    checks = (Check(check="trained"), Check(check="inspected", function="monitoring"))
    assert handover(made, checks=checks) == ""
    assert made.step("next", "accept", "two", on=2) == (
        "readiness checks are open: trained, inspected; no acceptance, no handover"
    )
    assert "for two to confirm" in made.step("next", "check", "one", check="trained")
    assert "one is none" in made.step("next", "check", "one", check="inspected")
    assert made.step("next", "check", "two", on=2, check="trained") == ""
    assert made.step("next", "check", "three", on=2, check="inspected") == ""
    holds = made.programme.holds
    assert holds("one", "police", "north", day(100)), "ready, but not accepted"
    assert made.step("next", "accept", "one", on=3) == "mandate next is for two to accept"
    assert made.step("next", "accept", "two", on=3) == ""
    assert holds("one", "police", "north", day(4))
    assert not holds("two", "police", "north", day(4))
    assert holds("two", "police", "north", day(5))
    assert not holds("one", "police", "north", day(5))


def test_a_mandate_is_handed_over_once():
    made = world()
    made.give("m", "one", ["police"], ["land"])
    assert handover(made) == ""
    again = {"holder": "three", "succeeds": "m", "period": Period(start=day(6))}
    assert made.step("rival", "hand_over", "one", on=1, **again) == ""
    assert made.step("next", "accept", "two", on=2) == ""
    assert made.step("rival", "accept", "three", on=2) == "mandate m was already handed over as next"
    assert made.programme.mandates["rival"].acceptance == ""


def test_bad_offers_are_named_and_change_nothing():
    made = world(offer_rules=(OfferRule(function="police", accepts=("civil",), reason={"en": "police only"}),))
    assert made.offer("m", "nobody", ["police"], ["land"]) == "party nobody is not known"
    assert made.offer("m", "one", ["tax"], ["land"]) == "function tax is not known"
    assert made.offer("m", "one", ["building"], ["moon"]) == "place moon is not known"
    assert made.offer("m", "one", ["building", "monitoring"], ["land"]).startswith(
        "building, monitoring may not be held"
    )
    assert made.offer("m", "one", ["police"], ["land"], type="military") == (
        "military was offered for police; the rule: police only"
    )
    assert "no type of help was offered" in made.offer("m", "one", ["police"], ["land"])
    assert made.programme.mandates == {}
    assert made.offer("m", "one", ["police"], ["land"], type="civil") == ""
    assert "already offered" in made.offer("m", "two", ["police"], ["land"], type="civil")
    assert made.programme.mandates["m"].holder == "one"


def told(path):
    return tuple(str(step) for step in path)


@pytest.mark.threat(
    who="builder",
    tries="has its sister company mandated to monitor it",
    alone="is refused, with the path of the relation",
    needs="a monitor whose relation nobody has stated; it is shown once it comes to light",
    seen_by="anybody: `enduse mandates`",
)
def test_duties_are_kept_apart_by_place_time_and_relation():
    made = world()
    made.party("daughter", owned_by=("one",))
    made.party("cousin", owned_by=("one",))
    made.give("b", "daughter", ["building"], ["north"], 0, 10)
    reason = made.give("v", "cousin", ["monitoring"], ["land"], 5)
    assert reason == (
        "cousin may not hold monitoring where daughter holds building: who builds does not verify "
        "(cousin is owned by one; daughter is owned by one)"
    )
    assert made.give("later", "cousin", ["monitoring"], ["land"], 10) == ""
    assert made.give("south", "cousin", ["monitoring"], ["south"]) == ""
    assert made.give("other", "two", ["monitoring"], ["land"]) == ""
    assert clashes(made.programme) == []
    made.party("two", member_of=("daughter",))
    assert [str(clash) for clash in clashes(made.programme)] == [
        (
            "daughter may not hold building where two holds monitoring: who builds does not verify "
            "(two is a member of daughter)"
        )
    ]


@pytest.mark.threat(
    who="builder",
    tries="drops its owner by describing itself anew, so as to verify itself",
    alone="the tie stays",
    needs="the keeper, who may say that a tie has ended",
    seen_by="anybody: `enduse mandates` shows the clash and the ties",
)
def test_a_party_cannot_shed_its_owner_by_describing_itself_anew():
    made = world()
    made.party("daughter", owned_by=("one",))
    made.party("daughter", by="daughter")
    assert told(made.programme.related("daughter", "one")) == ("daughter is owned by one",)
    assert "may describe itself only" in made.party("one", by="two")
    made.party("daughter")
    assert told(made.programme.related("daughter", "one")) == ("daughter is owned by one",), "nor does the keeper"


def test_membership_relates_a_body_and_its_member_but_not_two_members():
    made = world()
    made.party("assembly")
    made.party("consortium", acts_as_one=True)
    made.party("one", member_of=("assembly", "consortium"))
    made.party("two", member_of=("assembly",))
    made.party("three", member_of=("consortium",))
    made.party("consortium", by="consortium")

    def related(party, other):
        return told(made.programme.related(party, other))

    assert related("one", "assembly") == related("assembly", "one") == ("one is a member of assembly",)
    assert related("one", "two") == ()
    assert related("one", "three") == ("one is a member of consortium", "three is a member of consortium")


def test_places_form_a_tree():
    made = world()
    assert made.place("east", "moon") == "place east lies within moon, which is not known"
    assert (
        made.place("land", "north", type="country")
        == "each of these places would lie within the next, and so within itself: land, north, land"
    )
    assert made.programme.places["land"].within is None
    assert "that is for the keeper" in made.say(Place, "one", made.programme.places["land"])


@pytest.mark.threat(
    who="council minority",
    tries="a local administration ends a monitor's mandate in the past, to undo its attestations",
    alone="is refused: what was done stays done",
    needs="the keeper, who alone ends one backwards",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
@pytest.mark.parametrize("action", ["end", "suspend"])
@pytest.mark.threat(
    who="keeper",
    tries="ends or suspends a monitor's mandate back on an earlier day, to undo attestations already given",
    alone="nothing: a change counts from when it is recorded",
    needs="nobody",
    seen_by="everybody, by `enduse status`: the attempt is recorded, without effect, with the reason",
)
def test_nobody_ends_a_mandate_backwards(action):
    """Who gives a monitor its mandate ended it in the past, and undid the attestations the monitor had given."""
    made = world()
    made.give("office", "one", ["administration"], ["land"])
    made.give("watch", "two", ["monitoring"], ["north"])
    refused = made.step("watch", action, "one", 200, effective=day(10))
    assert refused == (
        "what was done under a mandate stays done: it cannot be ended, suspended or resumed back on 2025-01-11"
    )
    assert made.programme.holds("two", "monitoring", "north", day(100))
    assert made.step("watch", action, "one", 20, recorded=200) == "", "an old word counts from when it is recorded"
    assert made.programme.holds("two", "monitoring", "north", day(199))
    assert not made.programme.holds("two", "monitoring", "north", day(200))
    other = world()
    other.give("watch", "two", ["monitoring"], ["north"])
    assert other.step("watch", action, KEEPER, 200, effective=day(10)) == refused, "nor does the keeper"
    assert other.step("watch", action, KEEPER, 10, recorded=200) == ""
    assert other.programme.holds("two", "monitoring", "north", day(199))
    assert not other.programme.holds("two", "monitoring", "north", day(200))


@pytest.mark.threat(
    who="council minority",
    tries="dates a handover back, to undo what the predecessor did",
    alone="counts from its recording",
    needs="the keeper",
    seen_by="anybody: `enduse mandates`",
)
def test_a_handover_takes_nothing_back_from_the_predecessor():
    made = world()
    made.give("office", "one", ["administration"], ["land"])
    made.give("watch", "two", ["monitoring"], ["north"])
    period = Period(start=day(10))
    assert made.step("next", "hand_over", "one", 11, holder="three", period=period, succeeds="watch") == ""
    assert made.step("next", "accept", "three", 12, recorded=200) == ""
    assert made.programme.holds("two", "monitoring", "north", day(199))
    assert not made.programme.holds("two", "monitoring", "north", day(200))
    other = world()
    other.give("watch", "two", ["monitoring"], ["north"])
    assert other.step("next", "hand_over", KEEPER, 11, holder="three", period=period, succeeds="watch") == ""
    assert other.step("next", "accept", "three", 12, recorded=200) == ""
    assert other.programme.holds("two", "monitoring", "north", day(199)), "nor where the keeper set the day"


@pytest.mark.threat(
    who="builder",
    tries="has its holding's member verify its work",
    alone="may not hold that mandate",
    needs="a verifier whose ties nobody has stated",
    seen_by="anybody: `enduse mandates` names the ties",
)
def test_a_member_of_the_holding_that_owns_the_builder_is_related_to_it():
    made = world()
    made.party("holding")
    made.party("assembly")
    made.party("builder", owned_by=("holding",), member_of=("assembly",))
    made.party("checker", member_of=("holding",))
    made.party("neighbour", member_of=("assembly",))
    path = ("checker is a member of holding", "builder is owned by holding")
    assert told(made.programme.related("checker", "builder")) == path
    assert told(made.programme.related("builder", "checker")) == path[::-1]
    assert made.programme.related("neighbour", "builder") == (), "two members of one body are not related by that"
    assert made.give("works", "builder", ["building"], ["north"]) == ""
    assert "checker may not hold monitoring" in made.give("watch", "checker", ["monitoring"], ["north"])
