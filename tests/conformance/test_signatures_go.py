"""Python and Go give one verdict on every signature: on our own cases, on published ones, on damaged ones, and on a record."""

import json
import random
import subprocess
from base64 import b64decode
from datetime import timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from conftest import Small, seed_of
from enduse.book.check import follower_of
from enduse.record.verify import verify
from enduse.statements.codec import statement_id
from enduse.statements.envelope import key_id, pae, unwrap, wrap
from enduse.statements.key import Delegation, Key, SigningPage
from enduse.statements.keyring import Signed as Signature
from enduse.statements.money import Pledge, PledgeBody
from enduse.statements.passed import look
from enduse.terms import p256, signatures, webauthn
from enduse.terms.amounts import Money
from support.goverify import go_needed, verdicts
from support.keys import OwnSoftware, body_of, new_key
from support.published import (
    browser_assertions,
    browser_signatures,
    library_assertions,
    needed,
    other_s,
    p256_cases,
    read,
    w3c_assertions,
)
from support.signature_cases import FILE, seed
from support.signing import DOMAIN, PAGE, Authenticator, P256Key

pytestmark = go_needed


def agreed(program, triples):
    """Hold the two against each other, signature by signature; return what both say."""
    ours = [signatures.is_valid(*each) for each in triples]
    assert verdicts(program, "signatures", triples) == ours
    return ours


def own():
    for case in json.loads(FILE.read_text(encoding="utf-8")):
        names = ("public_key", "message", "signature")
        yield (*(bytes.fromhex(case[name]) for name in names), case["holds"])


def test_every_signature_that_holds_fits_into_an_envelope():
    """Also the longest: client data of 1,024 bytes."""
    for public, message, signature, holds in own():
        if holds:
            assert unwrap(wrap(message, key_id(public), signature)).signature == signature


def test_our_own_cases(goverify):
    """These stand alone: no published vectors are needed for them."""
    cases = list(own())
    assert agreed(goverify, [case[:3] for case in cases]) == [case[3] for case in cases]


def test_damaged_keys_messages_and_signatures(goverify):
    """Changed bits, cuts, and parts of one signature in another."""
    chance, triples = random.Random(1), []
    good = [case[:3] for case in own() if case[3]]
    for each in good:
        for _ in range(60):
            parts = list(each)
            at = chance.choice((0, 1, 2, 2, 2))
            changed = bytearray(parts[at])
            match chance.randrange(4):
                case 0 | 1:
                    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
                case 2:
                    del changed[chance.randrange(len(changed))]
                case 3:
                    foreign = chance.choice(good)[at]
                    where = chance.randrange(len(changed))
                    changed[where:] = foreign[where:]
            parts[at] = bytes(changed)
            triples.append(tuple(parts))
    verdict = agreed(goverify, triples)
    # A passkey's rules and page are part of its key, so that some other keys take the same signature.
    assert sum(verdict) < len(verdict) // 10


@needed
def test_published_vectors(goverify):
    """Wycheproof as given, with the other s, and in DER; the signatures and assertions of a browser."""
    triples = []
    for name in ("wycheproof/p256_sha256_p1363.json", "wycheproof/p256_sha256_der.json"):
        for key, message, signature, _ in p256_cases(name):
            triples.append((key, message, signature))
            if len(signature) == 64:
                triples.append((key, message, signature[:32] + ((p256.ORDER - _s(signature)) % 2**256).to_bytes(32)))
            triples += [(key, message, form) for form in _numbers(signature)]
    plain = agreed(goverify, triples)
    higher = set(read("own/p256_high_s.json")["tcIds"])
    given = [case for case in p256_cases("wycheproof/p256_sha256_p1363.json") if case[3]["tcId"] in higher]
    assert agreed(goverify, [case[:3] for case in given]) == [False] * 41
    assert agreed(goverify, [(key, message, other_s(signed)) for key, message, signed, _ in given]) == [True] * 41
    browser = agreed(goverify, [case[1:] for case in (*browser_assertions(), *browser_signatures())])
    assert plain.count(True) > 200
    assert browser.count(True) > 33


def _s(signature):
    return int.from_bytes(signature[32:])


def _numbers(signature):
    """The two numbers of a DER signature, in 64 bytes, where they fit."""
    try:
        r, s = decode_dss_signature(signature)
    except ValueError:
        return
    if 0 <= r < 2**256 and 0 <= s < 2**256:
        yield r.to_bytes(32) + s.to_bytes(32)
    if 0 <= r < 2**256 and 0 <= s <= p256.ORDER:
        yield p256.canonical(r, s)


@needed
def test_published_assertions_whose_challenge_is_no_hash(goverify):
    """Of the W3C, of py_webauthn, and client data of browsers and of those who try, signed by keys of ours."""
    triples = [case[1:] for case in (*w3c_assertions(), *library_assertions())]
    cases = read("own/client_data_cases.json")
    (page,) = cases["origins"]
    passkey = Authenticator(domain=page.partition("://")[2].partition(":")[0], page=page)
    message = b64decode(cases["pae"])
    challenge = _challenge(passkey, message)
    for case in cases["cases"]:
        client = b64decode(case["client_data"])
        if client:
            triples.append((passkey.public, challenge, passkey.sign(message, client)))
    ours = [webauthn.is_assertion(*each) for each in triples]
    assert verdicts(goverify, "assertions", triples) == ours
    assert {True, False} == set(ours[-len(cases["cases"]) + 1 :])


