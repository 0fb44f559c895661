"""What a decision to release must have seen: its evidence, all that judged its condition since, and no record of last year."""

import pytest

from enduse.statements.claim import Finding, FindingBody, Resolution
from enduse.statements.condition import (
    Attestation,
    AttestationBody,
    ConditionBody,
    ConditionStatement,
    Decision,
    DecisionBody,
    NoOpenDifference,
)
from enduse.statements.correction import Correction, CorrectionBody
from enduse.terms.amounts import Money, Quantity
from support.played import LOST, SITE

COUNCIL = ("party:azura", "party:administration")
SCHOOL, SCHOOL_SITE, TRANCHE = "project:school", "place:school-site", "tranche:school-2"


@pytest.fixture
def met(demo):
    """The demo, where the school's tranche is met by what the monitor has just measured."""
    said = demo.read("party:monitor", 300, of="use", project=SCHOOL, place=SCHOOL_SITE)
    assert said.outcome == "accepted"
    assert verdict(demo) == "met"
    return demo


def verdict(demo, tranche=TRANCHE):
    return next(one.verdict.value for one in demo.book.tranches() if one.tranche == tranche)


def basis(demo, size=None):
    size = size or demo.book.size
    return {"record_size": size, "record_root": demo.book.log.store.tree(size).root().hex()}


def release(demo, basis, tranche=TRANCHE, name="decision:test"):
    body = DecisionBody(decision=name, tranche=tranche, action="release", reason="Met.", **basis)
    said = [demo.say(party, Decision, body, "place:coast") for party in COUNCIL]
    return said[-1]


def refused(said):
    assert said.outcome == "no_effect", "it takes effect"
    return said.problem.told


def attest(demo, holds, party="party:monitor"):
    words = [
        one
        for found in demo.book.releases.attestations.values()
        for one in found
        if one.subject == SCHOOL_SITE and one.party == "party:monitor"
    ]
    body = AttestationBody(
        attestation=words[0].attestation if party == "party:monitor" else "attestation:second",
        subject=SCHOOL_SITE,
        holds=holds,
        basis="Looked again.",
    )
    assert demo.say(party, Attestation, body, SCHOOL_SITE).outcome == "accepted"


@pytest.mark.threat(
    who="council minority",
    tries="lets a release be signed on a record older than its evidence",
    alone="nothing: the release has no effect, whoever signs it",
    needs="nobody: all of the council would have to sign again, on the record that holds the evidence",
    seen_by="everybody, by enduse status, which lists it as without effect",
)
def test_a_release_on_a_record_older_than_its_evidence_has_no_effect(demo):
    before = basis(demo)
    read = demo.read("party:monitor", 300, of="use", project=SCHOOL, place=SCHOOL_SITE)
    told = refused(release(demo, before))
    assert (told.code, told.values["entry"]) == ("decision.not_seen", read.index)
    assert TRANCHE not in demo.book.releases.released
    assert release(demo, basis(demo), name="decision:again").outcome == "accepted"
    assert TRANCHE in demo.book.releases.released


def test_a_release_must_have_seen_a_word_taken_back_though_it_was_given_again(met):
    before = basis(met)
    attest(met, holds=False)
    attest(met, holds=True)
    assert verdict(met) == "met"
    assert refused(release(met, before)).code == "decision.not_seen"


def test_a_release_must_have_seen_another_word_though_its_own_evidence_stands(met):
    met.give("party:watch", "site-checking", "place:south")
    before = basis(met)
    attest(met, holds=True, party="party:watch")
    assert refused(release(met, before)).code == "decision.not_seen"


def test_a_release_must_have_seen_the_contradiction_that_was_taken_back_since(met):
    met.give("party:watch", "monitoring", "place:south")
    other = met.read("party:watch", 100, of="use", project=SCHOOL, place=SCHOOL_SITE)
    assert verdict(met) == "not_known"
    before = basis(met)
    taken = CorrectionBody(corrects=met.book.statement(other.index).id, reason="incorrect_data")
    assert met.say("party:watch", Correction, taken).outcome == "accepted"
    assert verdict(met) == "met"
    assert refused(release(met, before)).code == "decision.not_seen"


def test_a_release_must_have_seen_the_finding_that_explained_what_was_missing(demo):
    condition = ConditionBody(
        tranche="tranche:whole",
        title={"en": "Nothing missing"},
        amount=Money("100", "USD"),
        project=SCHOOL,
        requires=NoOpenDifference(material="cement", limit=Quantity("1", "TNE")),
    )
    assert demo.say("party:umbrella", ConditionStatement, condition, "place:coast").outcome == "accepted"
    before = basis(demo)
    assert verdict(demo, "tranche:whole") == "not_met"
    resolved = Resolution(of="difference", item=LOST, material="cement", quantity=Quantity("20", "TNE"), outcome="lost")
    finding = FindingBody(
        finding="finding:lost",
        about="claim:cement-sold",
        result="supported",
        method="Seen.",
        standard_of_proof="grounds_to_believe",
        reliability="A",
        credibility="1",
        right_of_reply="Heard.",
        resolves=(resolved,),
    )
    assert demo.say("party:monitor", Finding, finding, SITE).outcome == "accepted"
    assert verdict(demo, "tranche:whole") == "met"
    assert refused(release(demo, before, "tranche:whole")).code == "decision.not_seen"
    assert release(demo, basis(demo), "tranche:whole", "decision:again").outcome == "accepted"


def test_what_moves_from_day_to_day_between_two_signatures_stops_no_release(met):
    before = basis(met)
    assert met.build_in(1).outcome == "accepted"
    assert met.build_in(1, SCHOOL, place=SCHOOL_SITE).outcome == "accepted"
    assert release(met, before).outcome == "accepted"
    assert TRANCHE in met.book.releases.released


@pytest.mark.parametrize(("days", "outcome"), [(28, "accepted"), (31, "no_effect")])
def test_a_release_rests_on_no_record_older_than_thirty_days(met, days, outcome):
    before = basis(met)
    for _ in range(days - 1):
        assert met.build_in(1, ahead=1).outcome == "accepted"
    said = release(met, before)
    assert said.outcome == outcome
    if said.problem is not None:
        assert (said.problem.told.code, said.problem.told.values["n"]) == ("decision.too_old", 30)
