"""Names of accounts: a class, its owner and what it is about, separated by blanks (identifiers hold none).

The table of all classes stands in ``docs/explanation/ledger.md``; a test keeps the two the same.
"""

from typing import Final

from enduse.messages import Message

GOODS_CLASSES: Final = (
    "origin",
    "unlinked",
    "stock",
    "unusable",
    "transit",
    "difference",
    "use",
    "consumed",
    "written_off",
    "conversion",
    "off_purpose",
    "lost",
    "stolen",
    "damaged",
    "measurement_error",
    "title",
)
"""Classes that hold goods, or what is said of them."""

MONEY_CLASSES: Final = (
    "promised",
    "unpledged",
    "pledged",
    "committed",
    "fulfilled",
    "held",
    "own",
    "spent",
    "exchange",
    "fee",
    "answered",
    "accepted",
    "rejected",
    "given_in_kind",
    "in_kind",
)
"""Classes that hold money, or what is said of it."""

MEMO: Final = ("answered", "accepted", "rejected", "given_in_kind", "in_kind", "title")
"""Classes of books of their own: what givers say of what was spent of their advances, what goods they gave are worth, and who owns what
lies where. No money and no goods move there."""

KEPT: Final = ("stock", "unusable", "use")
"""Classes of which it is known what lay there at any time, and whether their holder has spoken of it itself."""

OUTCOMES: Final = ("off_purpose", "lost", "stolen", "damaged", "measurement_error")
"""Classes into which a finding moves goods."""


def origin(party: str) -> str:
    """Return the account from which ``party`` brings goods into the record; its balance is negative."""
    return f"origin {party}"


def unlinked(place: str) -> str:
    """Return the account of goods received at ``place`` whose dispatch nobody has recorded; negative."""
    return f"unlinked {place}"


def stock(party: str, place: str) -> str:
    """Return the account of what ``party`` holds at ``place``."""
    return f"stock {party} {place}"


def unusable(party: str, place: str) -> str:
    """Return the account of what ``party`` holds at ``place`` and cannot use: damaged, expired or recalled."""
    return f"unusable {party} {place}"


def transit(consignment: str) -> str:
    """Return the clearing account of a consignment: what was sent less what arrived, was given back or was found.

    Args:
        consignment: its key: sender, number and series.
    """
    return f"transit {consignment}"


def difference(owner: str, item: str) -> str:
    """Return the account of what is missing (negative: surplus) in the stock of ``owner`` at place ``item``."""
    return f"difference {owner} {item}"


def use(party: str, project: str) -> str:
    """Return the account of what ``party`` says it built into ``project``."""
    return f"use {party} {project}"


def consumed(party: str, place: str) -> str:
    """Return the account of what ``party`` used up or gave out at ``place``."""
    return f"consumed {party} {place}"


def written_off(party: str, place: str) -> str:
    """Return the account of what ``party`` destroyed at ``place``."""
    return f"written_off {party} {place}"


def conversion(party: str, place: str) -> str:
    """Return the account through which ``party`` makes one material of others at ``place``."""
    return f"conversion {party} {place}"


def promised(donor: str) -> str:
    """Return the source of ``donor``'s pledges; its balance is negative."""
    return f"promised {donor}"


def unpledged(donor: str) -> str:
    """Return the source of commitments for which ``donor`` names no pledge; its balance is negative."""
    return f"unpledged {donor}"


def pledged(donor: str, pledge: str) -> str:
    """Return what is still open of ``pledge``; negative: more was given, or the pledge is not in the record."""
    return f"pledged {donor} {pledge}"


def committed(donor: str, commitment: str) -> str:
    """Return what is still open of ``commitment``; negative as for a pledge."""
    return f"committed {donor} {commitment}"


def fulfilled(donor: str, promise: str) -> str:
    """Return what was kept of a pledge or commitment."""
    return f"fulfilled {donor} {promise}"


def held(party: str) -> str:
    """Return the account of cash that ``party`` received and neither paid nor spent; negative: it gave more."""
    return f"held {party}"


def own(party: str) -> str:
    """Return the source of payments that ``party`` says are of its own money; its balance is negative."""
    return f"own {party}"


def spent(party: str, purpose: str) -> str:
    """Return the account of money ``party`` spent on a project, or where none is named, on a payee."""
    return f"spent {party} {purpose}"


def exchange(party: str) -> str:
    """Return the account of what ``party`` gave for another currency; negative: what it got."""
    return f"exchange {party}"


def fee(party: str) -> str:
    """Return the account of what banks took of ``party``, of exchanges and of payments."""
    return f"fee {party}"


def answered(giver: str) -> str:
    """Return the account against which what ``giver`` accepts or rejects is booked; its balance is negative."""
    return f"answered {giver}"


def accepted(giver: str, advance: str) -> str:
    """Return the account of what ``giver`` accepts of what was spent of its advance."""
    return f"accepted {giver} {advance}"


def rejected(giver: str, advance: str) -> str:
    """Return the account of what ``giver`` does not accept of what was spent of its advance."""
    return f"rejected {giver} {advance}"


def rest_of(account: str) -> str:
    """Return what follows the class: of ``transit`` the key of the consignment."""
    return account.partition(" ")[2]


def class_of(account: str) -> str:
    """Return the first word of ``account``."""
    return account.partition(" ")[0]


def owner_of(account: str) -> str:
    """Return the second word of ``account``: who answers for it, or for ``unlinked`` the place."""
    return account.split(" ", 2)[1]


def item_of(account: str) -> str:
    """Return the third word of ``account``, or an empty text."""
    parts = account.split(" ", 2)
    return parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - class, owner, item


def given_in_kind(giver: str) -> str:
    """Return the source of the stated value of goods that ``giver`` gave; its balance is negative."""
    return f"given_in_kind {giver}"


def in_kind(recipient: str) -> str:
    """Return the account of the stated value of goods that ``recipient`` was given."""
    return f"in_kind {recipient}"


def title(owner: str, place: str) -> str:
    """Return what ``owner`` was given title to at ``place`` while it lay there; of who gave it, negative."""
    return f"title {owner} {place}"


def named(account: str) -> Message:
    """Return what an account is, to be put into a sentence."""
    return Message.of(NAMED[class_of(account)], owner=owner_of(account), item=item_of(account))


NAMED: Final = {
    "origin": "account.origin",
    "unlinked": "account.unlinked",
    "stock": "account.stock",
    "unusable": "account.unusable",
    "transit": "account.transit",
    "difference": "account.difference",
    "use": "account.use",
    "consumed": "account.consumed",
    "written_off": "account.written_off",
    "conversion": "account.conversion",
    "off_purpose": "account.off_purpose",
    "lost": "account.lost",
    "stolen": "account.stolen",
    "damaged": "account.damaged",
    "title": "account.title",
    "measurement_error": "account.measurement_error",
    "promised": "account.promised",
    "unpledged": "account.unpledged",
    "pledged": "account.pledged",
    "committed": "account.committed",
    "exchange": "account.exchange",
    "exchanged": "account.exchanged",
    "fee": "account.fee",
    "answered": "account.answered",
    "accepted": "account.accepted",
    "rejected": "account.rejected",
    "given_in_kind": "account.given_in_kind",
    "in_kind": "account.in_kind",
    "fulfilled": "account.fulfilled",
    "held": "account.held",
    "own": "account.own",
    "spent": "account.spent",
    "bought": "account.bought",
}
"""Class of an account to the code that names one of it in a sentence."""
