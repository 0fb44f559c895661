"""Identifiers of a publication, and the small parts that its files of OCDS and OC4IDS have in common."""

from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote

import msgspec

from enduse.terms.texts import Text
from enduse.views.published import PublishedMoney, PublishedPayment
from enduse.views.shapes import Figure

_SAFE: Final = ":"


class PublicationIds(msgspec.Struct, frozen=True):
    """Identifiers of one programme's publication.

    Attributes:
        publisher: reference of the publishing organisation in IATI; activities begin with it.
        prefix: of contracting processes and projects, as the Open Contracting Partnership registers one.
    """

    publisher: str
    prefix: str

    @classmethod
    def of(cls, origin: str, publisher: str | None, prefix: str | None) -> "PublicationIds":
        """Return the identifiers of a record; what is not given is made from the name of its log."""
        own = sha256(origin.encode()).hexdigest()[:6]
        return cls(publisher or f"enduse-{own}", prefix or own)

    def activity(self, project: str) -> str:
        """Return the IATI identifier of a project; of the programme itself where none is named."""
        return f"{self.publisher}-{quote(project or 'programme', safe=_SAFE)}"

    def project(self, project: str) -> str:
        """Return the OC4IDS identifier of a project."""
        return f"oc4ids-{self.prefix}-{quote(project, safe=_SAFE)}"

    def process(self, project: str) -> str:
        """Return the identifier of a project's contracting process; of the programme's where none is named."""
        return f"ocds-{self.prefix}-{quote(project or 'programme', safe=_SAFE)}"

    def party(self, party: str) -> str:
        """Return the identifier of a party."""
        return f"{self.publisher}-{quote(party, safe=_SAFE)}"

    def payment(self, payment: PublishedPayment) -> str:
        """Return the identifier of a payment, the same in all three."""
        return f"{payment.entry}-{payment.name}"


def transaction_part(money: PublishedMoney, ids: PublicationIds, one: PublishedPayment) -> dict[str, Any]:
    """Return a payment as a transaction."""
    transaction: dict[str, Any] = {"id": ids.payment(one), "date": time_text(one.at), "value": value_part(one.amount)}
    for end, party in (("payer", one.provider), ("payee", one.receiver)):
        if party:
            transaction[end] = party_part(money, ids, party)
    return transaction


def party_part(money: PublishedMoney, ids: PublicationIds, party: str) -> dict[str, Any]:
    """Return a reference to a party."""
    return {"id": ids.party(party), "name": plain(money.names.get(party, {}), party)}


def value_part(figure: Figure) -> dict[str, Any]:
    """Return a sum of money."""
    return {"amount": figure.value, "currency": figure.unit}


def time_text(at: datetime) -> str:
    """Return a moment as the standards write it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def plain(text: Text, name: str) -> str:
    """Return a text in one language, English first; the identifier where there is none."""
    return text.get("en") or next(iter(text.values()), "") or name
