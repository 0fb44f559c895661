"""What a party sealed stays its own, whoever saw the commitment on its way."""

from hashlib import sha256

import pytest

from enduse.statements.sealed import Disclosure, DisclosureBody, Erasure, ErasureBody, Sealed, SealedBody
from enduse.terms.commitment import commitment

SALT = sha256(b"salt").digest()
MADE = commitment("route", b"by the coast", SALT).hex()


def seal(small, party, about="convoy:7"):
    body = SealedBody(about=about, field="route", sensitivity="high", commitment=MADE)
    return told(small.say(party, Sealed, body))


def disclose(small, party):
    body = DisclosureBody(commitment=MADE, field="route", value="by the coast", salt=SALT.hex())
    return told(small.say(party, Disclosure, body))


def told(receipt):
    return receipt.outcome if receipt.problem is None else receipt.problem.told.code


@pytest.mark.threat(
    who="keeper",
    tries="copies the commitment of what a party sealed, from a file that came to it, and records it as its own first, so that the party can disclose nothing, or seems to have copied",
    alone="takes nothing from anybody: the party seals and discloses it as if the other had not, and what it has disclosed nobody else does",
    needs="nobody; who made the commitment alone can open it",
    seen_by="everybody: `enduse list` shows who sealed the same, and who could open it",
)
def test_nobody_takes_what_another_sealed_by_copying_the_commitment(small):
    assert [seal(small, party) for party in ("fund", "donor")] == ["accepted", "accepted"]
    assert [seal(small, party) for party in ("fund", "donor")] == ["seal.twice", "seal.twice"]
    assert disclose(small, "carrier") == "seal.of_another"
    assert disclose(small, "donor") == "accepted"
    assert disclose(small, "donor") == "seal.closed_already"
    assert disclose(small, "fund") == "seal.copied"
    seals = small.book.seals
    assert (seals.of(MADE, "donor").value, seals.of(MADE, "fund").value) == ("by the coast", None)
    digest = small.book.digest()
    small.book.rebuild()
    assert small.book.digest() == digest


def test_an_erased_copy_leaves_the_original_as_it_is(small):
    for party in ("donor", "fund"):
        seal(small, party)
    assert told(small.say("fund", Erasure, ErasureBody(commitment=MADE, basis="a mistake"))) == "accepted"
    assert disclose(small, "donor") == "accepted"
    assert small.book.seals.of(MADE, "fund").basis == "a mistake"
