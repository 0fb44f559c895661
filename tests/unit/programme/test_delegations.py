"""What a delegated key may say, against an oracle that a person can read: every list names all there is."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.errors import InvalidValueError
from enduse.programme.delegations import outside
from enduse.programme.key_register import KeyRegister
from enduse.statements.claim import Claim, ClaimBody
from enduse.statements.codec import KINDS
from enduse.statements.condition import Attestation, AttestationBody
from enduse.statements.entry import Entry
from enduse.statements.envelope import key_id
from enduse.statements.key import DELEGABLE, NEW_KEY, Delegation, Key, KeyBody
from enduse.statements.mandate import Mandate, MandateBody
from enduse.statements.programme import Founding, PlaceBody, ProgrammeBody
from support.examples import examples

START = datetime(2026, 1, 1, tzinfo=UTC)
ORIGIN = "example.org/delegations"
WITHIN = {"land": None, "north": "land", "depot": "north", "shop": "north", "south": "land", "yard": "south"}
PLACES = {
    place: PlaceBody(place=place, name={"en": place}, type="area", within=within) for place, within in WITHIN.items()
}
FUNCTIONS = ("storing", "checking", "paying")
SAID = ("claim", "attestation")


def inner_of(place):
    """The oracle's own view of the map: a place and all that lies in it."""
    found = {place}
    while more := {name for name, within in WITHIN.items() if within in found} - found:
        found |= more
    return found


def said(kind, place):
    head = {"programme": ORIGIN, "party": "store", "seq": 1, "occurred_at": START, "place": place}
    if kind == "claim":
        return Claim(**head, body=ClaimBody(claim="c", about="a", words={"en": "w"}))
    return Attestation(**head, body=AttestationBody(attestation="a", subject="s", holds=True))


scopes = st.builds(
    Delegation,
    label=st.just("device 3"),
    says=st.lists(st.sampled_from(SAID), min_size=1, unique=True).map(tuple),
    functions=st.lists(st.sampled_from(FUNCTIONS), unique=True).map(tuple),
    places=st.lists(st.sampled_from(sorted(WITHIN)), min_size=1, unique=True).map(tuple),
    until=st.just(START + timedelta(days=30)),
)


@settings(max_examples=examples(500))
@given(
    scopes,
    st.sampled_from(SAID),
    st.one_of(st.none(), st.sampled_from(sorted(WITHIN)), st.just("elsewhere")),
    st.lists(st.sampled_from(FUNCTIONS), unique=True),
)
def test_a_delegated_key_says_what_was_named_and_nothing_else(scope, kind, place, functions):
    allowed = (
        kind in scope.says
        and (not functions or bool(set(functions) & set(scope.functions)))
        and place is not None
        and any(place in inner_of(named) for named in scope.places)
    )
    assert (outside(scope, said(kind, place), functions, PLACES) is None) == allowed


def public(number):
    return f"{number:064x}"


class Tree:
    """Says things of keys with keys of one party, past the door."""

    def __init__(self):
        self.register, self.now, self.index = KeyRegister(), START, 0
        body = ProgrammeBody(title={"en": "T"}, keeper="keeper", public_key=public(1))
        self._say(1, Founding(programme=ORIGIN, party="keeper", seq=1, occurred_at=START, body=body))
        self.key(1, "enrol", 2, party="store", by="keeper")

    def _say(self, signer, statement):
        self.index += 1
        entry = Entry(self.index, f"{self.index:064x}", key_id(bytes.fromhex(public(signer))), self.now, statement)
        return self.register.apply(entry)

    def key(self, signer, action, number, *, party="store", by="store", delegates=None):
        proof = "00" * 64 if action in NEW_KEY else None
        body = KeyBody(action=action, party=party, public_key=public(number), delegates=delegates, possession=proof)
        return self._say(signer, Key(programme=ORIGIN, party=by, seq=1, occurred_at=START, body=body))

    def bars(self, number, *said_under):
        return self.register.bars(key_id(bytes.fromhex(public(number))), self.now, *said_under)


SHIFT = Delegation(
    label="device 4", says=("claim",), places=("north",), until=START + timedelta(days=30), may_hand_on=True
)
SCOPE = Delegation(label="device 3", says=("claim",), places=("north",), until=START + timedelta(days=30))


