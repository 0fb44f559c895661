"""A record of all kinds of signature: enrolled as the founding lets them, said, checked by whoever has a copy."""

import random

import pytest

from conftest import ORIGIN, Small, seed_of
from enduse.book.check import follower_of
from enduse.record.verify import verify
from enduse.statements.envelope import key_id, pae, unwrap, wrap
from enduse.statements.key import Key, SigningPage
from enduse.statements.keyring import sign
from enduse.statements.money import Pledge, PledgeBody
from enduse.statements.passed import look, signature_holds
from enduse.terms import p256
from enduse.terms.amounts import Money
from enduse.terms.ed25519 import PrivateKey, SigningKey
from enduse.terms.signatures import kind
from support.keys import body_of
from support.signing import DOMAIN, PAGE, Authenticator, P256Key

PASSKEY = Authenticator(P256Key("a passkey"))
EVERY: list[PrivateKey] = [
    P256Key("a token"),
    PASSKEY,
    Authenticator(SigningKey.from_seed(b"security key".ljust(32, b"."))),
]


class Signed(Small):
    def change(self, action, key, party="donor", **more):
        return self.outcome(party, Key, body_of(self.book, action, party, key, **more), seed_of(party))

    def pledge(self, name, key):
        return self.outcome("donor", Pledge, PledgeBody(pledge=name, amount=Money("5", "USD")), key)

    def outcome(self, party, what, body, key):
        (receipt,) = self.intake.say([self.says(party, what, body)._replace(key=key)], self.now)
        return receipt.outcome if receipt.problem is None else receipt.problem.told.code

    def sound(self):
        """What an audit of all says, as an auditor makes it who has the folder and nothing else."""
        self.intake.publish()
        return verify(self.folder, follower=follower_of(None)[0], ahead=look)


@pytest.fixture
def signed(tmp_path):
    programme = Signed(tmp_path / "programme", signing=(SigningPage(relying_party=DOMAIN, origins=(PAGE,)),))
    yield programme
    programme.intake.close()


def test_every_kind_is_enrolled_says_and_holds_for_whoever_audits(signed):
    for number, key in enumerate(EVERY):
        assert signed.change("enrol", key) == "accepted"
        assert signed.pledge(f"p{number}", key) == "accepted"
    audit = signed.sound()
    assert (audit.ok, audit.problems) == (True, ())
    assert [entry.key_id for entry in map(signed.book.statement, range(signed.book.size))].count(
        key_id(PASSKEY.public)
    ) == 1
    with signed.closed():
        pass
    assert [signed.pledge(f"again{n}", key) for n, key in enumerate(EVERY)] == ["accepted"] * 3, "keys are read back"
    assert signed.sound().ok


def test_an_entry_with_another_signature_of_the_same_key_is_found(signed):
    """Whoever can sign again has one form only: the higher s is none, and the audit says which entry."""
    token = EVERY[0]
    signed.change("enrol", token)
    signed.pledge("p", token)
    good = signed.book.log.store.entry(signed.book.size - 1).entry
    envelope = unwrap(good)
    r, s = envelope.signature[:32], int.from_bytes(envelope.signature[32:])
    other = wrap(envelope.payload, envelope.key_id, r + (p256.ORDER - s).to_bytes(32))
    assert signature_holds(unwrap(good), token.public)
    assert signature_holds(unwrap(other), token.public) is False
    (refused,) = signed.book.keyring.admit_all([other])
    assert refused.problem.told.code == "signature.of_another"


@pytest.mark.parametrize(
    "key",
    [
        Authenticator(page="https://enduse.example"),
        Authenticator(domain="sign.enduse.example"),
        Authenticator(user_verified=False),
        Authenticator(synced=True),
    ],
    ids=["another page", "another domain", "nobody verified", "synced"],
)
def test_a_passkey_is_enrolled_only_as_the_founding_lets_it(signed, key):
    assert signed.change("enrol", key) == "key.page_unnamed"


def test_without_a_page_in_the_founding_no_passkey_is_enrolled_and_a_token_is(tmp_path):
    programme = Signed(tmp_path / "programme")
    assert programme.change("enrol", PASSKEY) == "key.page_unnamed"
    assert programme.change("enrol", EVERY[0]) == "accepted"
    programme.intake.close()


@pytest.mark.parametrize(("first", "second"), [(P256Key("a passkey"), PASSKEY), (PASSKEY, P256Key("a passkey"))])
def test_one_point_is_enrolled_under_one_kind(signed, first, second):
    assert signed.change("enrol", first) == "accepted"
    assert signed.change("enrol", second) == "key.enrolled_already"


