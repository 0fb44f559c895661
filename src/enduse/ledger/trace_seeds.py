"""What an identifier names in the ledger, and so where a trace of it begins."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from enduse.errors import UnknownError
from enduse.ledger.accounts import class_of, item_of, owner_of
from enduse.ledger.batch import Batch
from enduse.ledger.mixing import GIVEN

NOW: Final = frozenset(("place", "holder"))
"""Of these it is traced what lies there."""


def seeds_of(batches: Sequence[Batch], gave: Mapping[str, list[int]], identifier: str) -> tuple[str, dict[int, int]]:
    """Return what an identifier names, a word of the vocabulary, and the batches of it with how much of each is traced.

    Args:
        batches: of the ledger.
        gave: by account of cash, of exchanges, or of goods brought in, the batches made of what left it.
        identifier: what is asked for.

    Raises:
        UnknownError: no posting knows it.
    """
    meant: dict[str, bool] = {}
    spoken = [at for at, batch in enumerate(batches) if _speaks(batch, identifier, meant)]
    for what, chosen in _CHOICES.items():
        seeds = {
            at: batches[at].left if what in NOW else batches[at].amount
            for at in spoken
            if chosen(batches[at], identifier)
        }
        if seeds:
            return what, seeds
    if identifier.startswith("fulfilled "):  # of a promise it is told what became of that
        return seeds_of(batches, gave, identifier.rpartition(" ")[2])
    if seeds := _went_out(batches, gave, identifier):
        return "account", seeds
    if identifier != identifier.lower():  # numbers of a table became identifiers in small letters
        return seeds_of(batches, gave, identifier.lower())
    raise UnknownError("trace.unknown", identifier=identifier)


class TracePart(NamedTuple):
    """One thing of several that are traced together.

    Attributes:
        kind: ``account``, or what a payment is coded by: ``spent`` or ``disbursed``.
        name: of the account, or number of the payment.
        owner: of a payment, whose account it came into.
    """

    kind: str
    name: str
    owner: str = ""

    def of(self, batch: Batch) -> bool:
        """Say whether a batch came in as this."""
        if self.kind == "account":
            return _own(batch) and batch.account == self.name
        return batch.item == self.name and batch.code.startswith(self.kind) and owner_of(batch.account) == self.owner


def seeds_together(batches: Sequence[Batch], members: Iterable[TracePart]) -> dict[int, int]:
    """Return the batches of several things, with how much of each is traced."""
    names: dict[str, list[TracePart]] = {}
    for member in members:
        names.setdefault(member.name, []).append(member)
    return {
        at: batch.amount
        for at, batch in enumerate(batches)
        for name in (batch.account, batch.item or "")
        if any(
            member.of(batch) for member in names.get(name, ()) if (member.kind == "account") == (name == batch.account)
        )
    }


def _speaks(batch: Batch, name: str, meant: dict[str, bool]) -> bool:
    """Say whether a batch names something; nothing else can be chosen by that name.

    Args:
        batch: which.
        name: of what is asked for.
        meant: whether an account is called so, or belongs to or is about what is: what was found is noted here.
    """
    if name in {batch.item, batch.lot}:
        return True
    account = batch.account
    if account not in meant:
        meant[account] = name in {account, item_of(account), owner_of(account)}
    return meant[account]


def _went_out(batches: Sequence[Batch], gave: Mapping[str, list[int]], name: str) -> dict[int, int]:
    """Return what left an account into which nothing is known to have come, or the accounts of what or whom is named."""
    roots = [(at, batch.account) for at, batch in enumerate(batches) if batch.code == "root"]
    found = gave.get(name) or [at for at, account in roots if account == name]
    found = found or [at for at, account in roots if name in {item_of(account), owner_of(account)}]
    return {at: batches[at].amount for at in found}


def _own(batch: Batch) -> bool:
    return batch.code not in {"mixed", "root"}


def _made(batch: Batch) -> bool:
    """Say whether a batch is what came of a conversion, be it that goods were only packed anew."""
    return batch.converts or (batch.code == "transformed" and class_of(batch.account) != "conversion")


def _in(kind: str) -> Callable[[Batch, str], bool]:
    return lambda batch, name: _own(batch) and class_of(batch.account) == kind and item_of(batch.account) == name


def _promise(batch: Batch, kind: str) -> bool:
    """Say whether a batch came into a promise, or was given beyond it."""
    return batch.code not in {"mixed", "reopened"} and class_of(batch.account) == kind


def _coded(code: str) -> Callable[[Batch, str], bool]:
    return lambda batch, name: batch.item == name and batch.code.startswith(code)


_CHOICES: Final[dict[str, Callable[[Batch, str], bool]]] = {
    "account": lambda batch, name: _own(batch) and batch.account == name,
    "pledge": lambda batch, name: _promise(batch, "pledged") and item_of(batch.account) == name,
    "commitment": lambda batch, name: _promise(batch, "committed") and item_of(batch.account) == name,
    "disbursement": _coded("disbursed"),
    "refund": _coded("refunded"),
    "exchange": _coded("exchanged"),
    "expenditure": _coded("spent"),
    "finding": _coded("found_"),
    "lot": lambda batch, name: batch.lot == name and (not batch.parents or _made(batch)),
    "consignment": _in("transit"),
    "project": _in("use"),
    "project_money": _in("spent"),
    "place": lambda batch, name: (
        batch.left > 0 and class_of(batch.account) == "stock" and item_of(batch.account) == name
    ),
    "party": lambda batch, name: (
        batch.code == "root"
        and (
            class_of(batch.account) in {"promised", "unpledged", "pledged", "committed", "origin"}
            or batch.item == GIVEN
        )
        and owner_of(batch.account) == name
    ),
    "recipient": lambda batch, name: _own(batch) and batch.account == f"held {name}",
    "holder": lambda batch, name: batch.left > 0 and batch.code != "bought" and owner_of(batch.account) == name,
    "entered_by": lambda batch, name: batch.code == "entered" and owner_of(batch.account) == name,
}
"""What an identifier can be, in the order it is looked for: of a place or holder what lies there, else all that came in."""
