"""The lines of a contract, and of what was built where a trace arrives, as the terminal shows them."""

from collections.abc import Iterator
from decimal import Decimal

from enduse.pages.bill_words import range_words
from enduse.pages.contract_words import asked_words, sums_words
from enduse.pages.localizer import Localizer
from enduse.views.contract_shapes import ContractedGoods, ContractView
from enduse.views.shapes import Figure
from enduse.views.trace import BuiltProject


def goods_figures(view: ContractView, words: Localizer) -> list[tuple[str, list[str]]]:
    """Return the columns of a contract's goods, each with what it says of every material; what nobody stated is not known."""
    unknown = words.say("not known")

    def told(figure: Figure | None) -> str:
        return unknown if figure is None else words.amount(figure.amount, figure.resource)

    def measured(one: ContractedGoods) -> str:
        return unknown if one.measured is None else range_words(*one.measured, words)

    lines = view.goods
    columns = [
        (words.say("contracted"), [told(one.contracted) for one in lines]),
        (words.say("sent"), [told(one.sent if view.loads else None) for one in lines]),
        (words.say("delivered"), [told(one.delivered if view.loads else None) for one in lines]),
        (words.say("built in"), [told(one.built) for one in lines]),
        (words.say("measured in all of the project"), [measured(one) for one in lines]),
    ]
    if view.project and view.loads and not view.traced:  # a trace of other things goes through a part of its goods
        del columns[3]
    return columns


def invoice_words(view: ContractView, words: Localizer) -> Iterator[str]:
    """Give each invoice: what is asked for, and what was paid for it."""
    for one in view.invoices:
        told = {"invoice": words.isolate(one.invoice), "amount": asked_words(one, words)}
        yield words.say("{invoice}: {amount}, paid for it: {paid}", paid=sums_words(one.paid, words), **told)


def payment_words(view: ContractView, words: Localizer) -> Iterator[str]:
    """Give each payment: who paid whom, when."""
    for one in view.payments:
        told = {"payer": words.name(one.payer), "payee": words.name(one.payee), "amount": words.of(one.amount)}
        day, number = words.day(one.at), words.isolate(words.name(one.payment))
        yield words.say("{payment}: {amount} from {payer} to {payee}, {day}", payment=number, day=day, **told)


def load_words(view: ContractView, words: Localizer) -> Iterator[str]:
    """Give each consignment: what was sent, and what came."""
    for one in view.loads:
        told = {"sent": words.of(one.sent), "came": words.of(one.came), "sender": words.name(one.sender)}
        number = words.isolate(words.name(one.number))
        yield words.say("{consignment} of {sender}: {sent} sent, {came} came", consignment=number, **told)


def built_words(one: BuiltProject, words: Localizer) -> Iterator[str]:
    """Give how far a project is that a trace reaches, and of each material what is declared and what was measured there."""
    if one.progress:
        share = words.number(100 * Decimal(one.progress), 1)
        yield words.say("{share}% of the works done, as {party} says", share=share, party=words.name(one.by))
    else:
        yield words.say("nobody has said how far the works are")
    for each in one.materials:
        told = {"amount": words.quantity(each.declared, each.resource)}
        if each.measured is None:
            yield words.say("{amount} declared as used, of what is traced; nobody measured the project's use", **told)
        else:
            told["range"] = range_words(*each.measured, words)
            yield words.say(
                "{amount} declared as used, of what is traced; measured in all of the project: {range}", **told
            )
