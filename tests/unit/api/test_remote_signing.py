"""Keys that are elsewhere, at a programme that somebody serves: it writes what they sign, says what comes of it, and signs nothing."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

import enduse
from conftest import ORIGIN, Small, seed_of
from enduse.errors import ConflictError, MalformedError, SignatureError, UnknownError
from enduse.programme.permitted import places_for
from enduse.statements.acts import act_of
from enduse.statements.codec import KINDS
from enduse.statements.entry import Entry
from enduse.statements.envelope import key_id
from enduse.statements.key import Delegation, Key, KeyBody, SigningPage, possession_message
from enduse.statements.mandate import Mandate, MandateBody
from enduse.statements.programme import Function, Place, PlaceBody, Rule
from enduse.terms import p256
from enduse.terms.ed25519 import SigningKey
from enduse.terms.times import Period, instant_of
from support.any_statement import AnyStatement
from support.signing import DOMAIN, PAGE, Authenticator, P256Key

PASSKEY, TABLET = Authenticator(P256Key("desk")), Authenticator(SigningKey(b"tablet".ljust(32)))
CLAIM = {"about": "place:port", "words": {"en": "The gate was shut."}}
RULES = {"finding": "check", "goods:receiving": "store", "place": "order", "reading": "check", "goods": "store"}


def enrolled(small, party, key, **more):
    founder = seed_of("keeper").public.hex()
    proof = key.sign(possession_message(ORIGIN, founder, party, key.public.hex())).hex()
    body = KeyBody(action="enrol", party=party, public_key=key.public.hex(), possession=proof, **more)
    taken = small.say(party, Key, body)
    assert taken.outcome == "accepted", taken


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Donor and monitor have passkeys beside their keys; the monitor checks at the port, its tablet speaks at the quay there."""
    page = SigningPage(relying_party=DOMAIN, origins=(PAGE,))
    named = {function: Function(function=function, name={"en": function}, shared=True) for function in RULES.values()}
    rules = tuple(Rule(act=act, function=function) for act, function in RULES.items())
    folder = tmp_path_factory.mktemp("served") / "town"
    small = Small(folder, signing=(page,), functions=tuple(named.values()), rules=rules, open_acts=("pledge", "claim"))
    for place, within in (("place:port", None), ("place:quay", "place:port"), ("place:hill", None)):
        small.say("keeper", Place, PlaceBody(place=place, name={"en": place}, type="area", within=within))
    small.say("keeper", Mandate, MandateBody(mandate="m", action="offer", holder="monitor", functions=("check",), places=("place:port",), period=Period(start=small.now)))  # fmt: skip
    small.say("monitor", Mandate, MandateBody(mandate="m", action="accept"))
    for party in ("donor", "monitor"):
        enrolled(small, party, Authenticator(P256Key(party)))
    enrolled(small, "donor", PASSKEY)
    scope = Delegation(label="tablet", says=("finding", "claim"), functions=("check",), places=("place:quay",), until=datetime.now(UTC) + timedelta(days=1))  # fmt: skip
    enrolled(small, "monitor", TABLET, delegates=scope)
    small.intake.close()
    return folder


@pytest.fixture
def served(town):
    with enduse.open(town) as programme:
        yield programme


def name_of(key):
    return key_id(key.public)


def prepared(programme, key=PASSKEY, claim="claim:1", **more):
    at = datetime.now(UTC)
    return programme.prepare("claim", {"claim": claim, **CLAIM}, key=name_of(key), occurred_at=at, **more)


def browser_gives(key, said, *, high=False):
    """What a browser hands over after it asked a passkey, as it is."""
    data, client = key.authenticator_data(), key.client_data(said.signed_bytes)
    signed = data + sha256(client).digest()
    if not isinstance(key.inner, P256Key):
        return data, client, key.inner.sign(signed)
    r, s = key.inner.numbers(signed)
    s = max(s, p256.ORDER - s) if high else min(s, p256.ORDER - s)
    return data, client, encode_dss_signature(r, s)


