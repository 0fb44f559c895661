"""Power is held at the place, on the day it claims and when it is recorded; nobody makes its own mandate longer."""

import json

import msgspec
import pytest

from enduse.messages import Refusal
from enduse.programme.jurisdiction import End, jurisdiction
from enduse.programme.programme import ProgrammeState
from enduse.rows import from_whole, whole
from enduse.statements.claim import Assessment, AssessmentBody, Claim, ClaimBody, Finding, FindingBody, Resolution
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.mandate import Check, Mandate, MandateBody
from enduse.statements.reading import Reading, ReadingBody
from enduse.statements.umbrella import Member, QuorumRule, Umbrella, UmbrellaBody
from enduse.statements.undertaking import Undertaking, UndertakingBody
from enduse.statements.works import Project, ProjectBody
from enduse.terms.amounts import Quantity
from enduse.terms.texts import Citation
from enduse.terms.times import Period
from support.arrangement import KEEPER, World, day

PARTIES = ("one", "two", "three", "evil", "admin")


def world(**more):
    made = World(functions=("administration", "police", "verify", "custody", "works"), **more)
    for name in PARTIES:
        made.party(name)
    made.place("land", type="country")
    made.place("north", "land")
    made.place("south", "land")
    return made


def offer(succeeds=None, checks=()):
    """An offer that another client may have encoded: validation is passed over, the room must not rely on it."""
    body = MandateBody(
        mandate="m3",
        action="offer",
        holder="evil",
        functions=("police",),
        places=("north",),
        period=Period(start=day(0)),
    )
    msgspec.structs.force_setattr(body, "succeeds", succeeds)
    msgspec.structs.force_setattr(body, "checks", checks)
    return body


def hand_over(made, by, start, end, holder="two", on=2, recorded=None, mandate="m2"):
    body = MandateBody(
        mandate=mandate,
        action="hand_over",
        holder=holder,
        succeeds="m1",
        period=Period(start=day(start), end=None if end is None else day(end)),
    )
    return made.say(Mandate, by, body, on, recorded=recorded)


# -- offers and handovers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [{"succeeds": "m1"}, {"checks": (Check(check="c"),)}])
def test_only_a_handover_succeeds_another_mandate(more):
    with pytest.raises(ValueError, match="named by a handover alone"):
        msgspec.structs.replace(offer(), **more)
    made = world()
    made.give("m1", "one", ["police"], ["north"])
    for extra in (more, {"succeeds": "nobody-has-it"}):
        assert made.say(Mandate, "evil", offer(**extra)) == (
            "a mandate that is succeeded, and readiness checks, are named by a handover alone"
        )
    assert made.programme.holds("one", "police", "north", day(9))


def test_a_holder_hands_over_within_its_period_while_it_holds_and_to_another():
    made = world()
    made.give("m1", "one", ["police"], ["north"], 0, 10)
    assert "a handover is to another party" in hand_over(made, "one", 2, 10, holder="one")
    assert "within its own period only" in hand_over(made, "one", 2, None)
    assert "within its own period only" in hand_over(made, "one", 2, 11)
    assert "within its own period only" in hand_over(made, "one", -1, 9)
    assert "is not in force, so one cannot hand it over" in hand_over(made, "one", 2, 9, on=5, recorded=12)
    assert hand_over(made, "one", 2, 9) == ""
    assert made.step("m2", "accept", "two", 3) == ""
    assert [bool(made.programme.holds(name, "police", "north", day(4))) for name in ("one", "two")] == [False, True]


def test_a_suspended_holder_hands_nothing_over_before_or_after_the_offer():
    made = world()
    made.give("m1", "one", ["police"], ["north"], 0, 10)
    assert hand_over(made, "one", 2, 9, mandate="early") == ""
    assert made.step("m1", "suspend", KEEPER, 3) == ""
    assert "is not in force" in hand_over(made, "one", 3, 9, on=4)
    assert "is not in force" in made.step("early", "accept", "two", 4)
    assert hand_over(made, KEEPER, 3, None, on=4, mandate="given") == "", "who gives it may"
    assert made.step("given", "accept", "two", 5) == ""


