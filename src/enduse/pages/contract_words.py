"""A contract in words: what is contracted, invoiced, paid, delivered and built, and what is not known."""

from collections.abc import Iterator
from decimal import Decimal

from enduse.pages.localizer import Localizer
from enduse.views.contract_shapes import ContractChange, ContractInvoice, ContractView
from enduse.views.shapes import Figure


def contract_facts(view: ContractView, words: Localizer) -> Iterator[tuple[str, str]]:
    """Give what a contract is and how its money stands: what each is called, and what is known of it."""
    yield words.say("buyer"), words.name(view.buyer)
    yield words.say("supplier"), words.name(view.supplier)
    if view.project:
        yield words.say("project"), words.name(view.project)
    if view.ocid:
        yield "OCID", words.isolate(view.ocid)
    if view.period is not None:
        start = words.day(view.period.start)
        until = (
            words.say("from {start}", start=start)
            if view.period.end is None
            else words.say("{start} to {end}", start=start, end=words.day(view.period.end))
        )
        yield words.say("period"), until
    if view.state:
        yield words.say("status"), words.term(view.state)
    yield from contract_sums(view, words)
    if view.progress is not None:
        share = words.number(100 * Decimal(view.progress[0]), 1)
        yield (
            words.say("works done"),
            words.say("{share}% done, as {party} says", share=share, party=words.name(view.progress[1])),
        )


def contract_sums(view: ContractView, words: Localizer) -> Iterator[tuple[str, str]]:
    """Give how the money of a contract stands: what each sum is called, and what is known of it."""
    yield words.say("contracted"), words.say("not known") if view.amount is None else words.of(view.amount)
    yield words.say("invoiced"), sums_words(view.invoiced, words)
    yield words.say("paid"), sums_words(view.paid, words)


def sums_words(figures: tuple[Figure, ...], words: Localizer) -> str:
    """Return sums in several currencies; where there is none, that it is not known."""
    return words.listed(map(words.of, figures)) if figures else words.say("not known")


def asked_words(one: ContractInvoice, words: Localizer) -> str:
    """Return what an invoice asks for: what for where that is no work, and less what."""
    amount = words.of(one.amount)
    if one.asks == "advance":
        return words.say("{amount} in advance", amount=amount)
    if one.asks == "retention":
        return words.say("{amount} that was retained", amount=amount)
    less = []
    if one.recovered is not None:
        less.append(words.say("{amount} set off against an advance", amount=words.of(one.recovered)))
    if one.retained is not None:
        less.append(words.say("{amount} retained", amount=words.of(one.retained)))
    if not less:
        return amount
    return words.say("{amount} less {less}: {now} now", amount=amount, less=words.listed(less), now=words.of(one.now))


def before_words(one: ContractChange, words: Localizer) -> str:
    """Return what a contract said before it was stated anew."""
    amount = words.say("not known") if one.amount is None else words.of(one.amount)
    told = {"day": words.day(one.at), "party": words.name(one.party), "amount": amount, "entry": str(one.entry)}
    if one.taken_back:
        return words.say("{day}, {party}: {amount} (statement {entry}, taken back)", **told)
    return words.say("{day}, {party}: {amount} (statement {entry})", **told)
