"""Acts: a rule for what does not exist is refused, what no rule names is closed, and speaking for others needs a mandate."""

import json

import pytest

from enduse.errors import InvalidValueError, MalformedError
from enduse.messages.english import TERMS
from enduse.programme.arrangement import CLOSED, OWN_LOGIC
from enduse.statements import acts, codec
from enduse.statements.acts import act_of
from enduse.statements.base import Source
from enduse.statements.claim import Finding, FindingBody
from enduse.statements.condition import Attestation, AttestationBody
from enduse.statements.event_words import STEPS
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.money import Disbursement, DisbursementBody, Pledge, PledgeBody
from enduse.statements.packs import Pack, PackBody
from enduse.statements.programme import ProgrammeBody, Rule
from enduse.terms.amounts import Money, Quantity
from enduse.terms.texts import Citation
from support.arrangement import KEEPER, World, day

MILLION = Money("1000000", "USD")
REGISTER = Source(name="register.csv", sha256="0" * 64, row=1)


def event(step="shipping", action="OBSERVE", **ends):
    told = {"type": "ObjectEvent", "eventTime": "2025-01-02T00:00:00Z", "action": action, "readPoint": {"id": "north"}}
    for end, party in ends.items():
        told[f"{end}List"] = [{"type": "possessing_party", end: party}]
    return GoodsBody(event=json.dumps({**told, **({"bizStep": step} if step else {})}))


def goods(body, party="one", source=None):
    return Goods(programme="p", party=party, seq=1, occurred_at=day(1), body=body, source=source)


def world(**more):
    made = World(functions=["custody", "reporting"], **{"open_acts": (), **more})
    made.place("land", type="country")
    made.place("north", "land")
    for party in ("one", "two", "stranger"):
        made.party(party)
    return made


# -- what there is ------------------------------------------------------------------------------------------------


def test_every_kind_is_an_act_or_goes_by_rules_of_its_own():
    assert set(acts.KINDS) | OWN_LOGIC | {"goods", "correction"} == set(codec.KINDS)
    assert not set(acts.KINDS) & OWN_LOGIC


def test_every_act_but_the_rarer_steps_has_a_word():
    named = [act for act in acts.ACTS if not act.startswith("goods:")]
    assert [act for act in named if f"act:{act}" not in TERMS] == []


# -- rules for what does not exist ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("readings", "reading"),
        ("goods:Shiping", "goods:shipping"),
        ("goods:shiping", "goods:shipping"),
        ("Pledge", "pledge"),
        ("finding:supersedes", "finding:supersede"),
        ("reports", "report"),
    ],
)
def test_a_rule_for_an_act_that_does_not_exist_is_refused_with_the_nearest(written, meant):
    with pytest.raises(InvalidValueError, match=f"did you mean '{meant}'") as caught:
        Rule(act=written, function="custody")
    assert caught.value.message.code == "word.misspelt"
    with pytest.raises(InvalidValueError, match=f"did you mean '{meant}'"):
        ProgrammeBody(title={}, keeper="k", public_key="0" * 64, open_acts=(written,))


@pytest.mark.parametrize("act", ["party", "key", "mandate", "clock", "programme", "correction"])
def test_a_rule_that_would_guard_nothing_is_refused(act):
    with pytest.raises(InvalidValueError):
        Rule(act=act, function="custody")


@pytest.mark.parametrize(
    "act", ["goods:departing", "goods:urn:x:bizstep:landing", "goods:none", "goods", "report:goods"]
)
def test_a_rule_for_a_step_however_it_is_written_is_taken(act):
    assert Rule(act=act, function="custody").act == act


def test_a_founding_with_such_a_rule_is_refused_at_the_door_with_its_place():
    body = {"title": {}, "keeper": "k", "public_key": "0" * 64, "rules": [{"act": "goods:Shiping", "function": "f"}]}
    raw = {"kind": "programme", "programme": "p", "party": "k", "seq": 1, "occurred_at": "2025-01-01T00:00:00Z"}
    with pytest.raises(MalformedError) as caught:
        codec.decode(json.dumps({**raw, "body": body}).encode())
    assert caught.value.problem.path == "$.body.rules[0].act"


# -- steps ------------------------------------------------------------------------------------------------------------


def test_an_unknown_business_step_is_refused_at_the_door_with_the_nearest():
    with pytest.raises(InvalidValueError, match="'shiping' is not a business step; did you mean 'shipping'") as caught:
        event("shiping")
    assert caught.value.path == ".event.bizStep"
    for step in (*STEPS, "urn:x:bizstep:landing", "https://ref.gs1.org/cbv/BizStep-shipping", ""):
        assert event(step).event


# -- what no rule names -------------------------------------------------------------------------------------------------