def _challenge(passkey, message):
    text = json.loads(passkey.client_data(message))["challenge"]
    return b64decode(text.replace("-", "+").replace("_", "/") + "=")


# -- a record, read by Go from its tiles -------------------------------------------------------------------------------

EVERY = (P256Key("a token"), Authenticator(P256Key("a passkey")), Authenticator(seed("a security key")))


class Signed(Small):
    def outcome(self, kind, body, key):
        return self.intake.say([self.says("donor", kind, body)._replace(key=key)], self.now)[0].outcome

    def published(self):
        self.intake.publish()
        return self.folder

    def written(self, *signed):
        """Publish what a keeper with software of its own wrote past the door."""
        OwnSoftware(self.book).write(*signed)
        return self.published()


def both(program, folder):
    """What Go and an audit of ours say of a folder."""
    words = [program, "statements", folder / "log.vkey", folder / "tiles"]
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False)
    ours = verify(folder, follower=follower_of(None)[0], ahead=look)
    return done, ours


def pledge(name):
    return PledgeBody(pledge=name, amount=Money("5", "USD"))


@pytest.fixture
def programme(tmp_path):
    made = Signed(tmp_path / "programme", signing=(SigningPage(relying_party=DOMAIN, origins=(PAGE,)),))
    for number, key in enumerate(EVERY):
        assert made.outcome(Key, body_of(made.book, "enrol", "donor", key), seed_of("donor")) == "accepted"
        assert made.outcome(Pledge, pledge(f"p{number}"), key) == "accepted"
    yield made
    made.intake.close()


def test_go_reads_the_keys_from_the_record_and_holds_every_signature(programme, goverify):
    shift, later = P256Key("a shift's"), Authenticator(P256Key("the next one's"))
    until = programme.now + timedelta(days=9)
    given = Delegation(label="device 4", says=("pledge",), places=("p",), until=until, may_hand_on=True)
    enrolment = body_of(programme.book, "enrol", "donor", shift, delegates=given)
    assert programme.outcome(Key, enrolment, seed_of("donor")) == "accepted"
    assert programme.outcome(Key, body_of(programme.book, "hand_on", "donor", later), shift) == "accepted"
    assert programme.outcome(Pledge, pledge("elsewhere"), later) == "no_effect"
    done, ours = both(goverify, programme.published())
    assert ours.ok
    assert done.returncode == 0, done.stderr
    for kind in ("ed25519:", "p256:2", "webauthn-es256:2", "webauthn-eddsa:1"):
        assert kind in done.stdout


def forged(programme, what):
    """A statement that no honest door lets in."""
    token, (page, unnamed) = EVERY[0], (EVERY[1], Authenticator(P256Key("new"), page="https://enduse.example"))
    own = OwnSoftware(programme.book)
    if what in {"the higher s", "another's signature", "a name in capitals"}:
        said = own.said(Pledge, "donor", token, programme.now, pledge("forged"))
        opened = unwrap(said.raw)
        payload, signature = opened.payload, opened.signature
        if what == "the higher s":
            signature = other_s(signature)
        elif what == "another's signature":
            signature = page.sign(pae(payload))
        else:
            payload = payload.replace(b'"party":"donor"', b'"party":"fund","Party":"donor"')
            signature = token.sign(pae(payload))
        raw = wrap(payload, opened.key_id, signature)
        return Signature(raw, statement_id(payload), said.statement, opened.key_id, token.public)
    if what == "a page that the founding does not name":
        return own.said(
            Key, "donor", seed_of("donor"), programme.now, body_of(programme.book, "enrol", "donor", unnamed)
        )
    body = body_of(programme.book, "enrol", "donor", new_key("new"))
    if what == "a key that did not ask":
        body = msgspec.structs.replace(body, possession=new_key("another").sign(b"x").hex())
        return own.said(Key, "donor", seed_of("donor"), programme.now, body)
    return own.said(Key, "fund", seed_of("fund"), programme.now, body)


@pytest.mark.threat(
    who="keeper",
    tries="writes into the record, past the door, a signature of a kind or form that is not the key's, a key that did not ask "
    "for it or signs from a page that the founding does not name, or a key that another party brings in",
    alone="every audit finds it: ours, and that of a client in another language that shares no code with us",
    needs="nobody: no quorum makes such an entry hold",
    seen_by="whoever has a copy of the record, by `enduse record verify` or `goverify statements`",
)
@pytest.mark.parametrize(
    "what",
    [
        "the higher s",
        "another's signature",
        "a name in capitals",
        "a page that the founding does not name",
        "a key that did not ask",
        "a key that another brings in",
    ],
)
def test_go_and_python_find_what_was_written_past_the_door(programme, goverify, what):
    done, ours = both(goverify, programme.written(forged(programme, what)))
    assert not ours.ok
    assert done.returncode == 1
    assert f"entry {programme.book.log.size - 1}:" in done.stderr