class Oracle:
    """What a person with pencil and paper knows of the keys of one party."""

    def __init__(self):
        self.known, self.delegated, self.revoked, self.day = {2}, {}, set(), 0
        self.shifts, self.next = set(), {}

    def live(self, number):
        return number not in self.next and self.counts(number)

    def counts(self, number):
        """Whether what a key signed before it handed on, if it did, has effect when it comes now."""
        if number in self.revoked:
            return False
        return number not in self.delegated or (self.live(self.delegated[number]) and self.day <= 30)

    def able(self, number):
        """Whether a key may say anything of keys."""
        return self.live(number) and number not in self.delegated


def step(tree, oracle, signer, action, number):
    if action == "wait":
        oracle.day += 10
        tree.now = START + timedelta(days=oracle.day)
    elif action == "revoke" and signer in oracle.known and number in oracle.known:
        was = oracle.live(number)
        if tree.key(signer, "revoke", number) is None:
            assert oracle.able(signer)
            while number is not None:
                oracle.revoked.add(number)
                number = oracle.next.get(number)
        else:
            assert not oracle.able(signer) or not was
    elif action == "hand_on" and signer in oracle.known and number not in oracle.known:
        refusal = tree.key(signer, "hand_on", number)
        assert (refusal is None) == (oracle.live(signer) and signer in oracle.shifts)
        if refusal is None:
            oracle.known.add(number)
            oracle.shifts.add(number)
            oracle.delegated[number], oracle.next[signer] = oracle.delegated[signer], number
    elif action not in {"revoke", "hand_on"} and signer in oracle.known and number not in oracle.known:
        given = {"delegate": SCOPE, "shift": SHIFT}.get(action)
        refusal = tree.key(signer, "enrol", number, delegates=given)
        assert (refusal is None) == oracle.able(signer)
        if refusal is None:
            oracle.known.add(number)
            oracle.delegated |= {} if given is None else {number: signer}
            oracle.shifts |= {number} if action == "shift" else set()


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(2, 9),
            st.sampled_from(("enrol", "delegate", "shift", "shift", "hand_on", "hand_on", "hand_on", "revoke", "wait")),
            st.integers(2, 9),
        ),
        max_size=20,
    )
)
def test_trees_of_delegation_against_an_oracle(steps):
    """Whoever is delegated to says nothing of keys; its end, or that of the key it rests on, is the end of what it may say."""
    tree, oracle = Tree(), Oracle()
    for each in steps:
        step(tree, oracle, *each)
    for number in oracle.known:
        assert (tree.bars(number) is None) == oracle.live(number), number
        assert (tree.bars(number, 0) is None) == oracle.counts(number), number
        scope = tree.register.scope(key_id(bytes.fromhex(public(number))))
        assert (scope is not None) == (number in oracle.delegated)
        assert scope is None or scope.may_hand_on == (number in oracle.shifts)


def test_nobody_delegates_for_another_and_no_delegate_says_anything_of_keys():
    tree = Tree()
    assert tree.key(1, "enrol", 9, party="shop", by="keeper", delegates=SCOPE).code == "key.delegates_for_another"
    assert tree.key(2, "enrol", 3, delegates=SCOPE) is None
    for action, number in (("enrol", 4), ("revoke", 2), ("revoke", 3)):
        assert tree.key(3, action, number).code == "key.delegate_says_nothing"
    assert tree.key(1, "suspend", 2, by="keeper") is None
    assert tree.bars(3).code == "key.suspended"
    assert [life.key for life in tree.register.in_force("store", tree.now)] == []


def test_only_kinds_that_there_are_are_delegated_and_keys_and_mandates_never():
    assert set(KINDS) >= DELEGABLE
    assert not DELEGABLE & {"key", "mandate", "programme", "clock", "correction", "party", "clock_correction"}
    for kind in ("key", "clam", "mandate"):
        with pytest.raises(InvalidValueError):
            msgspec.structs.replace(SCOPE, says=(kind,))
    for action in ("revoke", "suspend"):
        with pytest.raises(InvalidValueError):
            KeyBody(action=action, party="store", public_key=public(3), delegates=SCOPE)
    offer = Mandate(
        programme=ORIGIN,
        party="store",
        seq=1,
        occurred_at=START,
        place="depot",
        body=MandateBody(mandate="m", action="accept"),
    )
    assert outside(SCOPE, offer, [], PLACES).code == "delegation.kind"
