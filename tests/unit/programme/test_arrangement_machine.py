"""Anything said in any order: nothing raises, what has no effect changes nothing, and the fold can be taken up anywhere."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.programme.coverage import coverage
from enduse.programme.page import party_page
from enduse.programme.programme import ProgrammeState
from enduse.release.facts import MeasuredQuantity
from enduse.release.release import Releases
from enduse.rows import from_whole, whole
from enduse.statements import condition as kinds
from enduse.statements.claim import Assessment, AssessmentBody, Claim, ClaimBody, Finding, FindingBody, Reply, ReplyBody
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.mandate import Check, Mandate, MandateBody
from enduse.statements.money import Disbursement, DisbursementBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.post import Post, PostBody
from enduse.statements.programme import OfferRule, Place, PlaceBody
from enduse.statements.request import Request, RequestBody
from enduse.statements.result import Result, ResultBody
from enduse.statements.umbrella import Member, QuorumRule, Umbrella, UmbrellaBody
from enduse.statements.undertaking import Undertaking, UndertakingBody
from enduse.statements.works import Project, ProjectBody
from enduse.terms.amounts import Money
from enduse.terms.times import Period
from enduse.works.works import Works
from support.arrangement import KEEPER, World, day
from support.examples import examples

TEXT = {"en": "x"}
parties = st.sampled_from(["a", "b", "c", KEEPER, "a", "b", KEEPER, "stranger"])
places = st.sampled_from(["land", "land", "land", "north", "south", "moon"])
functions = st.sampled_from(["administration", "police", "verify", "build", "magic"])
mandates = st.sampled_from(["m1", "m2", "m3", "m4"])
tranches = st.sampled_from(["t1", "t2"])
days = st.integers(1, 14)
some = lambda of: st.lists(of, min_size=1, max_size=2, unique=True).map(tuple)  # noqa: E731
periods = st.builds(lambda start, long: Period(start=day(start), end=day(start + long)), days, st.integers(1, 15))

mandate_bodies = st.one_of(
    st.builds(
        MandateBody,
        mandate=mandates,
        action=st.just("offer"),
        holder=parties,
        functions=some(functions),
        places=some(places),
        period=periods,
        type=st.sampled_from([None, "civil", "military"]),
    ),
    st.builds(
        MandateBody,
        mandate=mandates,
        action=st.just("hand_over"),
        holder=parties,
        succeeds=mandates,
        period=periods,
        checks=st.sampled_from([(), (Check(check="c"),), (Check(check="c", function="verify"),)]),
    ),
    st.builds(
        MandateBody,
        mandate=mandates,
        action=st.sampled_from(["accept", "accept", "accept", "decline", "end", "suspend", "resume"]),
        effective=st.one_of(st.none(), days.map(day)),
    ),
    st.builds(MandateBody, mandate=mandates, action=st.just("check"), check=st.just("c"), holds=st.booleans()),
)
leaves = st.one_of(
    st.builds(kinds.Released, tranche=tranches),
    st.builds(kinds.Attested, subject=st.sampled_from(["p", "x"]), function=functions),
    st.just(kinds.UseVerified(project="p", material="m", share="0.5")),
    st.just(kinds.UndertakingMet(undertaking="u")),
    st.builds(kinds.FindingPresent, about=st.sampled_from(["x", "u"]), result=st.just("supported")),
    st.just(kinds.CountVerified(indicator="i", at_least="1")),
)
conditions = st.one_of(leaves, st.builds(kinds.Not, of=leaves), st.builds(kinds.AllOf, of=some(leaves)))
said = st.one_of(
    st.tuples(st.just(Mandate), mandate_bodies),
    st.tuples(st.just(Mandate), mandate_bodies),
    st.tuples(
        st.just(Party),
        st.builds(
            PartyBody,
            party=parties,
            name=st.just(TEXT),
            type=st.just("agency"),
            member_of=st.lists(parties, max_size=2).map(tuple),
            owned_by=st.lists(parties, max_size=2).map(tuple),
            acts_as_one=st.booleans(),
        ),
    ),
    st.tuples(
        st.just(Place),
        st.builds(
            PlaceBody,
            place=places,
            name=st.just(TEXT),
            type=st.sampled_from(["country", "area"]),
            within=st.one_of(st.none(), places),
        ),
    ),
    st.tuples(
        st.just(Umbrella),
        st.builds(
            UmbrellaBody,
            umbrella=st.just("u"),
            name=st.just(TEXT),
            members=st.sampled_from(
                [(Member(party="a"), Member(party="b")), (Member(party="b"),), (Member(party="z"),)]
            ),
            quorum=st.builds(QuorumRule, need=st.sampled_from(["all", "any"]), of=some(st.sampled_from(["a", "b"]))),
            standing=st.sampled_from(["proposed", "in_force"]),
        ),
    ),
    st.tuples(
        st.just(Project),
        st.builds(
            ProjectBody,
            project=st.just("p"),
            title=st.just(TEXT),
            purpose=st.sampled_from(["reconstruction", "reconstruction", "humanitarian"]),
            contractor=parties,
        ),
    ),
    st.tuples(
        st.just(kinds.ConditionStatement),
        st.builds(
            kinds.ConditionBody,
            tranche=tranches,
            title=st.just(TEXT),
            amount=st.just(Money("5", "USD")),
            project=st.just("p"),
            requires=conditions,
        ),
    ),
    st.tuples(
        st.just(kinds.Attestation),
        st.builds(
            kinds.AttestationBody,
            attestation=st.sampled_from(["a1", "a2"]),
            subject=st.sampled_from(["p", "x"]),
            holds=st.booleans(),
        ),
    ),
    st.tuples(
        st.just(kinds.Decision),
        st.builds(
            kinds.DecisionBody,
            decision=st.sampled_from(["d1", "d2"]),
            tranche=tranches,
            action=st.sampled_from(["release", "release", "withhold", "recover"]),
            record_size=st.integers(16, 22),
            record_root=st.just("0" * 64),
        ),
    ),
    st.tuples(st.just(kinds.Appeal), st.just(kinds.AppealBody(appeal="x", decision="d1", grounds="g"))),
    st.tuples(
        st.just(Result),
        st.builds(lambda value: ResultBody(result="r", indicator="i", value=str(value)), st.integers(0, 3)),
    ),
    st.tuples(
        st.just(Request),
        st.one_of(
            st.builds(RequestBody, request=st.just("q"), action=st.just("send"), to=parties, what=st.just(TEXT)),
            st.builds(RequestBody, request=st.just("q"), action=st.sampled_from(["accept", "decline", "withdraw"])),
        ),
    ),
    st.tuples(
        st.just(Undertaking),
        st.one_of(
            st.builds(
                UndertakingBody,
                undertaking=st.just("u"),
                action=st.just("state"),
                by=parties,
                about=st.just("t"),
                words=st.just(TEXT),
            ),
            st.builds(
                UndertakingBody, undertaking=st.just("u"), action=st.sampled_from(["met", "dispute", "withdraw"])
            ),
        ),
    ),
    st.tuples(
        st.just(Post), st.builds(PostBody, post=st.just("o"), party=parties, title=st.just(TEXT), count=st.just(3))
    ),
    st.tuples(st.just(Correction), st.integers(0, 40)),
    st.tuples(st.just(Disbursement), st.integers(0, 40)),
    st.tuples(st.just(Claim), st.just(ClaimBody(claim="c", about="x", words=TEXT))),
    st.tuples(
        st.just(Reply), st.builds(ReplyBody, reply=st.just("r"), to=st.sampled_from(["c", "f"]), words=st.just(TEXT))
    ),
    st.tuples(st.just(Assessment), st.just(AssessmentBody(assessment="s", about="c", result="supported"))),
    st.tuples(
        st.just(Finding),
        st.builds(
            FindingBody,
            finding=st.sampled_from(["f", "g"]),
            about=st.sampled_from(["x", "u"]),
            result=st.sampled_from(["supported", "not_supported"]),
            method=st.just(""),
            standard_of_proof=st.just("grounds_to_believe"),
            reliability=st.just("B"),
            credibility=st.just("2"),
            right_of_reply=st.just(""),
            supersedes=st.sampled_from([None, "f"]),
        ),
    ),
)
turns = st.lists(
    st.tuples(
        said,
        parties,
        days,
        st.one_of(st.none(), places, places, places, places),
        st.sampled_from([0, 0, 0, 0, 1, 6, -3]),
    ),
    min_size=5,
    max_size=40,
)


def pointed(made, kind, body):
    """What names an earlier statement, of those there are, and the statements it answers."""
    if not isinstance(body, int):
        return body, ()
    entry = made.entries[-1 - body % len(made.entries)].id
    if kind is Correction:
        return CorrectionBody(corrects=entry, reason="incorrect_data"), ()
    return DisbursementBody(disbursement="x", amount=Money("3", "USD"), recipient="c"), (entry,)


def start():
    made = World(
        functions=("administration", "police", "verify", "build"),
        rules=(
            *((act, "verify") for act in ("finding", "attestation", "result")),
            ("decision", "administration"),
            ("project", "build"),
        ),
        incompatible=((("verify", "build"), TEXT),),
        offer_rules=(OfferRule(function="police", accepts=("civil",), reason=TEXT),),
    )
    made.used["p", "m"] = MeasuredQuantity(lower=6, estimate=6, upper=6, billed=10)
    for name in ("a", "b", "c"):
        made.party(name)
    made.place("land", type="country")
    made.place("north", "land")
    return made


def again(room):
    """The room as it comes back from its snapshot."""
    return from_whole(msgspec.msgpack.decode(msgspec.msgpack.encode(whole(room))), type(room))


@settings(max_examples=examples(250), deadline=None)
@given(turns)
def test_whatever_is_said(drawn):
    made = start()
    assert made.give("m0", "a", ["administration"], ["land"], 0, 10) == ""
    assert made.give("v0", "b", ["verify"], ["land"], 0, 12) == ""
    assert made.give("m1", "c", ["build"], ["north"], 0, 12) == ""
    plan = ProjectBody(project="p", title=TEXT, purpose="reconstruction", contractor="c")
    assert made.say(Project, "c", plan, 0, "north") == ""
    waits = kinds.UseVerified(project="p", material="m", share="0.5")
    body = kinds.ConditionBody(tranche="t1", title=TEXT, amount=Money("5", "USD"), project="p", requires=waits)
    assert made.say(kinds.ConditionStatement, KEEPER, body) == ""
    for (kind, drawn_body), party, on, place, late in drawn:
        before = made.snapshot()
        body, refs = pointed(made, kind, drawn_body)
        reason = made.say(kind, party, body, on, place, refs, recorded=max(on + late, 0))
        after = made.snapshot()
        assert (after == before) or not reason, f"{kind.__name__} had no effect ({reason}) and changed something"
        made.programme, made.works, made.releases = again(made.programme), again(made.works), again(made.releases)
        assert made.snapshot() == after
    state, at = made.programme, day(12)
    for name, decided in made.releases.decisions.items():
        assert bool(decided.effective) == (name in made.releases.tranches[decided.body.tranche].effective)
    for name in made.releases.tranches:
        assert str(made.releases.status(name, at, made).verdict.told)
    for gap in coverage(state, period=Period(start=day(0), end=day(30))).gaps:
        assert gap.start < gap.end
    for party in state.parties:
        assert party_page(state, party, at).party.party == party
    for mandate in state.mandates.values():
        assert not mandate.spans() or mandate.acceptance, "nothing is in force that nobody accepted"
    assert (ProgrammeState, Works, Releases) == tuple(
        type(room) for room in (made.programme, made.works, made.releases)
    )
