"""Who gives money, and who hands on or spends what others gave: decided here for the totals and for the trace alike."""

from collections import Counter
from collections.abc import Iterable

Payment = tuple[str, str, str, int]
"""Payer, recipient, resource, smallest units."""


class Givers:
    """Who gives in which currency: what such a party lacks came from outside the record.

    Whoever promised gives, whatever it is paid. Of the others, whoever pays others more than twice what came in to it in
    that currency: a trifle paid to somebody does not make it one who hands on. Who was paid by a party that promised, in
    another currency, hands on: an exchange may not be recorded, and two currencies cannot be compared.

    Args:
        promised: who promised, in any currency.
        payments: from whom to whom.
        got: by exchange: who, of what, smallest units.
    """

    def __init__(
        self, promised: Iterable[str], payments: Iterable[Payment], got: Iterable[tuple[str, str, int]]
    ) -> None:
        self._promised = frozenset(promised)
        self._into: Counter[tuple[str, str]] = Counter()
        self._out: Counter[tuple[str, str]] = Counter()
        self._fed: dict[str, set[str]] = {}
        for payer, recipient, resource, amount in payments:
            self._out[payer, resource] += amount
            self._into[recipient, resource] += amount
            if payer in self._promised:
                self._fed.setdefault(recipient, set()).add(resource)
        for party, resource, amount in got:
            self._into[party, resource] += amount

    def gives(self, party: str, resource: str) -> bool:
        """Say whether a party gives in a currency."""
        if party in self._promised:
            return True
        out, into = self._out[party, resource], self._into[party, resource]
        return out > 2 * into and not self._fed.get(party, set()) - {resource}
