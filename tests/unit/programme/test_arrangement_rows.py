"""The brief's rows on the arrangement, one test each, over the example programme and its variations."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from enduse.ledger.accounts import named
from enduse.ledger.ledger import Ledger
from enduse.messages import Amount, Message
from enduse.programme.coverage import coverage
from enduse.programme.page import party_page
from enduse.release.facts import MeasuredQuantity
from enduse.statements import condition as kinds
from enduse.statements.claim import Assessment, AssessmentBody, Claim, ClaimBody, Finding, FindingBody, Reply, ReplyBody
from enduse.statements.condition import Attestation, AttestationBody, Decision, DecisionBody
from enduse.statements.indicator import Indicator, IndicatorBody
from enduse.statements.money import Disbursement, DisbursementBody
from enduse.statements.post import Post
from enduse.statements.request import Request, RequestBody
from enduse.statements.result import Result, ResultBody
from enduse.statements.umbrella import Umbrella
from enduse.statements.undertaking import Undertaking, UndertakingBody
from enduse.terms.amounts import Money
from enduse.terms.texts import Citation
from enduse.terms.times import Period
from support.arrangement import World, day

EXAMPLES = Path(__file__).parents[3] / "examples"
DAY_AFTER = EXAMPLES / "day-after" / "programme.yaml"
START = datetime(2024, 1, 1, tzinfo=UTC)
KEEPER = "party:record-office"


@pytest.fixture
def day_after():
    return World.load(DAY_AFTER)


def date(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_row_1_remove_one_holder_and_the_gap_is_reported_with_its_first_day(day_after):
    """An interim administration "to prevent a vacuum": who holds each function in each place on each day."""

    def gaps(found):
        return [gap for gap in found.gaps if gap.function == "administration"]

    assert gaps(coverage(day_after.programme)) == []
    assert day_after.programme.holds("party:interim-administration", "administration", "PS0275", date("2024-06-30"))
    left = coverage(day_after.programme, leaving={"party:interim-administration": date("2024-07-01")})
    (gap,) = gaps(left)
    assert (gap.places, gap.start, gap.last_holder) == (
        ("PS02",),
        date("2024-07-01"),
        "party:interim-administration",
    )
    (never,) = gaps(coverage(World.load(DAY_AFTER, leave_out=("mandate:interim",)).programme))
    assert (never.start, never.last_holder) == (START, "")


def test_row_2_composition_outside_the_rule_is_reported_in_counts_without_names(day_after):
    """ "largely run by Palestinian technocrats—from Gaza, the West Bank or the diaspora" """
    (rule,) = day_after.programme.founded.compositions
    share = day_after.programme.posts.share(rule)
    assert (share.counted, share.filled, share.holds) == (19, 20, True)
    assert day_after.programme.posts.posts["post:departments"].vacant == 4
    body = day_after.programme.posts.posts["post:departments"].body
    other = msgspec.structs.replace(body, filled={"gaza": 4, "seconded": 16})
    assert day_after.say(Post, "party:interim-administration", other, START + timedelta(days=60)) == ""
    share = day_after.programme.posts.share(rule)
    assert share.holds is False
    assert str(share.told()) == (
        "4 of 20 filled posts of party:interim-administration are from gaza, west-bank, diaspora: "
        "outside the rule (at least 0.5, at most 1)"
    )
    assert share.evidence == (day_after.last,)
    assert "described by itself or the administration" in day_after.say(Post, "party:fund", body, START)


def test_row_3_three_umbrellas_are_swapped_and_one_lacking_a_required_group_fails(day_after):
    """ "under an international umbrella, which would include Arab and non-Arab nations" """
    state = day_after.programme
    assert list(state.umbrellas) == ["umbrella:coalition", "umbrella:un", "umbrella:ahlc"]
    refused = {body.umbrella: why for body, why in day_after.without_effect if hasattr(body, "umbrella")}
    assert refused == {"umbrella:one-sided": "required group arab has no member"}
    for name, body in list(state.umbrellas.items()):
        swapped = msgspec.structs.replace(body, standing="in_force")
        assert day_after.say(Umbrella, KEEPER, swapped, START) == ""
        if not state.umbrella:
            # Where there was none, whoever decides by a mandate signs what takes that away.
            (decides,) = {one.holder for one in state.mandates.values() if "release" in one.functions}
            assert day_after.say(Umbrella, decides, swapped, START) == ""
        if state.umbrella != name:
            # The keeper only proposes to replace an umbrella that is in force; its own members decide.
            for member in state.umbrellas[state.umbrella].members[:2]:
                assert state.umbrella != name
                assert day_after.say(Umbrella, member.party, swapped, START) == ""
        assert state.umbrella == name
        assert state.quorum_missing(tuple(member.party for member in body.members)) is None
    broken = msgspec.structs.replace(
        state.umbrellas["umbrella:coalition"], members=state.umbrellas["umbrella:coalition"].members[:1]
    )
    assert "required group arab has no member" in day_after.say(Umbrella, KEEPER, broken, START)
    assert state.umbrella == "umbrella:ahlc"


def test_row_4_requests_are_sent_accepted_declined_and_overdue(day_after):
    """The United States "would need to mobilize and organize the effort" """
    requests = day_after.programme.requests.requests
    states = {name: item.state(date("2024-01-15")) for name, item in requests.items()}
    assert states["request:police"] == "accepted"
    assert states["request:funding"] == "declined"
    assert states["request:explain"] == "overdue"
    assert states["request:quickly"] == "sent", "nobody set a date, so it cannot be overdue"
    assert requests["request:explain"].state(date("2023-12-15")) == "sent"
    answer = RequestBody(request="request:explain", action="accept")
    assert "is for party:donor-one to accept" in day_after.say(Request, "party:usa", answer, START)
    assert day_after.say(Request, "party:donor-one", answer, START) == ""
    assert (requests["request:explain"].state(START), requests["request:explain"].late) == ("accepted", True)


def test_row_5_the_emirates_stand_under_police_and_funding_and_can_verify_neither(day_after):
    """ "a division of labor": who pays or builds cannot verify it; nobody verifies itself."""
    for name in ("mandate:uae-police", "mandate:uae-funding"):
        assert day_after.programme.mandates[name].holder == "party:uae"
        assert day_after.step(name, "accept", "party:uae", START) == ""
    page = party_page(day_after.programme, "party:uae", START)
    assert [(item.functions, item.state) for item in page.mandates] == [
        (("funding",), "in_force"),
        (("police",), "in_force"),
    ]
    assert day_after.offer("verify", "party:uae", ["monitoring"], ["PS0275"], 0, 900, by=KEEPER, on=START) == ""
    assert day_after.step("verify", "accept", "party:uae", START) == (
        "party:uae may not hold monitoring where party:uae holds funding: Who pays does not verify what was paid for. "
        "(party:uae is party:uae)"
    )
    day_after.step("mandate:uae-funding", "end", "party:uae", START)
    assert day_after.offer("again", "party:uae", ["monitoring"], ["PS0275"], 1, 900, by=KEEPER, on=START) == ""
    assert "holds police: Who polices does not verify" in day_after.step("again", "accept", "party:uae", START)
    assert not day_after.programme.holds("party:uae", "monitoring", "PS0275", START)
    day_after.party("party:subsidiary", by=KEEPER, type="company", owned_by=("party:builder",))
    day_after.offer("self", "party:subsidiary", ["monitoring"], ["PS0270"], -300, 900, by=KEEPER, on=START)
    assert day_after.step("self", "accept", "party:subsidiary", START).endswith(
        "(party:subsidiary is owned by party:builder)"
    )


def test_row_6_a_military_unit_offered_for_police_is_refused_with_the_rule_quoted(day_after):
    """ "could provide police—not military forces" """
    refused = {body.mandate: why for body, why in day_after.without_effect if hasattr(body, "mandate")}
    assert refused == {
        "mandate:troops": "military-force was offered for police; the rule: Police only; military forces are not taken. "
        '("could provide police—not military forces")'
    }
    assert "mandate:troops" not in day_after.programme.mandates
    assert day_after.programme.mandates["mandate:uae-police"].type == "civil-police"


def test_row_7_money_ties_to_the_smallest_unit_and_over_disbursement_is_reported(day_after):
    """ "could provide the bulk of the funding": pledge, commitment, disbursement, expenditure."""
    ledger, effects = Ledger(), {id(body) for body, _ in day_after.without_effect}
    for entry in day_after.entries:
        if id(getattr(entry.statement, "body", None)) not in effects:
            ledger.apply(entry)
    money = {account: held["money/USD"] for account, held in ledger.balances.items() if "money/USD" in held}
    assert sum(money.values()) == 0
    assert money["promised party:donor-one"] == -10_000_000_000
    assert money["pledged party:donor-one pledge:one"] == 1_000_000_000
    assert money["committed party:donor-one commitment:one"] == 6_000_000_000
    assert money["held party:fund"] == 2_928_000_000
    body = DisbursementBody(
        disbursement="too-much", amount=Money("600000.01", "USD"), recipient="party:fund", commitment="commitment:one"
    )
    assert day_after.say(Disbursement, "party:donor-one", body, date("2024-03-01")) == ""
    outcome = ledger.apply(day_after.entries[-1])
    beyond = named("committed party:donor-one commitment:one")
    assert outcome.notes == (Message.of("money.overdrawn", account=beyond, amount=Amount(-100, "money/USD")),)


def test_row_8_a_partys_own_stated_purpose_stands_beside_what_the_ledger_shows(day_after):
    """ "explaining their roles" """
    page = party_page(day_after.programme, KEEPER, START, shows={"spent": "0 USD"})
    assert page.says["en"] == "Keeps this record and decides nothing."
    assert page.shows == {"spent": "0 USD"}
    silent = party_page(day_after.programme, "party:uae", START)
    assert silent.says == {}, "nobody's purpose is put into its mouth"
    assert {item.standing for item in silent.mandates} == {"proposed by the author"}
    assert all(item.evidence for item in silent.mandates)
    asked = party_page(day_after.programme, "party:donor-one", date("2024-01-15")).requests
    assert [(item.request, item.state) for item in asked] == [("request:explain", "overdue")]


def attest(made, holds, on):
    body = AttestationBody(attestation="attest", subject="site:PS0270", holds=holds)
    return made.say(Attestation, "party:monitor", body, date(on), place="PS0270")


def release(made, name, tranche, on):
    body = DecisionBody(
        decision=name, tranche=tranche, action="release", record_size=len(made.entries), record_root="0" * 64
    )
    return made.say(Decision, "party:umbrella-office", body, date(on), place="PS02")


def test_row_10_a_revoked_attestation_stops_future_releases_only_and_humanitarian_goods_pass(day_after):
    """ "reconstruction for demilitarization formula" """
    made = day_after
    first = made.releases.tranches["tranche:homes-2"].now.body
    made.used["project:homes", "cement"] = MeasuredQuantity(
        lower=55_000_000, estimate=57_000_000, upper=59_000_000, billed=60_000_000
    )
    made.differences["cement", None] = MeasuredQuantity(lower=0, estimate=0, upper=0)
    assert "not known" in release(made, "d0", "tranche:homes-2", "2024-03-01"), "nobody has attested yet"
    assert attest(made, True, "2024-03-02") == ""
    assert release(made, "d1", "tranche:homes-2", "2024-03-03") == ""
    second = msgspec.structs.replace(first, tranche="tranche:homes-3")
    assert made.say(kinds.ConditionStatement, "party:umbrella-office", second, date("2024-03-04"), place="PS02") == ""
    assert attest(made, False, "2024-03-05") == ""
    assert "not met" in release(made, "d2", "tranche:homes-3", "2024-03-06")
    at = date("2024-03-07")
    assert made.releases.status("tranche:homes-2", at, made).status == "decided", "what was released stays so"
    assert made.releases.status("tranche:homes-3", at, made).verdict.value == "not_met"
    gate = msgspec.structs.replace(first, tranche="tranche:hospital", project="project:field-hospital")
    reason = made.say(kinds.ConditionStatement, "party:umbrella-office", gate, at, place="PS02")
    assert reason == "project:field-hospital is humanitarian; no condition may name it"
    goods = [
        entry for entry in made.entries if "medical-kit" in getattr(getattr(entry.statement, "body", None), "event", "")
    ]
    ledger = Ledger()
    assert [ledger.apply(entry).refusal for entry in goods] == [None], "they enter while the tranche waits"


def test_row_11_no_acceptance_no_handover(day_after):
    """remain "until it could hand over": offer, readiness checks, acceptance by the receiver."""
    holds, later = day_after.programme.holds, date("2025-02-01")
    step = day_after.step
    assert "readiness checks are open" in step("mandate:handover", "accept", "party:successor", date("2024-11-01"))
    assert step("mandate:handover", "check", "party:successor", date("2024-11-02"), check="check:posts-filled") == ""
    assert "for a holder of monitoring" in step(
        "mandate:handover", "check", "party:successor", date("2024-11-02"), check="check:accounts-open"
    )
    assert step("mandate:handover", "check", "party:monitor", date("2024-11-03"), check="check:accounts-open") == ""
    assert not holds("party:successor", "administration", "PS02", later), "ready, and still not handed over"
    assert step("mandate:handover", "accept", "party:interim-administration", date("2024-11-04")) != ""
    assert step("mandate:handover", "accept", "party:successor", date("2024-11-05")) == ""
    assert holds("party:successor", "administration", "PS02", later)
    assert holds("party:interim-administration", "administration", "PS02", date("2024-12-31"))
    gaps = [gap for gap in coverage(day_after.programme).gaps if gap.function == "administration"]
    assert gaps == [], "from one to the other without a day between"


def test_row_16_nobody_is_in_breach_of_what_it_never_undertook(day_after):
    """ "clearly and publicly emphasize they will leave ... and lift the siege" """
    register = day_after.programme.undertakings
    assert register.standing("party:addressee", "leave-power", date("2030-01-01")) == "not_stated"
    assert party_page(day_after.programme, "party:addressee", START).undertakings == ()
    promise = register.undertakings["undertaking:hand-over"]
    assert promise.state(date("2024-12-31")) == "not_yet_due"
    assert promise.state(date("2025-01-01")) == "lapsed"
    met = UndertakingBody(undertaking="undertaking:hand-over", action="met")
    assert day_after.say(Undertaking, "party:umbrella-office", met, date("2024-12-01")).startswith(
        "nobody says of itself"
    )
    assert "has no mandate" in day_after.say(Undertaking, "party:fund", met, date("2024-12-01"))
    assert day_after.say(Undertaking, KEEPER, met, date("2024-12-01")) == ""
    assert promise.state(date("2025-01-01")) == "met"
    unsourced = UndertakingBody(undertaking="u", action="state", by="party:uae", about="funding", words={"en": "w"})
    assert "needs its source" in day_after.say(Undertaking, KEEPER, unsourced, START)
    sourced = msgspec.structs.replace(unsourced, citation=Citation(source="invented for this test"))
    assert day_after.say(Undertaking, KEEPER, sourced, START) == ""
    assert day_after.say(Undertaking, "party:uae", UndertakingBody(undertaking="u", action="dispute"), START) == ""
    (shown,) = party_page(day_after.programme, "party:uae", START).undertakings
    assert shown.disputed


def finding(name, result, supersedes=None):
    return FindingBody(
        finding=name,
        about="event:named-in-the-essay",
        result=result,
        method="invented for this test",
        standard_of_proof="grounds_to_believe",
        reliability="B",
        credibility="2",
        right_of_reply="asked on the first day; no answer",
        supersedes=supersedes,
    )


def test_row_18_claims_assessments_and_findings_over_time_and_what_was_known_when(day_after):
    """ "Hamas claimed ... At this point, multiple national intelligence agencies have said" """
    about, knowledge = "event:named-in-the-essay", day_after.programme.knowledge
    now = knowledge.known(about, date("2023-10-28"))
    assert [claim.said for claim in now.claims] == ["claim:first", "claim:later"]
    assert now.standing == "not_found", "two claims are not a finding"
    judged = AssessmentBody(assessment="a1", about=about, office="party:non-arab-member", result="not_supported")
    assert day_after.say(Assessment, KEEPER, judged, date("2024-02-01")) == ""
    assert knowledge.known(about, date("2024-02-01")).standing == "not_found", "an assessment is not a finding"
    assert "held no mandate for monitoring" in day_after.say(
        Finding, "party:usa", finding("f0", "supported"), START, place="PS02"
    )
    assert day_after.say(Finding, "party:monitor", finding("f1", "unresolved"), date("2024-03-01"), place="PS02") == ""
    assert (
        day_after.say(Finding, "party:monitor", finding("f2", "supported", "f1"), date("2024-04-01"), place="PS02")
        == ""
    )
    assert (
        day_after.say(Reply, "party:usa", ReplyBody(reply="r", to="f2", words={"en": "no"}), date("2024-05-01")) == ""
    )
    stands = {text: knowledge.known(about, date(text)).standing for text in ("2024-02-28", "2024-03-15", "2024-04-15")}
    assert stands == {"2024-02-28": "not_found", "2024-03-15": "unresolved", "2024-04-15": "supported"}
    late = knowledge.known(about, date("2024-06-01"))
    assert [item.said for item in late.superseded] == ["f1"]
    assert [item.said for item in late.replies] == ["r"]
    assert late.findings[0].grade == "B2"
    again = Claim, KEEPER, ClaimBody(claim="claim:first", about=about, words={"en": "other words"}), START
    assert "already stated" in day_after.say(*again)


def test_row_19_a_poll_is_a_series_with_wording_sample_and_source(day_after):
    """polls: "62 percent" """
    series = day_after.programme.series
    ((first, _),) = series.ordered("poll:quoted-in-the-essay")
    assert first.body.value == "62"
    assert first.body.sample is None, "what the source does not give is not made up"
    later = IndicatorBody(
        series="poll:quoted-in-the-essay",
        wording={"en": "another question"},
        value="55.5",
        unit="percent",
        period=Period(start=day(0)),
        sample=1200,
        margin="3",
        citation=Citation(source="invented for this test"),
    )
    assert day_after.say(Indicator, KEEPER, later, date("2025-02-01")) == ""
    assert [(value.body.value, same) for value, same in series.ordered("poll:quoted-in-the-essay")] == [
        ("62", False),
        ("55.5", False),
    ], "values under another wording are not joined up"
    assert "already there" in day_after.say(Indicator, KEEPER, later, date("2025-02-02"))
    odd = msgspec.structs.replace(later, unit="persons")
    assert "is in percent" in day_after.say(Indicator, KEEPER, odd, date("2025-02-03"))


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/programme.yaml")), ids=lambda path: path.parent.name)
def test_every_example_programme_loads_without_a_line_of_code_changed(path):
    made = World.load(path)
    assert made.programme.title
    assert "not founded" not in " ".join(why for _, why in made.without_effect)


def test_the_ukraine_facility_pays_thirteen_steps_now_and_three_within_a_year():
    """16 steps, EUR 4.5 bn; 13 fulfilled, 3.05 bn proposed; the rest payable if fulfilled within twelve months."""
    made = World.load(EXAMPLES / "ukraine-facility" / "programme.yaml")
    assert made.without_effect == []
    tranche, now = "tranche:instalment-4", date("2025-08-09")
    assert made.releases.status(tranche, now, made).status == "verified"
    assert [row.due // 10_000 for row in made.releases.dues(tranche, now)] == [3_050_000_000]
    for on, paid in (("2026-08-01", 4_500_000_000), ("2026-08-09", 3_050_000_000)):
        made = World.load(EXAMPLES / "ukraine-facility" / "programme.yaml")
        late = ResultBody(
            result="r", indicator="indicator:steps", entity="steps:three", year=2, value="1", achieved=date(on)
        )
        assert made.say(Result, "party:reporter", late, date(on), place="UA") == ""
        assert sum(row.due for row in made.releases.dues(tranche, date("2026-09-01"))) == paid * 10_000
    assert made.releases.status(tranche, date("2026-09-01"), made).status == "lapsed"
    assert "held no mandate for assessment" in made.say(Result, "party:ukraine", late, date("2025-09-01"), place="UA")
