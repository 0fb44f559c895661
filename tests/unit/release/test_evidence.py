"""What a decision rests on, over a real Merkle tree: another record, later or other evidence cannot be put under it."""

import hashlib

import msgspec
import pytest

from enduse.messages import Message, Refusal
from enduse.programme.programme import ProgrammeState
from enduse.record.tree import root
from enduse.release.evidence import check, digest
from enduse.release.release import Releases
from enduse.statements import condition as kinds
from enduse.statements.codec import kind_of
from enduse.statements.condition import Attestation, AttestationBody, ConditionBody, ConditionStatement
from enduse.statements.works import Project, ProjectBody
from enduse.terms.amounts import Money
from enduse.works.works import Works
from support.arrangement import KEEPER, World, day


def world():
    made = World(
        functions=("administration", "monitoring", "release", "planning"),
        rules=(("attestation", "monitoring"), ("decision", "release"), ("project", "planning")),
    )
    for name in ("builder", "monitor", "second"):
        made.party(name)
    made.place("land", type="country")
    made.give("m", "monitor", ["monitoring"], ["land"])
    made.party(KEEPER)
    made.give("a", "second", ["administration"], ["land"])
    made.offer("r", KEEPER, ["release"], ["land"], by="second")
    made.step("r", "accept", KEEPER)
    made.give("p", "builder", ["planning"], ["land"])
    made.give("n", "second", ["monitoring"], ["land"])
    body = ProjectBody(project="school", title={"en": "s"}, purpose="reconstruction", contractor="builder")
    made.say(Project, "builder", body, place="land")
    requires = kinds.Attested(subject="school", function="monitoring")
    asked = ConditionBody(tranche="t", title={"en": "t"}, amount=Money("1", "USD"), project="school", requires=requires)
    assert made.say(ConditionStatement, KEEPER, asked) == ""
    assert attest(made, "monitor") == ""
    return made


def attest(made, party, holds=True):
    return made.say(
        Attestation, party, AttestationBody(attestation=f"a-{party}", subject="school", holds=holds), 1, place="land"
    )


def refold(entries) -> World:
    """Fold a copy of the record from nothing."""
    fresh = World()
    fresh.programme, fresh.works, fresh.releases, fresh.entries = ProgrammeState(), Works(), Releases(), []
    for entry in entries:
        fresh.entries.append(entry)
        if len(fresh.entries) > 1 and fresh.programme.authority(entry, kind_of(entry.statement)):
            continue
        _ = fresh.programme.apply(entry) or fresh.works.apply(entry) or fresh.releases.apply(entry, fresh)
    return fresh


def leaf(entry):
    return hashlib.sha256(b"\0" + bytes.fromhex(entry.id)).digest()


def root_of(entries, size):
    return root([leaf(entry) for entry in entries[:size]]).hex()


def signed(made):
    """What the members sign now."""
    verdict = made.releases.verdict("t", day(2), made)
    return kinds.DecisionBody(
        decision="d",
        tranche="t",
        action="release",
        record_size=len(made.entries),
        record_root=root_of(made.entries, len(made.entries)),
        evidence=digest(verdict),
    )


def verdict_of(made):
    return made.releases.verdict("t", day(2), made)


def found(decision, entries):
    return [
        problem.told
        for problem in check(
            decision,
            root_at=lambda size: root_of(entries, size),
            index_of={entry.id: entry.index for entry in entries}.get,
            verdict_at=lambda size: verdict_of(refold(entries[:size])),
        )
    ]


def test_a_decision_rests_on_the_record_it_names():
    made = world()
    decision = signed(made)
    assert found(decision, made.entries) == []
    attest(made, "monitor", holds=False)
    assert found(decision, made.entries) == [], "what came later changes nothing about what they saw"


@pytest.mark.threat(
    who="council minority",
    tries="passes off a decision as resting on evidence that came later",
    alone="size and root in what was signed do not fit",
    needs="nobody: the signed root would have to be another",
    seen_by="anybody with a copy: `enduse release --check`",
)
def test_it_cannot_be_shown_to_rest_on_later_evidence():
    made = world()
    decision = signed(made)
    assert attest(made, "second") == ""
    later = msgspec.structs.replace(decision, record_size=len(made.entries))
    assert found(later, made.entries) == [
        Message.of("decision.other_root", size=len(made.entries)),
        Message.of("decision.other_evidence", size=len(made.entries)),
    ]


def test_a_tampered_record_is_found():
    made = world()
    decision = signed(made)
    other = world()
    other.entries.pop()
    attest(other, "second")
    codes = [message.code for message in found(decision, other.entries)]
    assert codes[:2] == ["decision.other_root", "decision.other_evidence"]


def test_a_decision_before_the_evidence_or_without_naming_it():
    made = world()
    early = signed(made)
    size = len(made.entries) - 1
    root_then = root_of(made.entries, size)
    early = msgspec.structs.replace(early, record_size=size, record_root=root_then, evidence=None)
    assert found(early, made.entries) == [Message.of("decision.condition_was", value="not_known")]


@pytest.mark.threat(
    who="council minority",
    tries="gathers signatures over time, while what they rest on changes",
    alone="earlier signatures stop counting",
    needs="the members, who sign again",
    seen_by="anybody: `enduse release`",
)
def test_signatures_stop_counting_when_the_evidence_changes_between_them():
    made = world()
    decision = signed(made)
    assert attest(made, "second") == ""
    reason = made.say(kinds.Decision, KEEPER, decision, 2, place="land")
    assert reason
    assert made.refusal == Refusal.of("decision.evidence_changed")
    assert made.say(kinds.Decision, KEEPER, signed(made), 2, place="land") == ""
    assert made.releases.status("t", day(3), made).status == "decided"
    appeal = kinds.AppealBody(appeal="x", decision="d", grounds="they did not ask us")
    assert made.say(kinds.Appeal, "builder", appeal, 3) == ""
    assert made.releases.decisions["d"].appeals == [made.last]
