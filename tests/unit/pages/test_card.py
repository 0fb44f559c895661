"""The printed checkpoint: it carries the signed note, in every language, and never an unsigned one."""

import re

import pytest

from enduse.errors import LimitError, SignatureError
from enduse.pages.card import card
from enduse.record import checkpoint, note
from enduse.terms.ed25519 import SigningKey

segno = pytest.importorskip("segno", reason="LOUD: segno is not installed (extra 'reports')")

LOG = note.Signer("record.example/card", SigningKey.from_seed(b"l" * 32))


def signed(count=1):
    head = checkpoint.Checkpoint("record.example/card", 1234, bytes(range(32)))
    made = note.parse(checkpoint.sign(head, LOG))
    witnesses = [
        note.Signer(f"w{n}.example", SigningKey.from_seed(bytes([n]) * 32), note.COSIGNATURE_V1) for n in range(count)
    ]
    made = made.adding(witness.sign(made.text, 1_700_000_000) for witness in witnesses)
    return made.encode(), tuple(witness.verifier for witness in witnesses)


def test_the_card_carries_the_note():
    data, cosigners = signed()
    page = card(data, LOG.verifier, cosigners)
    assert "1234" in page
    assert "w0.example" in page
    assert bytes(range(32)).hex() in page
    assert 'lang="ar" dir="rtl"' in page
    assert "<script" not in page
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", page)
    drawn = segno.make_qr(data, error="l", mode="byte").svg_inline(border=4, scale=1, omitsize=True)
    assert drawn in page


def test_an_unsigned_or_overlong_checkpoint_is_not_printed():
    data, _ = signed()
    with pytest.raises(SignatureError):
        card(data.replace(b"\n1234\n", b"\n1235\n"), LOG.verifier)
    many, _ = signed(20)
    with pytest.raises(LimitError):
        card(many, LOG.verifier)