@pytest.mark.threat(
    who="stranger",
    tries="has a party's passkey sign in somewhere with a challenge of its own choosing, and enrols it with that",
    alone="refused: possession names programme, party, key and page, and a passkey signs from one page alone",
    needs="the page that the founding names",
    seen_by="everybody at the door, by `enduse add`",
)
def test_possession_is_asked_of_every_kind_and_worth_nothing_elsewhere(signed):
    for key in EVERY:
        body = body_of(signed.book, "enrol", "donor", key)
        wrong = body_of(signed.book, "enrol", "donor", key, possession=key.sign(b"a challenge").hex())
        assert signed.outcome("donor", Key, wrong, seed_of("donor")) == "key.no_possession"
        moved = body_of(signed.book, "enrol", "fund", key, possession=body.possession)
        assert signed.outcome("fund", Key, moved, seed_of("fund")) == "key.no_possession"


def test_possession_is_no_statement_and_a_statement_no_possession(signed):
    (receipt,) = signed.intake.say([signed.says("donor", Pledge, PledgeBody(pledge="x", amount=Money("1", "USD")))])
    assert receipt.outcome == "accepted"
    payload = unwrap(signed.book.log.store.entry(signed.book.size - 1).entry).payload
    for key in EVERY:
        body = body_of(signed.book, "enrol", "donor", key, possession=key.sign(pae(payload)).hex())
        assert signed.outcome("donor", Key, body, seed_of("donor")) == "key.no_possession"


@pytest.mark.parametrize("chance", range(3))
def test_batches_in_any_order_repeated_and_torn_against_a_dictionary(signed, chance):
    """Each statement counts once, whichever signature of it came first; of a torn line nothing does, until it comes whole."""
    draw, said, arrived = random.Random(chance), [], {}
    for number, key in enumerate((*EVERY, seed_of("donor"))):
        if key in EVERY:
            assert signed.change("enrol", key) == "accepted"
        at = signed.book.keyring.next_seq(key.public)
        for more in range(5):
            body = PledgeBody(pledge=f"p{number}-{more}", amount=Money(str(10**number), "USD"))
            whole = Pledge(programme=ORIGIN, party="donor", seq=at + more, occurred_at=signed.now, body=body)
            # A passkey that signs again makes another signature: its own count went on.
            said.append((sign(whole, key).raw, sign(whole, key).raw))
    for _ in range(8):
        sent = [(draw.randrange(len(said)), draw.randrange(2)) for _ in range(draw.randrange(1, 7))]
        raws = [said[number][form] for number, form in sent]
        whole_ones = draw.choice((True, False))
        if not whole_ones:
            raws[-1] = raws[-1][: -draw.randrange(1, len(raws[-1]))]
        for (number, form), result in zip(sent, signed.intake.record(raws, signed.now), strict=True):
            if (number, form) == sent[-1] and result.outcome == "refused":
                assert not whole_ones
                assert result.index is None
                continue
            assert result.outcome == ("already" if number in arrived else "accepted"), result.problem
            arrived.setdefault(number, said[number][form])
    kept = {signed.book.log.store.entry(index).entry for index in range(signed.book.size)}
    assert kept & {raw for both in said for raw in both} == set(arrived.values())
    assert signed.sound().ok


@pytest.mark.threat(
    who="carrier",
    tries="puts a copy of a party's statement with a spoilt signature before it in the batch that it carries",
    alone="the spoilt copy is refused, and the statement is taken",
    needs="nobody: whatever stands before it, a signature that holds is taken",
    seen_by="the keeper, by `enduse add`",
)
@pytest.mark.parametrize("key", [*EVERY, seed_of("donor")], ids=lambda key: kind(key.public))
def test_a_spoilt_copy_before_a_statement_does_not_keep_it_out(signed, key):
    signed.change("enrol", key)
    at = signed.book.keyring.next_seq(key.public)
    body = PledgeBody(pledge="p", amount=Money("5", "USD"))
    good = sign(Pledge(programme=ORIGIN, party="donor", seq=at, occurred_at=signed.now, body=body), key)
    opened = unwrap(good.raw)
    spoilt = [
        wrap(opened.payload, opened.key_id, opened.signature[:-1] + bytes([opened.signature[-1] ^ bit]))
        for bit in (1, 2, 1)
    ]
    taken = signed.intake.record([*spoilt, good.raw, good.raw, spoilt[0]], signed.now)
    assert [each.outcome for each in taken] == ["refused"] * 3 + ["accepted", "already", "refused"]
    assert taken[4].index == taken[3].index
    assert signed.sound().ok