@pytest.mark.parametrize("high", [False, True])
def test_what_a_passkey_signs_in_the_browser_is_recorded_and_receipted(served, high):
    said = prepared(served, claim=f"claim:{high}")
    assert said.problem is None
    (taken,) = served.record_signed([said.asserted(*browser_gives(PASSKEY, said, high=high))])
    assert taken.outcome == "accepted"
    assert served.statement(said.id).entry == taken.index
    assert len(served.receipts()) == 1
    assert served.verify().ok


def test_a_key_of_eddsa_and_one_that_is_no_passkey_sign_too(served):
    said = prepared(served, TABLET, claim="claim:quay", place="place:quay")
    assert served.record_signed([said.asserted(*browser_gives(TABLET, said))])[0].outcome == "accepted"
    donor = seed_of("donor")
    plain = prepared(served, donor, claim="claim:plain")
    assert served.record_signed([plain.signed(donor.sign(plain.signed_bytes))])[0].outcome == "accepted"
    with pytest.raises(SignatureError):
        plain.asserted(b"", b"", b"")


def test_preparing_leaves_nothing_behind(served, town):
    before = {file: file.read_bytes() for file in town.rglob("*") if file.is_file() and "book" not in file.name}
    size = served.size
    for _ in range(2):
        prepared(served)
    with pytest.raises(MalformedError) as wrong:
        served.prepare("claim", {"claim": "claim:2"}, key=name_of(PASSKEY), occurred_at=datetime.now(UTC))
    assert wrong.value.problem.path.startswith("$.body")
    assert served.size == size
    assert {file: file.read_bytes() for file in before} == before
    with pytest.raises(UnknownError):
        served.prepare("claim", CLAIM, key="0" * 32, occurred_at=datetime.now(UTC))


def refusal_of(programme, said, given):
    """Return the code with which what a browser gave is refused, when the envelope is made or at the door."""
    try:
        return programme.record_signed([said.asserted(*given)])[0].problem.code
    except SignatureError as error:
        return error.problem.code


@pytest.mark.threat(
    who="operator",
    tries="has a person's passkey sign one statement in the browser, and records another in its place",
    alone="what was signed is the one statement: every other is refused at the door",
    needs="nobody",
    seen_by="the person, by the words of the identifier on page and command line",
)
def test_a_signature_is_good_for_the_statement_that_was_prepared_alone(served):
    said, other = prepared(served), prepared(served, claim="claim:other")
    given = browser_gives(PASSKEY, said)
    assert said.spoken != other.spoken
    assert served.record_signed([other.asserted(*given)])[0].problem.code == "signature.of_another"
    for torn in ((given[0], given[1], given[2][:-1]), (given[0], given[1], b"\x30\x00"), (given[0], b"{}", given[2])):
        assert refusal_of(served, said, torn) in {"signature.of_another", "envelope.other_form"}


def test_two_that_follow_each_other_are_numbered_and_judged_together(served):
    first = prepared(served, claim="claim:first")
    answer = {"corrects": first.id, "reason": "did_not_occur"}
    alone = served.prepare("correction", answer, key=first.key, occurred_at=datetime.now(UTC))
    second = served.prepare("correction", answer, key=first.key, occurred_at=datetime.now(UTC), after=[first])
    assert (second.statement.seq, alone.problem is None, second.problem) == (first.statement.seq + 1, False, None)
    taken = served.record_signed([each.asserted(*browser_gives(PASSKEY, each)) for each in (first, second)])
    assert [each.outcome for each in taken] == ["accepted", "accepted"]
    with pytest.raises(ConflictError):
        prepared(served, TABLET, after=[first])


def test_what_would_have_no_effect_is_said_before_anybody_signs(served):
    body = {"finding": "finding:1", "about": "place:hill", "result": "supported", "method": "visit", "standard_of_proof": "grounds_to_believe", "reliability": "A", "credibility": "1", "right_of_reply": "offered"}  # fmt: skip
    for key, place, code in (
        (PASSKEY, "place:quay", "authority.no_mandate"),
        (TABLET, "place:hill", "delegation.place"),
    ):
        told = served.prepare("finding", body, key=name_of(key), occurred_at=datetime.now(UTC), place=place).problem
        assert told is not None
        signed = served.prepare("finding", {**body, "about": place}, key=name_of(key), occurred_at=datetime.now(UTC), place=place)  # fmt: skip
        (taken,) = served.record_signed([signed.asserted(*browser_gives(key, signed))])
        assert (taken.outcome, taken.problem.code) == ("no_effect", signed.problem.code)
        assert signed.problem.code.startswith(code.partition(".")[0])


