"""A posting: one signed amount on one account, and what one statement brought about.

Amounts are whole numbers of the smallest unit (gram, millilitre, piece, 1/10,000 of a currency unit). The postings
of one statement sum to zero per resource; nothing is ever edited, only taken back by further postings.
"""

from typing import Final

import msgspec

from enduse.messages import Message, Refusal

GOODS_MAX: Final = 10**15
"""Largest amount of one resource in one event (a billion tonnes), so that nobody soon fills what others share."""


class Posting(msgspec.Struct, frozen=True, omit_defaults=True):
    """One half of a movement.

    Attributes:
        entry: log index of the statement that brought it about.
        n: running number within that entry, from 0.
        effective: when it holds from, as claimed: microseconds since 1970-01-01T00:00Z.
        recorded: when the record took the statement: microseconds since 1970-01-01T00:00Z.
        resource: ``money/CURRENCY`` or ``MATERIAL/BASE`` (see :mod:`enduse.terms.amounts`).
        account: words of :mod:`enduse.ledger.accounts`, blank-separated.
        amount: smallest units; positive comes in, negative goes out.
        code: why.
        lot: lot of the goods, where one was named.
        item: consignment, project, pledge, commitment, disbursement, expenditure or finding.
        reverses: entry whose posting this one takes back.
        speaker: who says so, of another party's money or goods; nobody where the party itself does.
        cause: entry whose effect it is, where another made it known: a receipt whose dispatch was recorded later.
    """

    entry: int
    n: int
    effective: int
    recorded: int
    resource: str
    account: str
    amount: int
    code: str
    lot: str | None = None
    item: str | None = None
    reverses: int | None = None
    speaker: str | None = None
    cause: int | None = None

    @property
    def of(self) -> int:
        """The entry whose effect it is."""
        return self.entry if self.cause is None else self.cause


class PurchaseLink(msgspec.Struct, frozen=True, omit_defaults=True):
    """An expenditure paid for goods that enter the record under ``lot``. It moves nothing.

    Attributes:
        entry: log index.
        party: who paid.
        expenditure: its identifier.
        lot: lot that was bought.
        resource: of the goods.
        amount: smallest units bought; negative takes an earlier link back.
        reverses: entry whose link this one takes back.
    """

    entry: int
    party: str
    expenditure: str
    lot: str
    resource: str
    amount: int
    reverses: int | None = None


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one statement did to the ledger.

    Attributes:
        postings: in order; they sum to zero per resource.
        refusal: why it had no effect; ``None`` where it had one, or needed none.
        notes: what a careful reader should know, such as an unresolved link.
        links: purchases.
    """

    postings: tuple[Posting, ...] = ()
    refusal: Refusal | None = None
    notes: tuple[Message, ...] = ()
    links: tuple[PurchaseLink, ...] = ()


class NoEffectError(Exception):
    """Inside the ledger only: the statement cannot have an effect, for the reason given; nothing was changed."""

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code)
        self.refusal = Refusal.of(code, **values)