@pytest.mark.threat(
    who="council minority",
    tries="an administration prolongs its own mandate, or gives one to its sister",
    alone="is refused",
    needs="the keeper, who gives it",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_the_administration_does_not_make_its_own_power_longer():
    made = world()
    made.party("sister", owned_by=("admin",))
    made.give("m1", "admin", ["administration"], ["land"], 0, 10)
    assert "to itself or its own" in made.offer("m2", "admin", ["administration"], ["land"], 0, 99, by="admin", on=1)
    assert "to itself or its own" in made.offer("m2", "sister", ["administration"], ["land"], 0, 99, by="admin", on=1)
    assert "within its own period only" in hand_over(made, "admin", 2, 99)
    assert made.offer("own", "one", ["police"], ["land"], by="one") == ""
    assert "offered by its holder" in made.step("own", "accept", "one")
    assert made.step("own", "accept", "admin", 1) == ""


# -- when ---------------------------------------------------------------------------------------------------------


@pytest.mark.threat(
    who="council minority",
    tries="an administration whose time is over gives mandates with an earlier date",
    alone="has no effect: the day of recording counts too",
    needs="the keeper, by its clock",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_a_former_administration_gives_nothing_by_claiming_an_earlier_day():
    made = world()
    made.give("m1", "admin", ["administration"], ["land"], 0, 10)
    body = offer()
    assert "may neither give" in made.say(Mandate, "admin", body, 5, recorded=12)
    assert made.say(Mandate, "admin", body, 5, recorded=9) == ""
    assert "the keeper or the administration accepts" in (
        made.offer("own", "one", ["police"], ["south"], by="one") or made.step("own", "accept", "admin", 5, recorded=12)
    )


@pytest.mark.threat(
    who="monitor",
    tries="signs a finding after its mandate ended, dated into it",
    alone="has no effect",
    needs="the keeper, by its clock, or whoever gives the mandate anew",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_who_judges_holds_its_mandate_when_recorded_and_who_moves_goods_when_it_says():
    made = world(rules=(("finding", "verify"), ("assessment", "verify"), ("goods", "custody")))
    made.give("m1", "one", ["verify", "custody"], ["land"], 0, 10)
    assert made.say(Finding, "one", finding("early"), 5, "north", recorded=9) == ""
    assert "held no mandate for verify in north on 2025-01-13" in made.say(
        Finding, "one", finding("late"), 5, "north", recorded=12
    )
    judged = AssessmentBody(assessment="late", about="x", result="supported")
    assert "held no mandate for verify" in made.say(Assessment, "one", judged, 5, "north", recorded=12)
    assert made.say(Goods, "one", goods("north"), 5, recorded=12) == "", "a waybill may be brought in late"


def test_nobody_calls_an_undertaking_met_by_a_mandate_that_is_over():
    made = world(rules=(("undertaking:met", "verify"),))
    made.give("m1", "one", ["verify"], ["land"], 0, 10)
    stated = UndertakingBody(undertaking="u", action="state", by="three", about="siege", words={"en": "x"})
    assert made.say(Undertaking, "three", stated) == ""
    met = UndertakingBody(undertaking="u", action="met")
    assert "held no mandate for verify" in made.say(Undertaking, "one", met, 5, recorded=12)
    assert made.say(Undertaking, "one", met, 5, recorded=9) == ""


@pytest.mark.threat(
    who="keeper",
    tries="takes an undertaking that lapsed back and registers it anew, or puts other words under one that was found to be met",
    alone="is refused: what was met, withdrawn or judged, or whose day has come, is not taken back",
    needs="the party that is said to have made it, who disputes that",
    seen_by="everybody: the attempt stands among the statements without effect",
)
@pytest.mark.parametrize("then", ["met", "withdraw", "found", "due"])
def test_a_registered_undertaking_is_not_taken_back_once_others_spoke_or_its_day_came(then):
    made = world(rules=(("undertaking:met", "verify"), ("finding", "verify")))
    made.give("m1", "one", ["verify"], ["land"])
    source = Citation(source="invented for this test")
    due = day(9) if then == "due" else None
    stated = UndertakingBody(
        undertaking="u", action="state", by="three", about="siege", words={"en": "x"}, due=due, citation=source
    )
    assert made.say(Undertaking, KEEPER, stated) == ""
    back = CorrectionBody(corrects=made.last, reason="incorrect_data")
    if then == "due":
        pass
    elif then == "found":
        assert made.say(Finding, "one", finding("f", about="u"), 5, "north") == ""
    else:
        step = UndertakingBody(undertaking="u", action=then)
        assert made.say(Undertaking, "one" if then == "met" else "three", step, 5) == ""
    assert made.say(Correction, KEEPER, back, 10)
    assert made.refusal == Refusal.of("undertaking.rested_upon", undertaking="u")
    assert made.say(Undertaking, "three", UndertakingBody(undertaking="u", action="dispute"), 11) == ""
    assert made.say(Correction, KEEPER, back, 12) == "", "what its party disputes may be taken back"


def test_nobody_disputes_its_own_word_to_take_it_back():
    made = world()
    stated = UndertakingBody(undertaking="u", action="state", by="three", about="siege", words={"en": "x"}, due=day(9))
    assert made.say(Undertaking, "three", stated) == ""
    back = CorrectionBody(corrects=made.last, reason="incorrect_data")
    assert made.say(Undertaking, "three", UndertakingBody(undertaking="u", action="dispute"), 11) == ""
    assert made.say(Correction, "three", back, 12)
    assert made.refusal == Refusal.of("undertaking.rested_upon", undertaking="u")


@pytest.mark.threat(
    who="keeper",
    tries="records a finding of its own long after the time it names",
    alone="has effect, if the keeper held the mandate then",
    needs="works alone",
    seen_by="anybody: `enduse record verify` with cosigned checkpoints bounds when it was recorded",
)
def test_the_keeper_alone_records_late_what_its_mandate_covered():
    made = world(rules=(("finding", "verify"),))
    made.party(KEEPER)
    made.give("a1", "two", ["administration"], ["land"], 0)
    made.offer("m1", KEEPER, ["verify"], ["land"], 0, 10, by="two")
    made.step("m1", "accept", KEEPER)
    assert made.say(Finding, KEEPER, finding("late"), 5, "north", recorded=400) == ""


def test_who_administers_a_place_gives_itself_what_holds_goods_and_nothing_that_judges():
    made = world(rules=(("finding", "verify"), ("reading", "verify"), ("reading", "custody"), ("goods", "custody")))
    made.give("a1", "two", ["administration"], ["land"])
    assert made.offer("m1", "two", ["custody"], ["land"], by="two") == ""
    assert made.offer("m2", "two", ["custody", "verify"], ["land"], by="two")
    assert (made.refusal.code, made.refusal.values["functions"]) == ("mandate.own_judge", ["verify"])
    assert made.give("m3", "one", ["verify"], ["land"], by="two") == ""


@pytest.mark.threat(
    who="monitor",
    tries="dates a finding into the future",
    alone="has no effect more than a day ahead of its recording",
    needs="the keeper, by its clock",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
@pytest.mark.parametrize(("ahead", "fine"), [(0, True), (1, True), (2, False), (4000, False)])
def test_no_power_speaks_from_the_future(ahead, fine):
    made = world(rules=(("finding", "verify"),))
    made.give("m1", "one", ["verify"], ["land"])
    said = [
        made.say(Finding, "one", finding("f"), 3 + ahead, "north", recorded=3),
        made.say(Mandate, KEEPER, offer(), 3 + ahead, recorded=3),
    ]
    assert [("more than a day after it was recorded" in reason) for reason in said] == [not fine] * 2


# -- where --------------------------------------------------------------------------------------------------------


def goods(place, read_point=None):
    event = {
        "type": "ObjectEvent",
        "eventTime": "2025-01-02T00:00:00Z",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "bizLocation": {"id": place},
        "readPoint": {"id": read_point or place},
        "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": 1, "uom": "KGM"}],
    }
    return GoodsBody(event=json.dumps(event))


def finding(name, about="x", **more):
    return FindingBody(
        finding=name,
        about=about,
        result=more.pop("result", "supported"),
        method="m",
        standard_of_proof="grounds_to_believe",
        reliability="A",
        credibility="1",
        right_of_reply="asked",
        **more,
    )


def test_one_root_place_is_not_the_whole_programme():
    made = world()
    made.place("island", type="country")
    made.give("m1", "admin", ["administration"], ["island"])
    assert not made.programme.administers("admin", day(1))
    assert "describe itself only" in made.party("two", by="admin", on=1)
    made.give("m2", "admin", ["administration"], ["land"])
    assert made.programme.holds("admin", "administration", None, day(1))
    assert made.party("two", by="admin", on=1) == ""


def test_goods_need_the_mandate_wherever_their_event_says_they_are():
    made = world(rules=(("goods", "custody"),))
    made.give("m1", "one", ["custody"], ["north"])
    assert "no mandate for custody in south" in made.say(Goods, "one", goods("south"), 1, "north")
    assert "no mandate for custody in south" in made.say(Goods, "one", goods("north", "south"), 1, "north")
    assert "no mandate for custody in land" in made.say(Goods, "one", goods("north"), 1, "land")
    assert made.say(Goods, "one", goods("north"), 1) == ""


@pytest.mark.threat(
    who="monitor",
    tries="judges a project where it has no mandate, by naming a place where it has one",
    alone="has no effect",
    needs="whoever gives mandates at the project's place",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_a_project_is_judged_where_it_is_and_not_where_its_judge_is():
    rules = (("finding", "verify"), ("reading", "verify"), ("project", "works"))
    made = world(rules=rules)
    made.give("w", "two", ["works"], ["land"])
    made.give("v", "one", ["verify"], ["north"])
    plan = ProjectBody(project="homes", title={"en": "h"}, purpose="reconstruction")
    assert made.say(Project, "two", plan, 1, "south") == ""
    assert "no mandate for verify in south" in made.say(Finding, "one", finding("f", "homes"), 1, "north")
    used = ReadingBody(
        reading="r", of="use", material="cement", quantity=Quantity("1", "TNE"), method="survey", project="homes"
    )
    assert "no mandate for verify in south" in made.say(Reading, "one", used, 1, "north")
    assert made.say(Finding, "one", finding("g", "other"), 1, "north") == "", "what has no known place: where it says"


def test_a_consignment_is_judged_at_either_end_and_what_a_finding_moves_where_it_lies():
    class Ends:
        def sites(self, item):
            return {"c1": ("north", "abroad"), "homes": ("south",)}.get(item, ())

        def end(self, consignment, of):
            return {("c1", "shipped"): End("north", "one"), ("c1", "received"): End("abroad", "two")}.get(
                (consignment, of)
            )

    made = world()

    def where(**more):
        return jurisdiction(
            Finding(
                programme=made.origin,
                party="one",
                seq=1,
                occurred_at=day(1),
                place="land",
                body=finding("f", **more),
            ),
            made.programme.places,
            Ends(),
        )

    lost = Resolution(of="use", item="homes", material="cement", quantity=Quantity("1", "TNE"), outcome="off_purpose")
    here = msgspec.structs.replace(lost, of="difference", item="north")
    assert where(about="c1") == [("north", "abroad")]
    assert where(about="claim") == [("land",)]
    assert where(about="claim", resolves=(lost,)) == [("south",), ("land",)]
    assert where(about="c1", resolves=(lost, here)) == [("north", "abroad"), ("south",), ("north",)]
    left = ReadingBody(
        reading="r", of="shipped", material="cement", quantity=Quantity("1", "TNE"), method="scale", consignment="c1"
    )
    for read, ends in ((left, "north"), (msgspec.structs.replace(left, of="received"), "abroad")):
        said = Reading(programme=made.origin, party="x", seq=1, occurred_at=day(1), place="land", body=read)
        assert jurisdiction(said, made.programme.places, Ends()) == [(ends,)]
        assert jurisdiction(said, made.programme.places, None) == [("land",)]


@pytest.mark.threat(
    who="stranger",
    tries="counts another's stock, or registers a project that is not its own",
    alone="has no effect",
    needs="whoever gives mandates at that place",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_nobody_counts_anothers_stock_or_squats_on_a_project_without_a_rule():
    made = world()
    stock = ReadingBody(
        reading="r", of="stock", material="cement", quantity=Quantity("1", "TNE"), method="count", custodian="one"
    )
    assert made.say(Reading, "two", stock, 1, "north") == (
        "no rule of this programme gives a mandate to count the stock of one"
    )
    assert made.say(Reading, "one", stock, 1, "north") == ""
    used = msgspec.structs.replace(stock, of="use", custodian=None, project="homes")
    for read in (used, msgspec.structs.replace(used, of="received", project=None, consignment="c1")):
        assert "so nobody may state it" in made.say(Reading, "two", read, 1, "north")
    plan = ProjectBody(project="homes", title={"en": "h"}, purpose="humanitarian")
    assert "that is for the keeper and the administration" in made.say(Project, "evil", plan, 1, "north")
    made.give("a", "admin", ["administration"], ["north"])
    assert "that is for the keeper" in made.say(Project, "admin", plan, 1, "south")
    assert made.say(Project, "admin", plan, 1, "north") == ""


# -- whose --------------------------------------------------------------------------------------------------------


@pytest.mark.threat(
    who="monitor",
    tries="replaces another body's finding by its own",
    alone="has no effect: both would have to stand side by side",
    needs="the body whose finding it is, or one with the mandate over it",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_only_its_own_party_supersedes_a_finding_and_only_about_the_same():
    made = world(rules=(("finding", "verify"),))
    for name in ("one", "two"):
        made.give(f"m-{name}", name, ["verify"], ["land"])
    assert made.say(Finding, "one", finding("f1", result="not_supported"), 1, "north") == ""
    assert "only one supersedes it" in made.say(Finding, "two", finding("e1", supersedes="f1"), 2, "north")
    assert "is not known" in made.say(Finding, "two", finding("e2", "elsewhere", supersedes="f1"), 2, "north")
    assert "is not known" in made.say(Finding, "one", finding("f2", "elsewhere", supersedes="f1"), 2, "north")
    assert made.programme.knowledge.known("x", day(3)).standing == "not_supported"
    assert made.say(Finding, "one", finding("f3", supersedes="f1"), 3, "north") == ""
    assert made.programme.knowledge.known("x", day(3)).standing == "supported"


@pytest.mark.threat(
    who="monitor",
    tries="foretells the name of another body's next finding and says one under it first",
    alone="nothing: a name is its own party's, and the other's finding counts as if the first had never been said",
    needs="nobody could",
    seen_by="anybody: `enduse list` shows both findings with who said them",
)
def test_nobody_takes_the_name_of_anothers_finding_first():
    made = world(rules=(("finding", "verify"), ("claim", "verify")))
    for name in ("one", "two"):
        made.give(f"m-{name}", name, ["verify"], ["land"])
    assert made.say(Finding, "two", finding("f1", result="unresolved"), 1, "north") == ""
    assert made.say(Finding, "one", finding("f1", result="not_supported"), 1, "north") == ""
    assert "was already stated" in made.say(Finding, "one", finding("f1"), 1, "north")
    assert made.programme.knowledge.known("x", day(3)).standing == "not_supported"
    # Who replaces one's own of that name replaces no other.
    assert made.say(Finding, "two", finding("f2", supersedes="f1"), 2, "north") == ""
    known = made.programme.knowledge.known("x", day(3))
    assert [(item.by, item.result) for item in known.superseded] == [("two", "unresolved")]
    assert [(item.by, item.result) for item in known.findings] == [("one", "not_supported"), ("two", "supported")]
    claim = ClaimBody(claim="c", about="x", words={"en": "w"})
    assert made.say(Claim, "two", claim, 1, "north") == ""
    assert made.say(Claim, "one", claim, 1, "north") == ""


def test_a_body_with_the_mandate_over_it_supersedes_too():
    made = world(rules=(("finding", "verify"), ("finding:supersede", "administration")))
    made.give("m1", "one", ["verify"], ["land"])
    made.give("m2", "two", ["verify", "administration"], ["land"], 0, 10)
    assert made.say(Finding, "one", finding("f1"), 1, "north") == ""
    assert "no mandate for administration" in made.say(
        Finding, "two", finding("f2", supersedes="f1"), 2, "north", recorded=11
    )
    assert made.say(Finding, "two", finding("f2", supersedes="f1"), 2, "north") == ""


def test_what_its_own_party_takes_back_leaves_the_registers():
    made = world(rules=(("finding", "verify"),))
    for name in ("one", "two"):
        made.give(f"m-{name}", name, ["verify"], ["land"])
    stated = UndertakingBody(undertaking="u", action="state", by="three", about="siege", words={"en": "x"})
    assert made.say(Undertaking, "three", stated) == ""
    entries = []
    for name in ("one", "two"):
        assert made.say(Finding, name, finding(f"f-{name}", "u"), 1, "north") == ""
        entries.append(made.last)

    def take_back(party, entry, on):
        return made.say(Correction, party, CorrectionBody(corrects=entry, reason="incorrect_data"), on)

    state = made.programme.undertakings.undertakings["u"]
    assert state.met_by == "one"
    assert take_back("two", entries[0], 3) == "one said it; only that party takes it back"
    assert take_back("one", entries[0], 3) == ""
    assert state.met_by == "two", "another finding says the same"
    assert take_back("two", entries[1], 4) == ""
    assert state.state(day(5)) == "not_yet_due"
    assert made.programme.knowledge.known("u", day(5)).standing == "not_found"
    assert len(made.programme.knowledge.known("u", day(2)).findings) == 2, "what was known then stays known"
    assert take_back("one", entries[0], 6) == "", "twice changes nothing"


# -- the umbrella -------------------------------------------------------------------------------------------------


def umbrella(name="u", standing="in_force", members=("one", "two")):
    return UmbrellaBody(
        umbrella=name,
        name={"en": name},
        members=tuple(Member(party=party) for party in members),
        quorum=QuorumRule(need="all", of=members),
        standing=standing,
    )


@pytest.mark.threat(
    who="council minority",
    tries="changes the umbrella, its members or its quorum",
    alone="waits for signatures that do not come",
    needs="as many members as the quorum in force asks",
    seen_by="everybody: `enduse status` says which council waits and who must sign; each member, at the portal",
)
@pytest.mark.parametrize("change", [umbrella(standing="proposed"), umbrella(members=("one",)), umbrella("v")])
def test_the_umbrella_in_force_changes_by_its_own_quorum(change):
    made = world()
    assert made.say(Umbrella, KEEPER, umbrella()) == ""
    before = msgspec.json.encode((made.programme.umbrella, made.programme.umbrellas["u"]))
    assert made.say(Umbrella, KEEPER, change, 1) == ""
    assert made.say(Umbrella, "one", change, 1) == ""
    assert "that is for the keeper" in made.say(Umbrella, "evil", change, 1)
    assert msgspec.json.encode((made.programme.umbrella, made.programme.umbrellas["u"])) == before
    assert made.say(Umbrella, "two", change, 2) == ""
    assert made.programme.umbrellas[change.umbrella] == change
    assert made.programme.umbrella == (change.umbrella if change.standing == "in_force" else "")
    assert made.programme.umbrella_signed == {}


def test_once_the_umbrella_ended_nothing_reaches_a_quorum():
    made = world()
    assert made.programme.quorum_missing(("one",)) is None, "a programme that never had one"
    made.say(Umbrella, KEEPER, umbrella())
    for member in ("one", "two"):
        made.say(Umbrella, member, umbrella(standing="proposed"), 1)
    assert str(made.programme.quorum_missing(("one", "two"))) == "the umbrella has ended, and no other is in force"
    assert made.say(Umbrella, KEEPER, umbrella("v"), 2) == ""
    assert made.programme.quorum_missing(("one", "two")) is None


# -- in a stated order --------------------------------------------------------------------------------------------


def test_the_reason_does_not_depend_on_the_order_in_memory():
    """A state that was stored has its keys in another order than the one that was folded."""
    reasons = set()
    for stored in (False, True):
        made = world(incompatible=((("police", "verify"), {"en": "no"}),))
        made.party("two", owned_by=("one",))
        made.give("m-zeta", "one", ["police"], ["north"])
        made.give("m-alpha", "two", ["police"], ["south"])
        if stored:
            raw = msgspec.msgpack.Encoder(order="deterministic").encode(whole(made.programme))
            made.programme = from_whole(msgspec.msgpack.decode(raw), ProgrammeState)
        made.offer("x", "one", ["verify"], ["north", "south"])
        reasons.add(made.step("x", "accept", "one"))
    assert reasons == {"one may not hold verify where two holds police: no (two is owned by one)"}


def test_the_latest_undertaking_is_the_one_recorded_last():
    made = world()
    for name in ("z", "a"):
        body = UndertakingBody(
            undertaking=name,
            action="state",
            by="one",
            about="t",
            words={"en": name},
            due=day(5) if name == "a" else None,
        )
        assert made.say(Undertaking, "one", body) == ""
    register = made.programme.undertakings
    register.undertakings = dict(sorted(register.undertakings.items()))
    assert register.standing("one", "t", day(9)) == "lapsed"