def rights(programme, key):
    return {each.act: each.places for each in programme.key_rights(name_of(key)).acts}


def test_what_a_key_may_say_follows_from_mandate_and_delegation(served):
    tablet, monitor, donor = (rights(served, key) for key in (TABLET, Authenticator(P256Key("monitor")), PASSKEY))
    assert tablet == {"claim": ("place:quay",), "finding": ("place:quay",)}
    assert (monitor["finding"], monitor["claim"], donor["claim"]) == (("place:port",), None, None)
    assert "finding" not in donor
    assert "decision" not in monitor
    ended = served.key_rights(name_of(TABLET), on=datetime.now(UTC) + timedelta(days=2))
    assert (ended.state, ended.refusal.code, ended.acts) == ("expired", "key.expired", ())


def drawn(kinds, at):
    """Statements at random, each of a party at a place, happening now; without those that go by rules of their own."""
    made = AnyStatement(7)
    apart = {"party", "key", "mandate", "clock", "correction", "tie_end", "clock_correction", "goods", "umbrella", "place", "programme"}  # fmt: skip
    for kind in (kind for name, kind in kinds.items() if name not in apart):
        for party in ("donor", "monitor", "keeper"):
            for place in ("place:port", "place:quay", "place:hill"):
                said: Any = made.of(kind)
                # Whoever takes its own word back needs no mandate.
                if getattr(said.body, "holds", None) is not False and getattr(said.body, "action", "") != "withdraw":
                    yield msgspec.structs.replace(said, party=party, place=place, occurred_at=at)


def test_what_a_key_may_say_is_what_the_book_lets_have_effect(served):
    """An oracle: statements of every kind, drawn at random, judged one by one as the book does."""
    programme, now, refused = served._book.programme, instant_of(served._book.head.clock), 0
    for said in drawn(KINDS, now):
        act = act_of(said)
        refusal = programme.authority(Entry(1, "0" * 64, "0" * 32, now, said), act)
        if refusal is not None and refusal.code not in {
            "authority.no_mandate",
            "authority.no_rule",
            "authority.structure",
        }:
            continue  # of what it says, not of who may say such a thing where
        found = places_for(programme, said.party, act, now)
        around = {said.place, "place:port"} if said.place == "place:quay" else {said.place}
        may = found is None or not around.isdisjoint(found)
        assert may == (refusal is None), (act, said.party, said.place, refusal, found)
        refused += not may
    assert refused > 50


def test_a_form_says_all_that_it_asks_and_takes_the_answers_back(served):
    form = enduse.Form("umbrella", enduse.Nobody(), served.known(), "x", "donor")
    asked = {".".join(field.question.path): field for field in form.fields()}
    assert asked["members.1.party"].needed
    assert "donor" in asked["members.1.party"].question.offered
    assert not asked["required_groups"].needed
    fields = enduse.set_fields(
        ["umbrella=umbrella:c", "name=Council", "members.1.party=donor", "members.1.groups=arab", "members.2.party=fund",
         "members.2.groups=un", "quorum.need=2"]
    )  # fmt: skip
    body, _ = form.fill(fields)
    assert [member["party"] for member in body["members"]] == ["donor", "fund"]


def test_a_choice_in_a_form_opens_the_fields_of_that_choice_alone(served):
    asked = enduse.Form("condition", enduse.Nobody(), served.known(), "x").fields()
    which = next(field.question for field in asked if field.question.path == ("requires", "is"))
    opened = {field.when[1] for field in asked if field.when is not None and field.when[0] == which.path}
    assert opened <= set(which.choices)
    assert len(opened) > 3