CLOSED_ACTS = [
    (Goods, event(), "goods:shipping", "shipping goods"),
    (Pledge, PledgeBody(pledge="p", amount=MILLION), "pledge", "a pledge"),
    (Attestation, AttestationBody(attestation="a", subject="s", holds=True), "attestation", "an attestation"),
    (
        Pack,
        PackBody(pack="p", item="i", unit="XBG", holds=Quantity("50", "KGM"), source=Citation(source="s")),
        "pack",
        "the content of a pack",
    ),
]


@pytest.mark.parametrize(("kind", "body", "act", "words"), CLOSED_ACTS)
def test_without_a_rule_goods_money_and_judgement_are_closed_unless_the_founding_opens_them(kind, body, act, words):
    closed = world()
    assert closed.say(kind, "one", body, place="north") == (
        f"no rule of this programme gives a mandate for {words}, so nobody may state it"
    )
    assert closed.refusal is not None
    assert closed.refusal.code == "authority.no_rule"
    assert world(open_acts=(act,)).say(kind, "one", body, place="north") == ""
    assert world(open_acts=(act.partition(":")[0],)).say(kind, "one", body, place="north") == ""
    ruled = world(rules=[(act, "custody")])
    assert "held no mandate for custody" in ruled.say(kind, "one", body, place="north")
    ruled.give("m", "one", ["custody"], ["land"])
    assert ruled.say(kind, "one", body, 1, place="north") == ""


def test_a_rule_closes_an_act_that_is_open_as_well():
    made = world(rules=[("pledge", "custody")], open_acts=("pledge",))
    assert "held no mandate" in made.say(Pledge, "one", PledgeBody(pledge="p", amount=MILLION), place="north")


@pytest.mark.parametrize("act", ["finding", "result", "decision"])
def test_what_only_a_mandate_makes_true_cannot_be_opened(act):
    with pytest.raises(InvalidValueError, match="always needs a mandate"):
        world(open_acts=(act,))
    assert act in CLOSED


def test_the_keeper_itself_finds_nothing_without_a_rule():
    body = FindingBody(
        finding="f",
        about="x",
        result="supported",
        method="m",
        standard_of_proof="grounds_to_believe",
        reliability="A",
        credibility="1",
        right_of_reply="asked",
    )
    assert "no rule of this programme gives a mandate for a finding" in world().say(Finding, KEEPER, body)


# -- speaking for others --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "act"),
    [
        (goods(event("shipping")), "goods:shipping"),
        (goods(event("shipping", source="one", destination="two")), "goods:shipping"),
        (goods(event("shipping", source="two")), "report:goods"),
        (goods(event("receiving", source="two")), "goods:receiving"),
        (goods(event("receiving", destination="two"), source=REGISTER), "report:goods"),
        (goods(event("consuming", source="two"), source=REGISTER), "report:goods"),
        (goods(event("commissioning", "ADD", destination="two")), "report:goods"),
        (goods(event("installing", source="two")), "report:goods"),
    ],
)
def test_whose_goods_are_spoken_of_decides_which_act_it_is(statement, act):
    assert act_of(statement) == act


@pytest.mark.threat(
    who="stranger",
    tries="promises, ships or consumes in the name of another",
    alone="has no effect",
    needs="whoever gives it a mandate to report; its word then stands beside the party's own, named",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_reporting_for_others_needs_a_mandate_for_it():
    """A source field, or a donor's name, let anybody ship, consume or promise in another's account."""
    made = world(rules=[("goods", "custody"), ("report", "reporting")], open_acts=("pledge", "disbursement"))
    made.give("store", "one", ["custody"], ["north"])
    theirs = PledgeBody(pledge="p", amount=Money("5000000000", "USD"), donor="two")
    consumed = event("consuming", source="two")
    spoken = [
        lambda: made.say(Pledge, "stranger", theirs, 1, place="north"),
        lambda: made.fold(goods(consumed, "one", REGISTER)),
        lambda: made.say(
            Disbursement,
            "stranger",
            DisbursementBody(disbursement="d", amount=MILLION, recipient="one", donor="two"),
            1,
            place="north",
        ),
    ]
    for say, words in zip(spoken, ("pledge", "goods", "payment"), strict=True):
        reason = say()
        assert "held no mandate for reporting" in reason
        assert f"a report of another's {words} needs one" in reason
    for party in ("stranger", "one"):
        made.give(f"r-{party}", party, ["reporting"], ["land"])
    assert [say() for say in spoken] == ["", "", ""]


def test_without_a_rule_nobody_reports_for_others():
    made = world(open_acts=("goods", "pledge"))
    assert "a report of another's pledge" in made.say(
        Pledge, "one", PledgeBody(pledge="p", amount=MILLION, donor="two"), place="north"
    )
    assert made.say(Pledge, "one", PledgeBody(pledge="p", amount=MILLION, donor="one"), place="north") == ""
