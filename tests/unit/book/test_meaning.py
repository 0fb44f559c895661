"""What the book means has a number of its own: another version of the software keeps the book, another meaning does not."""

import json

import msgspec

from conftest import Small
from enduse.book.book import Book
from enduse.book.intake import Intake
from enduse.book.store import FORMAT
from enduse.statements.claim import Claim, ClaimBody
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.money import Disbursement, DisbursementBody, Expenditure, ExpenditureBody, Pledge, PledgeBody
from enduse.statements.reading import Reading, ReadingBody
from enduse.terms.amounts import Money, Quantity
from enduse.version import __version__

PINNED = (51, "fcdbdccc9bad54af0b320dc6d47011c4d56c3fd1fe31acfea59a785e44c42732")
"""The meaning, and the digest of the book that :func:`corpus` gives under it."""


def moved(step, place, consignment, tonnes):
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-01-01T00:00:00Z",
        "action": "OBSERVE",
        "bizStep": step,
        "readPoint": {"id": place},
        "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": tonnes, "uom": "TNE"}],
        "bizTransactionList": [{"type": "desadv", "bizTransaction": consignment}],
    }
    return GoodsBody(event=json.dumps(event))


def corpus(small):
    """Say something of the kinds that move goods and money, or bear on them, in fixed words at fixed times."""
    for n in range(4):
        small.say("donor", Pledge, PledgeBody(pledge=f"p{n}", amount=Money(f"{n + 1}000", "USD")))
        paid = DisbursementBody(disbursement=f"d{n}", amount=Money(f"{n}00.5", "USD"), recipient="fund", pledge=f"p{n}")
        small.say("donor", Disbursement, paid)
        small.say("carrier", Disbursement, paid)
        small.say("fund", Expenditure, ExpenditureBody(expenditure=f"x{n}", amount=Money("70", "USD"), payee="carrier"))
        small.say("warehouse", Goods, moved("shipping", "place:depot", f"c{n}", 100 + n))
        received = small.say("fund", Goods, moved("receiving", "place:site", f"c{n}", 90 + n))
        small.say("fund", Goods, moved("stock_taking", "place:site", "counted", 40 * n))
        if n == 2:
            name = small.book.statement(received.index).id
            small.say("fund", Correction, CorrectionBody(corrects=name, reason="incorrect_data"))
        weighed = ReadingBody(
            reading=f"r{n}",
            of="received",
            material="cement",
            quantity=Quantity("95", "TNE"),
            method="scale",
            consignment=f"c{n}",
        )
        small.say("monitor", Reading, weighed)
        small.say("monitor", Claim, ClaimBody(claim=f"said-{n}", about=f"c{n}", words={"en": "It was less."}))
    return small.book.digest()


def test_whoever_changes_what_the_book_means_raises_its_number(tmp_path):
    small = Small(tmp_path / "programme")
    try:
        digest = corpus(small)
        assert len(list(small.book.postings())) > 50
    finally:
        small.intake.close()
    assert (FORMAT, digest) == PINNED, "the book means something else: raise FORMAT in book/store.py, and pin both here"


def test_another_version_of_the_software_keeps_the_book_and_another_meaning_folds_it_anew(small, monkeypatch):
    small.say("donor", Pledge, PledgeBody(pledge="p1", amount=Money("5", "USD")))
    digest, size = small.book.digest(), small.book.size
    small.intake.close()
    folded = []
    right = Book.fold

    def counted(self, index, *given):
        folded.append(index)
        return right(self, index, *given)

    monkeypatch.setattr(Book, "fold", counted)
    with Book.open(small.folder) as book:
        head = book.encoded()[0]["head"]
        assert (book.digest(), folded) == (digest, [])
    assert __version__.encode() not in head, "the version is no part of what the book means"
    assert msgspec.msgpack.decode(head)["format"] == FORMAT
    monkeypatch.setattr("enduse.book.book.FORMAT", FORMAT + 1)
    with Book.open(small.folder) as book:
        assert (folded, book.told) == (list(range(size)), [])
    monkeypatch.undo()
    small.intake = Intake.open(small.folder)
